import { demoLetterPdf } from '../../testing/index.ts';

/** Objects of a PDF, from number 1, with its table and its trailer. */
function pdfOf(objects: readonly string[], trailer = ''): Buffer {
  let text = '%PDF-1.4\n%\u00e2\u00e3\u00cf\u00d3\n';
  const places = objects.map((object, index) => {
    const place = Buffer.byteLength(text, 'latin1');
    text += `${index + 1} 0 obj\n${object}\nendobj\n`;
    return place;
  });

  const start = Buffer.byteLength(text, 'latin1');
  const rows = places.map((place) => `${String(place).padStart(10, '0')} 00000 n \n`).join('');
  text += `xref\n0 ${objects.length + 1}\n0000000000 65535 f \n${rows}`;
  text += `trailer\n<< /Size ${objects.length + 1} /Root 1 0 R ${trailer}>>\nstartxref\n${start}\n%%EOF\n`;
  return Buffer.from(text, 'latin1');
}

const pages = ['<< /Type /Pages /Kids [3 0 R] /Count 1 >>', '<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] >>'];

function page(inCatalogue: string, more: readonly string[] = [], trailer = ''): Buffer {
  return pdfOf([`<< /Type /Catalog /Pages 2 0 R ${inCatalogue}>>`, ...pages, ...more], trailer);
}

const script = '/OpenAction << /S /JavaScript /JS (app.alert\\(1\\)) >> ';
const attachment = '/Names << /EmbeddedFiles << /Names [(a.txt) 4 0 R] >> >> ';
const attached = ['<< /Type /Filespec /F (a.txt) /EF << /F 5 0 R >> >>', '<< /Length 1 >>\nstream\na\nendstream'];
const encryption = `/Encrypt 4 0 R /ID [<00112233445566778899aabbccddeeff><00112233445566778899aabbccddeeff>] `;
const encrypted = [
  `<< /Filter /Standard /V 1 /R 2 /O <${'41'.repeat(32)}> /U <${'42'.repeat(32)}> /P -44 /Length 40 >>`,
];

/** A scan of some megabytes: a stream that nothing compresses. */
function scan(bytes: number): Buffer {
  let seed = 7;
  const noise = Buffer.alloc(bytes);
  for (let place = 0; place < bytes; place += 1) {
    seed = (seed * 1_103_515_245 + 12_345) & 0x7fffffff;
    noise[place] = 32 + ((seed >> 16) % 90);
  }
  return page('', [`<< /Length ${bytes} >>\nstream\n${noise.toString('latin1')}\nendstream`]);
}

/** The files that a scenario may name as `file`. */
export const kitFiles: Readonly<Record<string, () => Uint8Array>> = {
  'one-page.pdf': demoLetterPdf,
  'plain.pdf': () => page(''),
  'script.pdf': () => page(script),
  'attachment.pdf': () => page(attachment, attached),
  'encrypted.pdf': () => page('', encrypted, encryption),
  'empty.pdf': () => Buffer.alloc(0),
  'not-a-pdf.pdf': () => Buffer.from('Ceci est un texte.\n'),
  'scan.pdf': () => scan(3_000_000),
};
