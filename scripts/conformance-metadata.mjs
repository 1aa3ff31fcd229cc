// Metadata written by others, read by our tolerant reader and compared with what plain text search
// finds in them.
// usage: npm run conformance:metadata -- --samples PATH [--samples PATH...] [--out FILE]
//   --samples  a folder, a git work tree or a git directory of public samples (never part of this
// project)
//   --out      writes the table as Markdown
import { execFileSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { parseArgs } from 'node:util';
import { checkMetadata, readMetadata } from 'terr-esante-sdk/documents';

const { values } = parseArgs({ options: { samples: { type: 'string', multiple: true }, out: { type: 'string' } } });
if (!values.samples) {
  console.error('usage: npm run conformance:metadata -- --samples PATH [--samples PATH...] [--out FILE]');
  process.exit(2);
}

const isSample = (name, text) =>
  /\.xml$/i.test(name) && /<(?:[\w.-]+:)?(?:ExtrinsicObject|RegistryPackage)[\s>]/.test(text);

/** Name and bytes of every file of a folder or of a git directory. */
function* filesOf(path) {
  if (existsSync(join(path, 'objects')) && existsSync(join(path, 'HEAD'))) {
    const git = (...args) => execFileSync('git', [`--git-dir=${path}`, ...args], { maxBuffer: 1 << 28 });
    const names = git('ls-tree', '-r', '-z', '--name-only', 'HEAD').toString().split('\0');
    for (const name of names.filter((file) => /\.xml$/i.test(file))) yield [name, git('show', `HEAD:${name}`)];
    return;
  }
  for (const name of readdirSync(path, { recursive: true })) {
    const file = join(path, String(name));
    if (/\.xml$/i.test(file) && statSync(file).isFile()) yield [String(name), readFileSync(file)];
  }
}

const decode = (text) =>
  text
    .replaceAll('&lt;', '<')
    .replaceAll('&gt;', '>')
    .replaceAll('&quot;', '"')
    .replaceAll('&apos;', "'")
    .replaceAll('&amp;', '&');
const scheme = {
  uniqueId: '2e82c1f6-a085-4c72-9da3-8640a32e42ab',
  patientId: '58a6f841-87b3-4a3e-92fd-a8ffeff98427',
  setId: '96fdda7c-d067-4183-912e-bf5ee74998a8',
  typeCode: 'f0306f51-975f-434e-a61c-c59651d33983',
  set: 'a54d6aa5-d40d-43f9-88c5-b4633d873bdd',
};

/** What a search for text finds: start tags and attribute values, no XML parser. */
function searched(text) {
  const tags = [
    ...text
      .replaceAll(/<!--[\s\S]*?-->/g, '')
      .matchAll(/<([\w.:-]+)((?:\s+[\w.:-]+\s*=\s*(?:"[^"]*"|'[^']*'))*)\s*\/?>/g),
  ].map(([, name, attributes]) => ({
    name: name.replace(/^.*:/, ''),
    get: (attribute) => {
      const match = new RegExp(`\\s(?:[\\w.-]+:)?${attribute}\\s*=\\s*(?:"([^"]*)"|'([^']*)')`).exec(attributes);
      return match ? decode(match[1] ?? match[2]) : '';
    },
  }));
  const by = (name, attribute, uuid, value) =>
    tags
      .filter((tag) => tag.name === name && tag.get(attribute).toLowerCase().endsWith(uuid))
      .map((tag) => tag.get(value))
      .sort();
  return {
    documents: tags.filter(({ name }) => name === 'ExtrinsicObject').length,
    sets: by('Classification', 'classificationNode', scheme.set, 'id').length,
    associations: tags.filter(({ name }) => name === 'Association').length,
    uniqueIds: by('ExternalIdentifier', 'identificationScheme', scheme.uniqueId, 'value'),
    patientIds: by('ExternalIdentifier', 'identificationScheme', scheme.patientId, 'value'),
    setIds: by('ExternalIdentifier', 'identificationScheme', scheme.setId, 'value'),
    typeCodes: by('Classification', 'classificationScheme', scheme.typeCode, 'nodeRepresentation'),
  };
}

const present = (list) => list.filter((value) => value !== '').sort();
const read = ({ documents, submissionSets, associations }) => ({
  documents: documents.length,
  sets: submissionSets.length,
  associations: associations.length,
  uniqueIds: present(documents.map(({ uniqueId }) => uniqueId)),
  patientIds: present(documents.map(({ patientId }) => patientId)),
  setIds: present(submissionSets.map(({ uniqueId }) => uniqueId)),
  typeCodes: present(documents.map(({ typeCode }) => typeCode.code)),
});

const rows = [];
let wrong = 0;
for (const path of values.samples) {
  for (const [name, bytes] of filesOf(path)) {
    const text = bytes.toString('utf8');
    if (!isSample(name, text)) continue;
    const expected = searched(text);
    let outcome;
    let errors = '';
    try {
      const found = read(readMetadata(bytes));
      const different = Object.keys(expected).filter(
        (key) => JSON.stringify(expected[key]) !== JSON.stringify(found[key]),
      );
      outcome = different.length === 0 ? 'same' : `different: ${different.join(', ')}`;
      const rules = (await checkMetadata(bytes)).findings
        .filter(({ severity }) => severity === 'error')
        .map(({ rule }) => rule);
      errors = [...new Set(rules)].join(' ');
    } catch (error) {
      outcome = `refused: ${error.code ?? error}`;
    }
    if (outcome !== 'same') wrong += 1;
    rows.push([basename(name), expected.documents, expected.sets, expected.associations, outcome, errors || '-']);
  }
}

const table = [
  '| sample | documents | sets | associations | read | errors of checkMetadata |',
  '| --- | --- | --- | --- | --- | --- |',
  ...rows.map((row) => `| ${row.join(' | ')} |`),
].join('\n');
console.log(table);
if (values.out) writeFileSync(values.out, `${table}\n`);
console.log(`samples ${rows.length}, not read as they are ${wrong}`);
process.exit(rows.length === 0 || wrong > 0 ? 1 : 0);
