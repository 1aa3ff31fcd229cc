import { inspectPdf } from '../../../src/documents/index.ts';
import { demoLetterPdf } from '../../../src/testing/index.ts';
import type { Target } from '../target.ts';

export const pdf: Target = {
  name: 'pdf',
  seeds: async () => [
    demoLetterPdf(),
    Buffer.from(
      '%PDF-1.4\n1 0 obj\n<</Type/Catalog/Pages 2 0 R>>\nendobj\n2 0 obj\n<</Type/Pages/Kids[]/Count 0>>\nendobj\nxref\n0 3\n0000000000 65535 f \n0000000009 00000 n \n0000000052 00000 n \ntrailer\n<</Size 3/Root 1 0 R>>\nstartxref\n99\n%%EOF\n',
    ),
  ],
  dictionary: [
    '%PDF-1.4',
    '%%EOF',
    'obj',
    'endobj',
    'stream\n',
    '\nendstream',
    'startxref',
    'trailer',
    '<<',
    '>>',
    '[',
    ']',
    '/JavaScript',
    '/J#61vaScript',
    '/JS',
    '/OpenAction',
    '/Launch',
    '/EmbeddedFile',
    '/Encrypt',
    '/ObjStm',
    '/FlateDecode',
    '/Filter',
    '/Length 99999999',
    '/DecodeParms<</Predictor 15/Columns 9999999>>',
    '/XFA',
    '/N 100000',
    '/First 4',
    '(\\',
    '<',
    '0 0 R',
  ],
  findings: true,
  read: (bytes) => inspectPdf(bytes),
};
