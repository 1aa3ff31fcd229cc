import { expect, it } from 'vitest';
import { createSubmission, readXdm, writeMetadata } from '../../../src/documents/index.ts';
import { collect } from '../../../src/internal/bytes.ts';
import { builtDocument, fixedRuntime, sourceId } from '../../documents/helpers/built-document.ts';
import { zipCases } from './cases.ts';

// A file of its own: the highest use of the process only ever goes up.
it('hostile archives take at most 60 MB more memory', async () => {
  const built = builtDocument({ title: 'Courrier de suivi '.repeat(5) });
  const metadata = writeMetadata(createSubmission([built], { sourceId, runtime: fixedRuntime() }));
  const archives = zipCases(metadata, await collect(built.content.open())).map(({ make }) => make());

  const before = process.resourceUsage().maxRSS;
  for (const archive of archives) await readXdm(archive).catch(() => undefined);
  expect((process.resourceUsage().maxRSS - before) / 1024).toBeLessThan(60);
});
