import { createHash } from 'node:crypto';

import { TerrESanteError } from '../../errors.ts';
import type { CallOptions } from '../../internal/abort.ts';
import { collect } from '../../internal/bytes.ts';
import { isObject, numberOf, readJson, type Json } from '../../internal/json/index.ts';
import { sameServer } from '../fhir/address.ts';
import { fhirJson, streamFhir, type FhirPartner } from '../fhir/exchange.ts';
import { withoutCoding } from '../http/coding.ts';
import { protocolFailure } from '../http/protocol-failure.ts';
import { hashOf } from './hash.ts';

/** The bytes of an attachment, which are those that it describes. */
export interface FetchedContent {
  readonly bytes: Uint8Array;
  readonly told: readonly string[];
}

/**
 * ITI-68. Some servers answer with the resource whatever is accepted: its bytes are decoded. Size
 * and hash are those that the description announces, or nothing is given out.
 *
 * @see IHE ITI MHD, section 2:3.68
 * @throws TerrESanteError `TE_PROTOCOL`, `TE_TOO_LARGE`, and those of the answer
 */
export async function fetchContent(
  partner: FhirPartner,
  attachment: Json,
  maxBytes: number,
  call: CallOptions,
): Promise<FetchedContent> {
  const { url, contentType } = attachment;
  if (typeof url !== 'string') throw protocolFailure('no-content', 'La description ne dit pas où est le document.');

  const wanted = typeof contentType === 'string' && /^[\w.+-]+\/[\w.+-]+$/.test(contentType) ? contentType : '*/*';
  // In base64, and within a resource, a document is longer.
  const limit = maxBytes * 2;
  const stream = await streamFhir(
    { ...partner, maxBytes: limit },
    { ...call, method: 'GET', url: sameServer(partner.base, url), headers: { Accept: wanted }, writes: false },
  );
  const answered = (stream.headers['content-type'] ?? '').split(';')[0]?.trim().toLowerCase() ?? '';
  const raw = await collect(withoutCoding(stream.body, stream.headers['content-encoding'], limit));
  const isResource = answered === fhirJson && wanted !== fhirJson;
  const bytes = isResource ? dataOf(raw) : raw;

  const announced = hashOf(attachment);
  requireSame(bytes, attachment, announced?.hex ?? null);
  const isOther = !isResource && wanted !== '*/*' && answered !== wanted.toLowerCase();
  return {
    bytes,
    told: [
      ...(announced?.isXds === true ? ['hash'] : []),
      ...(announced === null ? ['no-hash'] : []),
      ...(isOther ? ['content-type'] : []),
    ],
  };
}

/**
 * The bytes of an attachment: those that it carries, else those that its address gives.
 *
 * @throws TerrESanteError as `fetchContent`
 */
export async function contentOf(
  partner: FhirPartner,
  attachment: Json,
  maxBytes: number,
  call: CallOptions,
): Promise<FetchedContent> {
  if (attachment['data'] === undefined) {
    const fetched = await fetchContent(partner, attachment, maxBytes, call);
    requireFits(fetched.bytes.length, maxBytes);
    return fetched;
  }

  const bytes = bytesOfBase64(attachment['data']);
  if (bytes === null) throw protocolFailure('no-content', 'La réponse ne contient pas le document.');
  requireFits(bytes.length, maxBytes);
  requireSame(bytes, attachment, hashOf(attachment)?.hex ?? null);
  return { bytes, told: [] };
}

/** @throws TerrESanteError `TE_TOO_LARGE` */
function requireFits(bytes: number, maxBytes: number): void {
  if (bytes <= maxBytes) return;
  throw new TerrESanteError('TE_TOO_LARGE', 'Le document dépasse la taille admise.', { details: { bytes, maxBytes } });
}

/** The bytes of base64, which may have line ends in it; `null` for what is none. */
export function bytesOfBase64(data: unknown): Uint8Array | null {
  const isIt = typeof data === 'string' && /^[A-Za-z0-9+/\s]*={0,2}\s*$/.test(data);
  return isIt ? Buffer.from(data, 'base64') : null;
}

function dataOf(raw: Uint8Array): Uint8Array {
  const resource = readJson(raw);
  const bytes = isObject(resource) && resource['resourceType'] === 'Binary' ? bytesOfBase64(resource['data']) : null;
  if (bytes === null) throw protocolFailure('no-binary', 'La réponse ne contient pas le document.');
  return bytes;
}

function requireSame(bytes: Uint8Array, { size }: Json, hash: string | null): void {
  const announced = numberOf(size);
  const isOfSize = Number.isNaN(announced) || announced === bytes.length;
  const isOfHash = hash === null || hash === createHash('sha1').update(bytes).digest('hex');
  if (isOfSize && isOfHash) return;
  throw protocolFailure('other-content', "Le document reçu n'est pas celui qui est décrit : il n'est pas donné.");
}
