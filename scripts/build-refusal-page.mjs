// Writes docs/documents-refus.md from the rules of the checks.
import { build } from 'esbuild';
import { mkdirSync, writeFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { refusalPage } from './refusal-page.mjs';

const folder = resolve('node_modules/.cache/refusal-page');
mkdirSync(folder, { recursive: true });
const outfile = `${folder}/rules.mjs`;
await build({
  stdin: {
    contents: "export { cdaRuleList, depositRules } from './src/documents/index.ts';",
    resolveDir: process.cwd(),
    loader: 'ts',
  },
  bundle: true,
  platform: 'node',
  format: 'esm',
  packages: 'external',
  outfile,
  logLevel: 'error',
});
const { cdaRuleList, depositRules } = await import(pathToFileURL(outfile).href);
writeFileSync('docs/documents-refus.md', await refusalPage(cdaRuleList(), depositRules()));
