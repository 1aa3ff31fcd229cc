// What a web form that only checks identities would download: minified and compressed.
import { gzipSync } from 'node:zlib';
import { build } from 'esbuild';

const root = new URL('../../', import.meta.url).pathname;

async function size(contents) {
  const { outputFiles } = await build({
    stdin: { contents, resolveDir: root },
    bundle: true,
    minify: true,
    write: false,
    format: 'esm',
    platform: 'node',
    target: 'es2022',
    external: ['@xmldom/xmldom'],
    logLevel: 'error',
  });
  return gzipSync(outputFiles[0].contents, { level: 9 }).length;
}

const rules =
  'checkCompleteness, checkIns, parseIns, checkCoherence, checkIdentityStatus, canTransmitIns, completeBirthDate, isFirstGivenNameOf, normalizeBirthName, normalizeGivenName, IdentityError';

export async function run() {
  const rows = [
    [
      'five traits, INS, coherence, names, dates, status',
      `export { ${rules} } from 'terr-esante-sdk/identity';`,
      'at most 10 kB',
    ],
    [
      'the same with the INS datamatrix',
      `export { ${rules}, parseInsDatamatrix, buildInsDatamatrix } from 'terr-esante-sdk/identity';`,
      null,
    ],
    ['every function, country list left out', "export * from './dist/esm/identity/index.js';", null, true],
    ['every function, with the country list', "export * from 'terr-esante-sdk/identity';", null],
  ];
  const out = [];
  const countries = await size("export { createCountryLookup } from 'terr-esante-sdk/identity';");
  for (const [name, contents, goal, withoutCountries] of rows) {
    const bytes = (await size(contents)) - (withoutCountries ? countries : 0);
    out.push({
      name: `identity, minified and gzipped: ${name}`,
      value: bytes / 1000,
      unit: 'kB',
      baseline: 'XML parser not counted: only the CDA and INSi readers use it',
      ratio: null,
      goal,
    });
  }
  return out;
}
