import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { buildLetter, type PdfDocumentInput } from '../../src/documents/index.ts';
import { demoLetterPdf, fictivePatient, fictiveProfessional, fictiveStructure } from '../../src/testing/index.ts';
import { collect } from '../../src/internal/bytes.ts';
import type { Runtime } from '../../src/internal/runtime.ts';

function fixedRuntime(): Runtime {
  let next = 0;
  return {
    clock: { now: () => Date.UTC(2026, 2, 15, 10, 10, 0) },
    ids: { uuid: () => `00000000-0000-4000-8000-${String((next += 1)).padStart(12, '0')}` },
  };
}

const input = (): PdfDocumentInput => ({
  patient: fictivePatient(),
  author: { professional: fictiveProfessional(), structure: fictiveStructure() },
  patientConsent: true,
  title: 'Certificat médical',
  pdf: demoLetterPdf(),
});

describe('buildLetter', () => {
  it('wraps the PDF byte for byte and announces the size and digest it yields', async () => {
    const letter = await buildLetter(input(), { runtime: fixedRuntime() });
    const bytes = await collect(letter.content.open());
    expect(bytes.length).toBe(letter.content.byteLength);
    expect(createHash('sha1').update(bytes).digest('hex')).toBe(letter.sha1);
    const xml = Buffer.from(bytes).toString('utf8');
    const base64 = /representation="B64">([^<]*)</.exec(xml)?.[1] ?? '';
    expect(Buffer.from(base64, 'base64').equals(demoLetterPdf())).toBe(true);
  });

  it('gives the same bytes for the same input, clock and ids', async () => {
    const [a, b] = [
      await buildLetter(input(), { runtime: fixedRuntime() }),
      await buildLetter(input(), { runtime: fixedRuntime() }),
    ];
    expect(a.sha1).toBe(b.sha1);
  });
});
