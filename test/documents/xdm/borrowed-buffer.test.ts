import { randomBytes } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { buildLetter, createSubmission, inspectPdf, packageXdm, streamXdm } from '../../../src/documents/index.ts';
import { collect, type ByteSource } from '../../../src/internal/bytes.ts';
import { demoLetterPdf, fictivePatient, fictiveProfessional, fictiveStructure } from '../../../src/testing/index.ts';
import { fixedRuntime, sourceId } from '../helpers/built-document.ts';

/** A PDF of 900 kB, whose image does not compress. */
const pdf = (() => {
  const small = Buffer.from(demoLetterPdf());
  return Buffer.concat([
    small,
    Buffer.from('\n1 0 obj\n<< /Length 900000 >>\nstream\n'),
    randomBytes(900_000),
    Buffer.from('\nendstream\nendobj\n'),
    small,
  ]);
})();

/** Gives every chunk in the same buffer, and ruins it before the next one: what `scan` allows. */
function borrowed(bytes: Uint8Array, chunkBytes: number): ByteSource & { ended: number } {
  async function* scan(): AsyncGenerator<Uint8Array> {
    const buffer = new Uint8Array(chunkBytes);
    try {
      for (let at = 0; at < bytes.length; at += chunkBytes) {
        const part = bytes.subarray(at, at + chunkBytes);
        buffer.set(part);
        yield buffer.subarray(0, part.length);
        buffer.fill(0x28);
      }
    } finally {
      source.ended += 1;
    }
  }
  const source = {
    byteLength: bytes.length,
    ended: 0,
    scan,
    async *open() {
      yield Uint8Array.from(bytes);
    },
  };
  return source;
}

const letterOf = (content: Uint8Array | ByteSource): ReturnType<typeof buildLetter> =>
  buildLetter(
    {
      patient: fictivePatient(),
      author: { professional: fictiveProfessional(), structure: fictiveStructure() },
      pdf: content,
      patientConsent: true,
    },
    { runtime: fixedRuntime() },
  );

describe.each([1021, 65_536, 262_144])('a source that uses its buffer again, %i bytes at a time', (chunkBytes) => {
  it('gives the same inspection, document and archive as the bytes themselves', async () => {
    expect(await inspectPdf(borrowed(pdf, chunkBytes))).toEqual(await inspectPdf(pdf));
    const letter = await letterOf(borrowed(pdf, chunkBytes));
    const plain = await letterOf(pdf);
    expect(letter.sha1).toBe(plain.sha1);
    const document = Buffer.from(await collect(letter.content.open()));
    expect(document.equals(await collect(plain.content.open()))).toBe(true);
    expect(document.includes(pdf.toString('base64'))).toBe(true);
    const archiveOf = async (built: typeof letter, inMemoryBytes: number): Promise<Buffer> =>
      Buffer.from(
        await collect(
          (
            await packageXdm(
              createSubmission([built], { sourceId, uniqueId: '2.999.1.10.9', runtime: fixedRuntime() }),
              {
                inMemoryBytes,
              },
            )
          ).content.open(),
        ),
      );
    for (const inMemoryBytes of [1000, 10_000_000]) {
      expect((await archiveOf(letter, inMemoryBytes)).equals(await archiveOf(plain, inMemoryBytes))).toBe(true);
    }
  });
});

describe('an archive that nobody reads to its end', () => {
  it('ends the reading of its source', async () => {
    const source = borrowed(pdf, 65_536);
    const submission = createSubmission([await letterOf(source)], {
      sourceId,
      uniqueId: '2.999.1.10.9',
      runtime: fixedRuntime(),
    });
    const before = source.ended;
    let chunks = 0;
    for await (const chunk of streamXdm(submission, { inMemoryBytes: 1000 })) {
      chunks += 1;
      if (chunk.length > 10_000) break;
    }
    expect(chunks).toBeGreaterThan(3);
    expect(source.ended).toBe(before + 1);
  });

  it('throws what its source threw', async () => {
    const submission = createSubmission([await letterOf(pdf)], {
      sourceId,
      uniqueId: '2.999.1.10.9',
      runtime: fixedRuntime(),
    });
    const [document] = submission.documents;
    const broken: ByteSource = {
      byteLength: document!.document.content.byteLength,
      async *open() {
        yield Buffer.alloc(300_000, 'x');
        throw new Error('unplugged');
      },
    };
    const altered = {
      ...submission,
      documents: [{ ...document!, document: { ...document!.document, content: broken } }],
    };
    await expect(collect(streamXdm(altered, { inMemoryBytes: 1000 }))).rejects.toThrow('unplugged');
  });
});
