import { detectKind, refuseRewrittenMail } from '../../conformance/detect.ts';
import type { FileKind } from '../../conformance/index.ts';
import { isMultipart } from '../../conformance/message/index.ts';
import type { RandomAccessSource } from '../../documents/index.ts';
import { TerrESanteError } from '../../errors.ts';
import { collect } from '../../internal/bytes.ts';
import { describeCda } from './cda.ts';
import { describeDatamatrix, isDatamatrix } from './datamatrix.ts';
import { describeMail } from './mail.ts';
import { describeWire } from './message.ts';
import { describeMetadata } from './metadata.ts';
import type { Description } from './rows.ts';
import { describeVihf } from './vihf.ts';
import { describeXdm } from './xdm.ts';

/** What the command can tell of a file. */
export type Kind = FileKind | 'datamatrix';

/** A content that has to be read whole, and its limit in megabytes. */
const wholeLimits: Readonly<Partial<Record<Kind, number>>> = {
  metadata: 64,
  vihf: 16,
  mail: 64,
  message: 64,
};

async function whole(source: RandomAccessSource, kind: Kind): Promise<Uint8Array> {
  const limit = (wholeLimits[kind] ?? 1) * 1024 * 1024;
  if (source.byteLength > limit) {
    throw new TerrESanteError('TE_TOO_LARGE', 'Le fichier est trop grand pour être lu.', {
      details: { bytes: source.byteLength, limit },
    });
  }

  return collect(source.open());
}

/** A description, with what the file is now that it is read. */
export type Described = Description & { readonly kind?: Kind };

/**
 * What a file holds; `null` for XML that is no message.
 *
 * @throws TerrESanteError for a content that cannot be read
 */
export async function describeFile(kind: Kind, source: RandomAccessSource): Promise<Described | null> {
  switch (kind) {
    case 'cda':
      return describeCda(source);
    case 'xdm':
      return describeXdm(source);
    case 'metadata':
      return describeWire(kind, await whole(source, kind), describeMetadata);
    case 'vihf':
      return describeWire(kind, await whole(source, kind), describeVihf);
    case 'message':
      return describeWire(kind, await whole(source, kind), () => null);
    case 'mail': {
      const bytes = await whole(source, kind);
      refuseRewrittenMail(bytes);
      return describeMail(bytes);
    }
    case 'datamatrix':
      return describeDatamatrix(await whole(source, kind));
    case 'identity':
      throw new TerrESanteError('TE_UNSUPPORTED', 'Une identité JSON se contrôle avec terr-esante identity check.');
  }
}

/** The kind by the first bytes; what is XML of another kind may still be a message. */
export function kindOf(head: Uint8Array, isWhole: boolean): Kind | null {
  if (isMultipart(Buffer.from(head))) return 'message';

  const detected = detectKind(head);
  if (detected !== null) return detected;
  if (isWhole && isDatamatrix(head)) return 'datamatrix';
  return /^\uFEFF?\s*</.test(Buffer.from(head.subarray(0, 64)).toString('utf8')) ? 'message' : null;
}

/**
 * What a message of the wires says, in the words of `terr-esante inspect`; `null` for a file of
 * another kind, or one that cannot be read that far.
 */
export async function factsOfMessage(source: RandomAccessSource): Promise<Description['data'] | null> {
  const head = await collect(source.read(0, Math.min(65_536, source.byteLength)));
  const kind = kindOf(head, source.byteLength === head.length);
  if (kind !== 'message' && kind !== 'metadata' && kind !== 'vihf') return null;

  try {
    return (await describeFile(kind, source))?.data ?? null;
  } catch {
    // The findings of the check say why.
    return null;
  }
}
