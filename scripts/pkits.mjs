// The PKITS data set of the NIST (paths, revocation lists) against our chain and revocation rules.
// It is public and not in this repository: give the folder that holds its `certs` and `crls`.
// usage: npm run pkits -- --data DIR [--list]
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { runPkits } from './pkits-run.mjs';

const { data, list } = parseArgs({ options: { data: { type: 'string' }, list: { type: 'boolean' } } }).values;
if (data === undefined) {
  console.error('usage: npm run pkits -- --data DIR [--list]   (DIR holds certs/*.crt and crls/*.crl of PKITS)');
  process.exit(2);
}

function read(folder, suffix) {
  const names = readdirSync(join(data, folder)).filter((name) => name.endsWith(suffix));
  return new Map(names.map((name) => [name.slice(0, -suffix.length), readFileSync(join(data, folder, name))]));
}

const results = await runPkits({ certificates: read('certs', '.crt'), lists: read('crls', '.crl') });
const of = (outcome) => results.filter((result) => result.outcome === outcome);

console.log(`PKITS: ${results.length} paths`);
console.log(`  accepted, and valid:      ${of('passed').length}`);
console.log(`  refused, and invalid:     ${of('refused').length}`);
console.log(`  refused, not supported:   ${of('unsupported').length}`);
console.log(`  accepted, but invalid:    ${of('wrong').length}`);

const shown = [...of('wrong'), ...of('unsupported'), ...(list ? of('refused') : [])];
for (const { outcome, name, why } of shown) console.log(`  ${outcome.padEnd(11)} ${name}: ${why}`);
process.exit(of('wrong').length > 0 ? 1 : 0);
