import { textOf } from '../../../internal/xml/index.ts';
import { decodeBase64 } from '../../read/base64-decode.ts';
import type { ParsedCda } from '../../read/parse.ts';
import { place, type CheckContext, type Place } from './context.ts';
import { get, isNull } from './tools.ts';

/** Media types that older documents hold and that are no longer to be written. */
const formerTypes: ReadonlySet<string> = new Set(['text/rtf', 'image/jpeg', 'image/tiff']);
const writtenTypes: ReadonlySet<string> = new Set(['application/pdf', 'text/plain']);

/** Characters of base64 that are enough to see what a content is. */
const headLength = 16;

/** Checks the body of a document of level 1: its media type, its encoding and its first bytes. */
export async function checkBody(root: Place, parsed: ParsedCda, context: CheckContext): Promise<void> {
  const component = place(root, 'component');
  const text = place(component, 'nonXMLBody', 'text');
  if (!place(component, 'structuredBody') && (!text || isNull(text))) {
    context.add('CDA-BODY', `${root.path}/component`);
    return;
  }
  if (!text) return;

  const mediaType = get(text, 'mediaType') ?? null;
  if (mediaType !== null && formerTypes.has(mediaType)) context.add('CDA-MEDIA-TYPE-OLD', text.path, mediaType);
  else if (mediaType === null || !writtenTypes.has(mediaType)) context.add('CDA-MEDIA-TYPE', text.path, mediaType);

  const representation = get(text, 'representation') ?? null;
  if (representation !== 'B64') {
    context.add('CDA-REPRESENTATION', text.path, representation);
    return;
  }

  const bytes = await firstBytes(parsed, text);
  if (!bytes || bytes.length === 0) context.add('CDA-BASE64', text.path);
  else if (mediaType === 'application/pdf' && Buffer.from(bytes).toString('latin1', 0, 5) !== '%PDF-') {
    context.add('CDA-PDF', text.path);
  }
}

/** First bytes of the content, or `null` when it is not base64. */
async function firstBytes(parsed: ParsedCda, text: Place): Promise<Uint8Array | null> {
  const value = textOf(text.node).trim();
  const cut = parsed.cuts.get(value);
  if (!cut) return decodeBase64(value);
  if (cut.decodedLength === null) return null;

  // The content was left in the source: only the beginning of it is read again.
  let offset = 0;
  let head = '';
  for await (const chunk of parsed.source.open()) {
    const next = offset + chunk.length;
    if (next > cut.start) {
      const part = chunk.subarray(Math.max(0, cut.start - offset), Math.min(chunk.length, cut.end - offset));
      head += Buffer.from(part.subarray(0, 4096))
        .toString('latin1')
        .replaceAll(/[ \t\r\n]/g, '');
    }

    if (head.length >= headLength || next >= cut.end) break;
    offset = next;
  }
  return Uint8Array.from(Buffer.from(head.slice(0, headLength), 'base64'));
}
