import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { createSubmission, packageXdm, type XdmOptions } from '../../../src/documents/index.ts';
import { bytesSource, collect, sha1Hex } from '../../../src/internal/bytes.ts';
import { missing } from '../../helpers/require-tool.ts';
import { builtDocument, fixedRuntime, sourceId } from '../helpers/built-document.ts';

const big = Buffer.alloc(300_000, 'abcdefghij');
const bigDocument = builtDocument(
  { uniqueId: '2.999.1.10.5.20260315.2' },
  { content: bytesSource(big), sha1: sha1Hex(big) },
);
const submission = createSubmission([builtDocument(), bigDocument], { sourceId, runtime: fixedRuntime() });

const folder = mkdtempSync(join(tmpdir(), 'xdm-'));
afterAll(() => rmSync(folder, { recursive: true }));

/** Reads each archive it is given as a stream: one line an entry, with its length. */
const program = `import java.io.*; import java.util.zip.*;
  class Zip { public static void main(String[] a) throws Exception {
    for (String name : a) try (ZipInputStream in = new ZipInputStream(new FileInputStream(name))) {
      for (ZipEntry e; (e = in.getNextEntry()) != null;) System.out.println(e.getName() + " " + in.readAllBytes().length);
    } } }`;

const ways: Readonly<Record<string, XdmOptions>> = {
  deflated: {},
  stored: { store: true },
  'deflated in a stream': { inMemoryBytes: 1000 },
  'level 1': { level: 1 },
};

describe.skipIf(missing('unzip', 'java'))('packageXdm', () => {
  it('is accepted by unzip -t and by java.util.zip.ZipInputStream, in every way', { timeout: 60_000 }, async () => {
    const files: string[] = [];
    for (const [way, options] of Object.entries(ways)) {
      const file = join(folder, `${way.replaceAll(' ', '-')}.zip`);
      writeFileSync(file, await collect((await packageXdm(submission, options)).content.open()));
      expect(execFileSync('unzip', ['-t', file]).toString()).toContain('No errors detected');
      files.push(file);
    }

    writeFileSync(join(folder, 'Zip.java'), program);
    const lines = execFileSync('java', [join(folder, 'Zip.java'), ...files])
      .toString()
      .trim()
      .split('\n');
    expect(lines).toHaveLength(20);
    const lengths = lines.filter((line) => line.startsWith('IHE_XDM/SUBSET01/DOC0002.XML'));
    expect(lengths).toEqual(files.map(() => `IHE_XDM/SUBSET01/DOC0002.XML ${String(big.length)}`));
  });
});
