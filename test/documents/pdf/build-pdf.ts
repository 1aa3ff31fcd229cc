import { deflateSync } from 'node:zlib';

/**
 * Parts of a small PDF written by hand: each is the text between `N 0 obj` and `endobj`, or a
 * stream.
 */
export interface PdfStream {
  readonly dictionary: string;
  readonly body: Uint8Array | string;
  /** The value of /Length; the true one by default. */
  readonly length?: string;
}

export function pdf(objects: readonly (string | PdfStream)[], { trailer = '/Root 1 0 R', prefix = '' } = {}): Buffer {
  const parts: Buffer[] = [Buffer.from(`%PDF-1.5\n%\xe2\xe3\xcf\xd3\n${prefix}`, 'latin1')];
  const offsets: number[] = [];
  let at = parts[0]!.length;
  const push = (part: Buffer): void => {
    parts.push(part);
    at += part.length;
  };
  objects.forEach((object, index) => {
    offsets.push(at);
    push(Buffer.from(`${String(index + 1)} 0 obj\n`));
    if (typeof object === 'string') push(Buffer.from(object, 'latin1'));
    else {
      const body = Buffer.from(object.body as string);
      push(
        Buffer.from(`<< ${object.dictionary} /Length ${object.length ?? String(body.length)} >>\nstream\n`, 'latin1'),
      );
      push(body);
      push(Buffer.from('\nendstream'));
    }
    push(Buffer.from('\nendobj\n'));
  });
  const rows = offsets.map((offset) => `${String(offset).padStart(10, '0')} 00000 n \n`).join('');
  const count = String(objects.length + 1);
  const xref = `xref\n0 ${count}\n0000000000 65535 f \n${rows}trailer\n<< /Size ${count} ${trailer} >>\nstartxref\n${String(at)}\n%%EOF\n`;
  return Buffer.concat([...parts, Buffer.from(xref)]);
}

export const catalog = '<< /Type /Catalog /Pages 2 0 R >>';
export const pages = '<< /Type /Pages /Kids [3 0 R] /Count 1 >>';
export const page = '<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] >>';

/** An object stream with these objects, numbered from 20. */
export function objectStream(
  objects: readonly string[],
  dictionary = '/Filter /FlateDecode',
  offsets?: readonly number[],
): PdfStream {
  let at = 0;
  const header = objects
    .map((object, index) => {
      const pair = `${String(20 + index)} ${String(offsets?.[index] ?? at)}`;
      at += object.length + 1;
      return pair;
    })
    .join(' ');
  const content = Buffer.from(`${header} ${objects.join(' ')}`, 'latin1');
  return {
    dictionary: `/Type /ObjStm /N ${String(objects.length)} /First ${String(header.length + 1)} ${dictionary}`,
    body: dictionary.includes('Flate') ? deflateSync(content) : content,
  };
}
