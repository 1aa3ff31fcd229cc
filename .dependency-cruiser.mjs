import { readFileSync } from 'node:fs';

/**
 * Imports flow one way. A folder may import the folders named after it, through their index or a
 * declared door. A heavy package has one owner, which loads it lazily. Nothing runs in circles,
 * neither between files nor between the sub-folders of a folder.
 */
const floors = {
  internal: [],
  identity: ['internal'],
  nomenclature: ['internal'],
  auth: ['internal', 'identity', 'nomenclature'],
  documents: ['internal', 'identity', 'nomenclature', 'auth'],
  transport: ['internal', 'identity', 'auth', 'documents'],
  notifications: ['internal', 'identity', 'documents', 'transport'],
  platform: ['internal', 'identity', 'auth', 'documents', 'transport', 'notifications'],
  client: ['internal', 'identity', 'auth', 'documents', 'transport', 'notifications', 'platform'],
};
/** Built on what the package publishes, as a host would be. */
const tools = ['testing', 'simulator', 'conformance', 'cli'];

/**
 * Files that other folders may reach beside the index: small, and wanted at the start where the
 * whole folder is not, or wanted inside the package only.
 */
const doors = [
  'auth/certificates/dn',
  'auth/certificates/pem',
  'auth/certificates/x509',
  'auth/vihf/rules/index',
  'auth/vihf/signer-rules',
  'client/audit/rules',
  'client/rules',
  'conformance/detect',
  'conformance/kit',
  'conformance/message/index',
  'conformance/rules/description',
  'documents/fhir/resources',
  'documents/fhir/systems',
  'documents/metadata/constants',
  'documents/metadata/ebrim',
  'documents/metadata/locate',
  'documents/metadata/object-reader',
  'documents/metadata/read',
  'documents/metadata/write',
  'documents/metadata/write-objects',
  'documents/pdf/inspect',
  'documents/rules/families',
  'documents/rules/index',
  'documents/submission/updater',
  'identity/birth-place',
  'identity/ins/key',
  'identity/ins/oid',
  'identity/insi/index',
  'identity/differing-traits',
  'identity/names',
  'identity/national-id/professional-id',
  'identity/rules',
  'identity/wire/cda-patient',
  'identity/wire/hl7v3',
  'notifications/cut-off',
  'notifications/operations',
  'platform/config/check-config',
  'platform/config/people',
  'platform/config/rules',
  'platform/descriptor/descriptors',
  'platform/descriptor/portal',
  'platform/descriptor/rules',
  'platform/environment',
  'simulator/intake/cda',
  'simulator/intake/queue',
  'simulator/mail/front',
  'simulator/mail/model',
  'simulator/mail/pop3',
  'simulator/mail/server',
  'simulator/state/state',
  'transport/binding/own-binding',
  'transport/binding/simulator-http',
  'transport/dossier/binding',
  'transport/binding/note-codes',
  'transport/binding/support-words',
  'transport/binding/plan-codes',
  'transport/fhir/address',
  'transport/mhd/hash',
  'transport/fhir-services/binding',
  'transport/fhir-services/address',
  'transport/mss/address',
  'transport/mss/address-rules',
  'transport/registry/rules',
  'transport/fhir/issue-rules',
  'transport/mss/answer',
  'transport/mss/care-mail',
  'transport/mss/care-reader',
  'transport/mss/headers',
  'transport/mss/incoming',
  'transport/mss/patient-mailbox',
  'transport/mss/probe',
  'transport/outbox/mail',
  'transport/outbox/spool/sealed-folder',
  'transport/patients/interaction',
  'transport/receipt/new-receipt',
  'transport/receipt/shown-address',
  'transport/receipt/states',
  'transport/registry/names',
  'transport/registry/response',
  'transport/xds/announced',
  'transport/xds/stored-query',
];

/** Package and the files or folders that may import it; `static` where a lazy import gains nothing. */
const owners = {
  '@xmldom/xmldom': { in: ['auth/', 'simulator/'] },
  saxes: { in: ['internal/xml/'], static: true },
  'xml-crypto': { in: ['auth/', 'simulator/'] },
  pkijs: { in: ['auth/'] },
  asn1js: { in: ['auth/'] },
  axios: { in: ['transport/http/'] },
  nodemailer: { in: ['transport/mss/'] },
  mailparser: { in: ['transport/mss/'] },
  imapflow: { in: ['transport/mss/'] },
  'openid-client': { in: ['auth/pro-sante-connect/'] },
  koffi: { in: ['auth/pkcs11/koffi/'] },
  yauzl: { in: ['internal/zip/', 'documents/xdm/'] },
  pg: { in: ['transport/outbox/'] },
  'smtp-server': { in: ['simulator/'] },
  '@etalab/decoupage-administratif': { in: ['identity/reference/'] },
};

const escaped = (text) => text.replaceAll(/[.*+?^${}()|[\]\\/]/g, '\\$&');
const anyOf = (names) => `(?:${names.map(escaped).join('|')})`;

const layers = Object.entries(floors).map(([from, below]) => ({
  name: `${from}-imports-downwards`,
  severity: 'error',
  from: { path: `^src/${from}/` },
  to: { path: '^src/', pathNot: `^src/(?:errors\\.ts$|${anyOf([from, ...below])}/)` },
}));

/** What a folder publishes: its index, and those of its parts that have an import path of their own. */
const { exports } = JSON.parse(readFileSync(new URL('package.json', import.meta.url), 'utf8'));
const entries = Object.values(exports)
  .filter((target) => typeof target === 'object')
  .map(({ import: { default: file } }) => file.replace('./dist/esm/', '').replace(/\.js$/, ''))
  .filter((file) => file !== 'index');
const ways = [...entries, 'nomenclature/index', 'client/index', ...doors];

const ownership = Object.entries(owners).flatMap(([name, { in: places, static: isStatic = false }]) => {
  const to = { path: `node_modules/${escaped(name)}/`, dependencyTypesNot: ['type-only', 'type-import'] };
  const allowed = `^src/${anyOf(places)}`;
  const owner = { name: `owner-of-${name}`, severity: 'error', from: { path: '^src/', pathNot: allowed }, to };
  const lazy = { name: `lazy-${name}`, severity: 'error', from: { path: allowed }, to: { ...to, dynamic: false } };
  return isStatic ? [owner] : [owner, lazy];
});

export default {
  forbidden: [
    ...layers,
    {
      name: 'nothing-imports-tools',
      severity: 'error',
      from: { path: '^src/', pathNot: `^src/${anyOf(tools)}/` },
      to: { path: `^src/${anyOf(tools)}/` },
    },
    {
      name: 'through-the-index',
      severity: 'error',
      from: { path: '^src/([^/]+)' },
      to: { path: '^src/[^/]+/', pathNot: `^src/(?:$1/|internal/|${anyOf(ways)}\\.ts$)` },
    },
    ...ownership,
    {
      name: 'package-without-owner',
      severity: 'error',
      from: { path: '^src/' },
      to: { path: 'node_modules/', pathNot: `node_modules/(?:@types/|${anyOf(Object.keys(owners))}/)` },
    },
    { name: 'unresolved', severity: 'error', from: {}, to: { couldNotResolve: true } },
    { name: 'no-file-circle', severity: 'error', from: {}, to: { circular: true } },
    { name: 'no-folder-circle', severity: 'error', scope: 'folder', from: {}, to: { circular: true } },
  ],
  options: {
    doNotFollow: { path: 'node_modules/' },
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.json' },
    enhancedResolveOptions: {
      extensions: ['.ts', '.cts', '.cjs', '.js', '.json'],
      exportsFields: ['exports'],
      conditionNames: ['import', 'require', 'node', 'default', 'types'],
      mainFields: ['main', 'types'],
    },
    metrics: true,
  },
};
