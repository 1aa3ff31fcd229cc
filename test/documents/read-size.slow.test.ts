import { describe, expect, it } from 'vitest';
import { buildLetter, readCdaSource } from '../../src/documents/index.ts';
import { collect, type ByteSource } from '../../src/internal/bytes.ts';
import { demoLetterPdf, fictivePatient, fictiveProfessional, fictiveStructure } from '../../src/testing/index.ts';

describe('readCdaSource', () => {
  it('keeps a 200 MB content out of the memory', async () => {
    const built = await buildLetter({
      patient: fictivePatient(),
      author: { professional: fictiveProfessional(), structure: fictiveStructure() },
      patientConsent: true,
      pdf: demoLetterPdf(),
    });
    const original = Buffer.from(await collect(built.content.open()));
    const place = original.indexOf('</text>');
    const head = original.subarray(0, original.indexOf('B64">') + 5);
    const tail = original.subarray(place);
    const piece = Buffer.from('QUJD'.repeat(16_384), 'latin1');
    const pieces = 3_200;
    const source: ByteSource = {
      byteLength: head.length + piece.length * pieces + tail.length,
      async *open() {
        yield head;
        for (let index = 0; index < pieces; index += 1) yield piece;
        yield tail;
      },
    };
    global.gc?.();
    const before = process.memoryUsage().rss;
    const read = await readCdaSource(source);
    const content = read.attachments[0]!.content!;
    expect(content.byteLength).toBe((piece.length * pieces * 3) / 4);
    let length = 0;
    for await (const chunk of content.open()) length += chunk.length;
    expect(length).toBe(content.byteLength);
    expect(process.memoryUsage().rss - before).toBeLessThan(100 * 1024 * 1024);
  });
});
