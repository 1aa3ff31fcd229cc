// Imports flow one way, through public indexes, and a heavy package has one owner that loads it
// lazily.
import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, posix, relative } from 'node:path';

const below = {
  internal: [],
  identity: ['internal'],
  nomenclature: ['internal'],
  auth: ['internal', 'identity', 'nomenclature'],
  documents: ['internal', 'identity', 'nomenclature', 'auth'],
  transport: ['internal', 'identity', 'auth', 'documents'],
  notifications: ['internal', 'identity', 'documents', 'transport'],
  platform: ['internal', 'identity', 'auth', 'documents', 'transport', 'notifications'],
  client: ['internal', 'identity', 'auth', 'documents', 'transport', 'notifications', 'platform'],
  root: ['internal', 'identity', 'auth', 'documents', 'transport', 'notifications', 'platform', 'client'],
};
const publicOnly = ['identity', 'auth', 'documents', 'transport', 'notifications', 'platform', 'client', 'root'];
for (const top of ['testing', 'simulator', 'conformance', 'cli']) {
  below[top] = ['internal', ...publicOnly, 'testing', 'simulator', 'conformance'].filter((name) => name !== top);
}

/**
 * Package -> the files or folders that may import it; `static` where a lazy import would gain
 * nothing.
 */
const owners = {
  saxes: { in: ['internal/xml/'], static: true },
  '@xmldom/xmldom': { in: ['auth/'] },
  'xml-crypto': { in: ['auth/', 'simulator/'] },
  pkijs: { in: ['auth/'] },
  asn1js: { in: ['auth/'] },
  axios: { in: ['transport/http/'] },
  nodemailer: { in: ['transport/mss/'] },
  mailparser: { in: ['transport/mss/'] },
  imapflow: { in: ['transport/mss/'] },
  'openid-client': { in: ['auth/pro-sante-connect/'] },
  pkcs11js: { in: ['auth/pkcs11/'] },
  yauzl: { in: ['internal/', 'documents/xdm/'] },
  pg: { in: ['transport/outbox/'] },
  'smtp-server': { in: ['simulator/'] },
  '@etalab/decoupage-administratif': { in: ['identity/reference/'] },
};

/**
 * Files that other folders may reach beside the index: small, and wanted at the start where the
 * whole folder is not.
 */
const doors = [
  'documents/rules/families.ts',
  'documents/rules/index.ts',
  'transport/mss/address.ts',
  'transport/mss/address-rules.ts',
  'transport/receipt/new-receipt.ts',
  'transport/binding/simulator-http.ts',
  'identity/ins/key.ts',
  'identity/ins/oid.ts',
  'identity/names.ts',
  'notifications/cut-off.ts',
  'notifications/operations.ts',
  'platform/environment.ts',
  'identity/rules.ts',
  'identity/wire/cda-patient.ts',
  'auth/vihf/rules/index.ts',
  'identity/national-id/professional-id.ts',
  'platform/config/check-config.ts',
  'platform/config/people.ts',
  'platform/config/rules.ts',
  'client/rules.ts',
  'conformance/rules/description.ts',
  'platform/descriptor/descriptors.ts',
];

/**
 * What a folder publishes: its index, and those of its parts that have an import path of their own.
 */
const entries = Object.values(JSON.parse(readFileSync('package.json', 'utf8')).exports)
  .filter((one) => typeof one === 'object')
  .map((one) => one.import.default.replace('./dist/esm/', '').replace(/\.js$/, '.ts'))
  .concat('nomenclature/index.ts', 'client/index.ts');

const files = readdirSync('src', { recursive: true, withFileTypes: true })
  .filter((entry) => entry.isFile() && /\.c?ts$/.test(entry.name) && !entry.name.endsWith('.d.cts'))
  .map((entry) => relative('src', join(entry.parentPath, entry.name)).replaceAll('\\', '/'));

const folderOf = (file) => (file.includes('/') ? file.slice(0, file.indexOf('/')) : 'root');
const problems = [];

for (const file of files) {
  const source = readFileSync(join('src', file), 'utf8')
    .replaceAll(/\/\*[\s\S]*?\*\//g, '')
    .replaceAll(/(^|[^:])\/\/.*$/gm, '$1');
  const from = folderOf(file);
  const specifiers = [
    ...[...source.matchAll(/(?:import|export)\s+(type\s)?(?:[\w*${}\s,]+?\sfrom\s+)?'([^']+)'/g)].map(
      ([, type, specifier]) => ({ specifier, lazy: false, type: Boolean(type) }),
    ),
    ...[...source.matchAll(/import\(\s*'([^']+)'\s*\)/g)].map(([, specifier]) => ({
      specifier,
      lazy: true,
      type: false,
    })),
  ];
  for (const { specifier, lazy, type } of specifiers) {
    if (specifier.startsWith('node:')) continue;
    if (!specifier.startsWith('.')) {
      const name = specifier
        .split('/')
        .slice(0, specifier.startsWith('@') ? 2 : 1)
        .join('/');
      const owner = owners[name];
      if (!owner) problems.push(`${file}: package ${name} has no declared owner`);
      else if (!owner.in.some((prefix) => file === prefix || (prefix.endsWith('/') && file.startsWith(prefix)))) {
        problems.push(`${file}: ${name} belongs to ${owner.in.join(', ')}`);
      } else if (!owner.static && !lazy && !type) problems.push(`${file}: ${name} must be loaded with await import()`);
      continue;
    }
    const target = posix.join(dirname(file), specifier);
    const to = folderOf(target);
    if (to === from) continue;
    if (target === 'errors.ts') continue;
    if (!below[from]?.includes(to)) problems.push(`${file}: ${from} must not import ${to} (${specifier})`);
    else if (to !== 'internal' && to !== 'root' && !entries.includes(target) && !doors.includes(target)) {
      problems.push(`${file}: reach ${to} through its index (${specifier})`);
    }
  }
}

if (problems.length > 0) {
  console.error(problems.join('\n'));
  process.exit(1);
}
console.log(`imports ok: ${files.length} files`);
