// Writes docs/identity-comparison.md: our result beside those of french-ssn and stdnum on the test
// vectors.
// usage: npm run build && node bench/identity/compare.mjs
import { readFileSync, writeFileSync } from 'node:fs';
import { checkIns } from 'terr-esante-sdk/identity';

const root = new URL('../../', import.meta.url);
const vectors = JSON.parse(readFileSync(new URL('test/identity/vectors/matricule.json', root), 'utf8'));
const peers = JSON.parse(readFileSync(new URL('bench/package.json', root), 'utf8')).dependencies;

/** The table, and how often each peer agrees with what is expected. */
export async function compare() {
  const { default: frenchSsn } = await import('french-ssn');
  const { stdnum } = await import('stdnum');
  const agreed = { ours: 0, ssn: 0, nir: 0 };
  const rows = vectors.map(({ id, matricule, valid, note }) => {
    const report = checkIns(matricule);
    const results = {
      ours: report.ok,
      ssn: frenchSsn.validate(matricule),
      nir: stdnum.FR.nir.validate(matricule).isValid,
    };
    for (const name of Object.keys(agreed)) if (results[name] === valid) agreed[name] += 1;
    const cell = (name) => `${results[name] ? 'valid' : 'refused'}${results[name] === valid ? '' : ' ✗'}`;
    const rules = report.findings.map(({ rule }) => rule).join(', ');
    return `| ${id} | \`${matricule}\` | ${note} | ${valid ? 'valid' : 'refused'} | ${cell('ours')}${rules ? ` (${rules})` : ''} | ${cell('ssn')} | ${cell('nir')} |`;
  });
  return { rows, agreed, total: vectors.length };
}

export async function page() {
  const { rows, agreed, total } = await compare();
  return `# INS checks compared

Made by \`bench/identity/compare.mjs\` on the test vectors of this package; ✗ marks a result other than the expected one.
All numbers are synthetic or those of published test identities. The other packages check French social security
numbers, not INS: a choice such as the key 98 may be right for their purpose.

| | checkIns | french-ssn ${peers['french-ssn']} | stdnum ${peers.stdnum} (FR.nir) |
|---|---|---|---|
| as expected | ${agreed.ours} of ${total} | ${agreed.ssn} of ${total} | ${agreed.nir} of ${total} |
| says why | findings, in French and English | an English sentence | an error class |
| warns without refusing | yes | no | no |

| id | number | note | expected | checkIns | french-ssn | stdnum |
|---|---|---|---|---|---|---|
${rows.join('\n')}
`;
}

export async function run() {
  const { agreed, total } = await compare();
  return [
    ['checkIns', 'ours'],
    ['french-ssn validate', 'ssn'],
    ['stdnum FR.nir', 'nir'],
  ].map(([name, key]) => ({
    name: `numbers judged as expected: ${name}`,
    value: agreed[key],
    unit: `of ${total}`,
    baseline: 'test vectors of the identity part',
    ratio: null,
    goal: key === 'ours' ? 'all' : null,
  }));
}

if (process.argv[1]?.endsWith('compare.mjs')) writeFileSync(new URL('docs/identity-comparison.md', root), await page());
