import { TerrESanteError } from '../../errors.ts';
import { findInsOid } from '../../identity/ins/oid.ts';
import type { LocalIdentifier } from '../../identity/index.ts';
import { bytesSource, utf8Bytes, type ByteSource } from '../../internal/bytes.ts';
import { isObject, objects, readJson, writeJson, type Json } from '../../internal/json/index.ts';

/** Longest description of the documents, in bytes: it is held in memory, they are not. */
const maxHeadBytes = 4 * 1024 * 1024;

/** A kept transaction, of which only the description is held. */
export interface DepositPayload {
  /** The Bundle without its Binary entries. */
  readonly bundle: Json;
  /** Its identifier is what the patient is looked for by. */
  readonly patient: { readonly system: string; readonly value: string };
  /** What the source itself calls the patient; `null` when its contained record does not say. */
  readonly sourceId: LocalIdentifier | null;
  /** The Binary entries and the end of the Bundle, as they stand. */
  readonly rest: ByteSource;
  /** Number of those entries. */
  readonly binaries: number;
}

const binaryMark = '"resource":{"resourceType":"Binary"';
const entryMark = ',{"fullUrl":"';

/**
 * Reads a transaction that `writeDocumentBundle` wrote: the description stands before the bytes.
 *
 * @throws TerrESanteError `TE_OUTBOX` when the bytes are none, `TE_TOO_LARGE`
 */
export async function readPayload(content: ByteSource): Promise<DepositPayload> {
  let head = Buffer.alloc(0);
  for await (const chunk of content.open()) {
    head = Buffer.concat([head, chunk]);
    const mark = head.indexOf(binaryMark);
    if (mark >= 0) return payloadOf(head.subarray(0, mark), content);
    if (head.length > maxHeadBytes) {
      throw new TerrESanteError('TE_TOO_LARGE', 'La description des documents du dépôt est trop longue.', {
        details: { limitBytes: maxHeadBytes },
      });
    }
  }
  throw unreadable();
}

function payloadOf(head: Buffer, content: ByteSource): DepositPayload {
  const cut = head.lastIndexOf(entryMark);
  const bundle = cut < 0 ? null : parsed(Buffer.concat([head.subarray(0, cut), utf8Bytes(']}')]));
  const subject = resourcesOf(bundle ?? {}).map(({ subject: of }) => (isObject(of) ? of['identifier'] : null))[0];
  const [system, value] = isObject(subject) ? [subject['system'], subject['value']] : [];
  if (!bundle || typeof system !== 'string' || typeof value !== 'string') throw unreadable();

  const rest = { byteLength: content.byteLength - cut, open: () => skipping(content, cut) };
  return {
    bundle,
    patient: { system, value },
    sourceId: sourceIdIn(bundle),
    rest,
    binaries: documentsOf(bundle).length,
  };
}

function parsed(bytes: Uint8Array): Json | null {
  try {
    const read = readJson(bytes);
    return isObject(read) && read['resourceType'] === 'Bundle' ? read : null;
  } catch {
    return null;
  }
}

/** An identifier of the contained patient of the source that is no INS. */
function sourceIdIn(bundle: Json): LocalIdentifier | null {
  const records = documentsOf(bundle)
    .flatMap(({ contained }) => objects(contained))
    .filter(({ resourceType }) => resourceType === 'Patient');
  for (const { system, value } of records.flatMap(({ identifier }) => objects(identifier))) {
    if (typeof system !== 'string' || typeof value !== 'string') continue;
    const oid = system.replace(/^urn:oid:/, '');
    if (!findInsOid(oid)) return { system: oid, value };
  }
  return null;
}

/** The resources of a Bundle, in their order. */
export function resourcesOf(bundle: Json): readonly Json[] {
  return objects(bundle['entry']).flatMap(({ resource }) => (isObject(resource) ? [resource] : []));
}

/** The descriptions of the documents. */
export function documentsOf(bundle: Json): readonly Json[] {
  return resourcesOf(bundle).filter(({ resourceType }) => resourceType === 'DocumentReference');
}

/** The transaction as it goes out: the description, then the documents as they were kept. */
export function writeTransaction(bundle: Json, rest: ByteSource): ByteSource {
  const text = utf8Bytes(writeJson(bundle));
  const head = bytesSource(text.subarray(0, text.length - 2));
  return {
    byteLength: head.byteLength + rest.byteLength,
    async *open() {
      yield* head.open();
      yield* rest.open();
    },
  };
}

/** The bytes of a source from a place on. */
async function* skipping(source: ByteSource, from: number): AsyncGenerator<Uint8Array> {
  let left = from;
  for await (const chunk of source.open()) {
    const rest = chunk.subarray(Math.min(left, chunk.length));
    left = Math.max(0, left - chunk.length);
    if (rest.length > 0) yield rest;
  }
}

function unreadable(): TerrESanteError {
  return new TerrESanteError('TE_OUTBOX', "Le dépôt conservé n'est pas lisible comme dépôt à un serveur FHIR.", {
    details: { reason: 'payload' },
  });
}
