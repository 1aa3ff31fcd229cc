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
    external: ['saxes'],
    logLevel: 'error',
  });
  return gzipSync(outputFiles[0].contents, { level: 9 }).length;
}

const named = [
  'checkIns, parseIns, checkCoherence, normalizeBirthName, normalizeGivenName, isFirstGivenNameOf, completeBirthDate',
  'checkIdentityStatus, parseInsDatamatrix, compareIdentities, findDuplicates',
  'checkCompleteness, canTransmitIns, checkInsTransmission, buildInsDatamatrix',
].join(', ');

export async function run() {
  const all = (path) => `export * from 'terr-esante-sdk/identity${path}';`;
  const countries = await size("export { createCountryLookup } from 'terr-esante-sdk/identity/reference';");
  const rows = [
    ['terr-esante-sdk/identity, the whole entry', all(''), 'at most 15,150 bytes, sentences in both languages'],
    ['its checks alone', `export { ${named} } from 'terr-esante-sdk/identity';`, null],
    [
      'the checks without compareIdentities and findDuplicates',
      `export { ${named.replace('compareIdentities, findDuplicates, ', '')} } from 'terr-esante-sdk/identity';`,
      null,
    ],
    [
      'five traits and INS alone',
      "export { checkCompleteness, checkIns, parseIns } from 'terr-esante-sdk/identity';",
      null,
    ],
    ['/national-id', all('/national-id'), null],
    ['/status', all('/status'), null],
    ['/reference without the country list', all('/reference'), null, countries],
    ['/reference', all('/reference'), null],
    ['/wire', all('/wire'), null],
    ['/insi', all('/insi'), null],
    ['everything', ['', '/national-id', '/reference', '/status', '/wire', '/insi'].map(all).join('\n'), null],
  ];
  const out = [];
  for (const [name, contents, goal, without = 0] of rows)
    out.push({
      name: `minified and gzipped: ${name}`,
      value: ((await size(contents)) - without) / 1024,
      unit: 'KiB',
      baseline: 'the XML parser, which only /wire and /insi use, is not counted',
      ratio: null,
      goal,
    });
  return out;
}
