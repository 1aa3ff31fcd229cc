import { textOf } from '../../../internal/xml/index.ts';
import { decodeBase64 } from '../../read/base64-decode.ts';
import type { ParsedCda } from '../../read/parse.ts';
import { place, type CheckContext, type Place } from './context.ts';
import { get, isNull } from './tools.ts';

const formerTypes: ReadonlySet<string> = new Set(['text/rtf', 'image/jpeg', 'image/tiff']);

/** First bytes of the content, or `null` when it is not base64. */
async function firstBytes(parsed: ParsedCda, text: Place): Promise<Uint8Array | null> {
  const value = textOf(text.node).trim();
  const cut = parsed.cuts.get(value);
  if (!cut) return decodeBase64(value);
  if (cut.decodedLength === null) return null;
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
    if (head.length >= 16 || next >= cut.end) break;
    offset = next;
  }
  return Uint8Array.from(Buffer.from(head.slice(0, 16), 'base64'));
}

/** The body of a document of level 1. */
export async function checkBody(root: Place, parsed: ParsedCda, context: CheckContext): Promise<void> {
  const component = place(root, 'component');
  const text = place(component, 'nonXMLBody', 'text');
  if (!place(component, 'structuredBody') && (!text || isNull(text))) {
    context.add('CDA-BODY', `${root.path}/component`);
    return;
  }
  if (!text) return;
  const mediaType = get(text, 'mediaType') ?? '';
  if (formerTypes.has(mediaType)) context.add('CDA-MEDIA-TYPE-OLD', text.path, mediaType);
  else if (mediaType !== 'application/pdf' && mediaType !== 'text/plain') {
    context.add('CDA-MEDIA-TYPE', text.path, mediaType || null);
  }
  if (get(text, 'representation') !== 'B64') {
    context.add('CDA-REPRESENTATION', text.path, get(text, 'representation') ?? null);
    return;
  }
  const bytes = await firstBytes(parsed, text);
  if (!bytes || bytes.length === 0) context.add('CDA-BASE64', text.path);
  else if (mediaType === 'application/pdf' && Buffer.from(bytes).toString('latin1', 0, 5) !== '%PDF-') {
    context.add('CDA-PDF', text.path);
  }
}
