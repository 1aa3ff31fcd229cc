import { faultOf } from '../../internal/fault.ts';
import { readSoapMessage } from '../../internal/soap/index.ts';
import { readXml, xmlFaults, type ReadElement } from '../../internal/xml/index.ts';
import { isMessage, messageFacts } from './facts.ts';
import { isMultipart, readMimeFile, type MimeFile } from './mime.ts';
import type { Facts } from './values.ts';

/** A message of other people may be long and deep, and is read whole. */
const xmlLimits = { maxBytes: 64 * 1024 * 1024, maxElements: 1_000_000, maxDepth: 100, maxAttributes: 100 };

/** A file with a message of the SOAP wires, bare or in a multipart body. */
export interface MessageFile {
  /** `null` when the root part is no XML. */
  readonly root: ReadElement | null;
  /** Why the root part is no XML. */
  readonly unreadable: keyof typeof xmlFaults | null;
  /** The bytes of the envelope or payload. */
  readonly bytes: Uint8Array;
  /** `null` when the message is not in parts. */
  readonly mime: MimeFile | null;
}

/**
 * Reads an envelope, a payload kept alone, or a multipart body with an envelope in its root part;
 * `null` when the file is none of them.
 *
 * @throws TerrESanteError `TE_XML_INVALID`, `TE_PROTOCOL`
 */
export async function readMessageFile(bytes: Uint8Array): Promise<MessageFile | null> {
  const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (!isMultipart(buffer)) {
    const root = readXml(bytes, xmlLimits);
    const isOne = readSoapMessage(root) !== null || isMessage(root);
    return isOne ? { root, unreadable: null, bytes, mime: null } : null;
  }

  const mime = await readMimeFile(buffer);
  return { ...rootOf(mime.root), bytes: mime.root, mime };
}

function rootOf(bytes: Uint8Array): Pick<MessageFile, 'root' | 'unreadable'> {
  try {
    return { root: readXml(bytes, xmlLimits), unreadable: null };
  } catch (error) {
    const reason = faultOf(error, xmlFaults);
    if (reason === null) throw error;
    return { root: null, unreadable: reason };
  }
}

/** What a message says, for a program; that its root part is no XML is a fact too. */
export function factsOf({ root, unreadable, mime }: MessageFile): Facts {
  const message = root ? messageFacts(root) : { notWellFormed: unreadable };
  return mime ? { ...mime.facts, message } : message;
}
