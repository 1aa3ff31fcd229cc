import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { createSubmission, readXdm, saveSubmission } from '../../../src/documents/index.ts';
import { missing } from '../../helpers/require-tool.ts';
import { builtDocument, fixedRuntime, sourceId } from '../helpers/built-document.ts';

const python = `import os, sys, zipfile
with zipfile.ZipFile(sys.argv[1], 'w', zipfile.ZIP_DEFLATED) as z:
    for d, _, fs in os.walk('.'):
        for f in fs: z.write(os.path.join(d, f))`;

const writers: readonly (readonly [program: string, args: (file: string) => string[]])[] = [
  ['jar', (file) => ['cMf', file, '.']],
  ['python3', (file) => ['-c', python, file]],
];

describe('readXdm', () => {
  for (const [program, args] of writers) {
    it.skipIf(missing(program))(`reads an archive made by ${program}`, async () => {
      const dir = mkdtempSync(join(tmpdir(), 'writers-'));
      const { folder } = await saveSubmission(
        createSubmission([builtDocument()], { sourceId, runtime: fixedRuntime() }),
        dir,
      );
      const file = join(dir, 'IHE_XDM.zip');
      execFileSync(program, args(file), { cwd: folder });
      const { findings, subsets } = await readXdm(readFileSync(file));
      expect(findings).toEqual([]);
      expect(subsets[0]!.documents.map(({ intact }) => intact)).toEqual([true]);
    });
  }
});
