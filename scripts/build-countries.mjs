// Compiles the COG country codes into src/identity/reference/countries.ts.
// usage: node scripts/build-countries.mjs COUNTRIES.json
//   COUNTRIES.json holds { source: { title, version }, entries: [{ cog, labelFr }] }
import { readFileSync, writeFileSync } from 'node:fs';

const [path] = process.argv.slice(2);
if (!path) {
  console.error('usage: node scripts/build-countries.mjs COUNTRIES.json');
  process.exit(2);
}
const { source, entries } = JSON.parse(readFileSync(path, 'utf8'));
const rows = entries.map(({ cog, labelFr }) => {
  if (!/^99\d{3}$/.test(cog) || /[|`$\\]/.test(labelFr)) throw new Error(`unexpected entry ${cog}`);
  return cog + labelFr;
});
rows.sort();
writeFileSync(
  'src/identity/reference/countries.ts',
  `// Made by scripts/build-countries.mjs. Codes: ${source.title}, version ${source.version}.
// Labels: French region names of Unicode CLDR, for display only.
export const countries: string =
  ${JSON.stringify(rows.join('|'))};
`,
);
console.log(`${rows.length} countries`);
