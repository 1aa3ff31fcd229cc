// What a release tells of itself: bill of materials, licences, tables, provenance.
import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';

const run = (command, args, cwd) => execFileSync(command, args, { cwd, encoding: 'utf8', maxBuffer: 1 << 28 });

/** Licences that an editor may ship without asking anybody. */
const allowed = new Set([
  'MIT',
  'MIT-0',
  'ISC',
  '0BSD',
  'BSD-2-Clause',
  'BSD-3-Clause',
  'Apache-2.0',
  'BlueOak-1.0.0',
  'Unlicense',
  'Python-2.0',
]);

/** A licence expression is fine when one of its choices is, or all of its parts are. */
export function isAllowed(expression) {
  const text = expression.replaceAll(/[()]/g, '');
  if (text.includes(' OR ')) return text.split(' OR ').some((one) => isAllowed(one));
  return text.split(' AND ').every((one) => allowed.has(one.trim()));
}

/** The bill of materials of what is installed with the package (CycloneDX, by npm itself). */
export function billOfMaterials(root) {
  const text = run(
    'npm',
    [
      'sbom',
      '--omit',
      'dev',
      '--omit',
      'optional',
      '--omit',
      'peer',
      '--sbom-format',
      'cyclonedx',
      '--sbom-type',
      'library',
    ],
    root,
  );
  return JSON.parse(text);
}

/** Name, version and licence of each component of the bill. */
export function licencesOf(bill) {
  return (bill.components ?? [])
    .map(({ name, version, licenses = [] }) => ({
      name,
      version,
      licence:
        licenses.map(({ license, expression }) => expression ?? license?.id ?? license?.name ?? '').join(' AND ') ||
        null,
    }))
    .toSorted((a, b) => a.name.localeCompare(b.name));
}

/** The national tables that are compiled in, each with its version and date. */
export function nationalTables(root) {
  const folder = join(root, 'src/nomenclature/tables');
  const field = (text, name) =>
    new RegExp(`^  ${name}: '((?:[^'\\\\]|\\\\.)*)'`, 'm').exec(text)?.[1]?.replaceAll('\\', '') ?? null;
  return readdirSync(folder)
    .filter((name) => name.endsWith('.ts'))
    .map((name) => readFileSync(join(folder, name), 'utf8'))
    .map((text) => ({
      name: field(text, 'name'),
      oid: field(text, 'oid'),
      version: field(text, 'version'),
      date: field(text, 'date'),
    }))
    .filter(({ name }) => name !== null)
    .toSorted((a, b) => a.name.localeCompare(b.name));
}

/** What was built, from which commit, with what: an in-toto statement, which the registry signs. */
export function provenance({ manifest, tarball, commit, dirty }) {
  return {
    _type: 'https://in-toto.io/Statement/v1',
    subject: [
      {
        name: `pkg:npm/${manifest.name}@${manifest.version}`,
        digest: { sha512: createHash('sha512').update(tarball).digest('hex') },
      },
    ],
    predicateType: 'https://slsa.dev/provenance/v1',
    predicate: {
      buildDefinition: {
        buildType: 'https://slsa-framework.github.io/github-actions-buildtypes/workflow/v1',
        externalParameters: { command: 'npm ci && npm pack' },
        internalParameters: { dirty },
        resolvedDependencies: [{ uri: manifest.repository?.url ?? null, digest: { gitCommit: commit } }],
      },
      runDetails: { builder: { id: null, version: { node: process.versions.node } } },
    },
  };
}

export function commitOf(root) {
  const commit = run('git', ['rev-parse', 'HEAD'], root).trim();
  return { commit, dirty: run('git', ['status', '--porcelain'], root).trim() !== '' };
}
