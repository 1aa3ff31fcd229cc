// What we write as metadata, judged by the metadata validators of the NIST XDS toolkit, which this
// project neither contains nor builds: `npm run referee:toolkit -- --classes CLASSPATH`, the class path
// of its module validators-registry-metadata and of what that needs. Without one it says what was
// skipped. Last line: accepted N, refused M.
import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';

import { importSource } from './bundle-source.mjs';
import { controls, submissions } from './referee-toolkit/submissions.mjs';

/** What the toolkit refuses and France asks for: the words of the judge, the value they are said of, and the source. */
const differences = [
  {
    what: 'CX.5 NH or PI of a patient identifier',
    words: / : Expected &OID&ISO after \^\^\^ in CX data type$/,
    value: /\^\^\^&[\d.]+&ISO\^(?:NH|PI)\b/,
    reason: 'CI-SIS, volet Partage de documents de santé: the identifier type NH or PI is given',
  },
  {
    what: 'signs names the submission set',
    words: /^Association\((?:Association\()?signs01\b/,
    value: /\b(?:references a SubmissionSet as a target|it references SubmissionSet\(SubmissionSet01\))/,
    reason: 'the DMP has the whole set signed: the signature points to it (DRIM-M_DRIMbox of the ANS, DocumentEntry)',
  },
];

const { classes } = parseArgs({ options: { classes: { type: 'string' } } }).values;
if (classes === undefined) {
  console.log('skipped: all submissions, --classes names no class path with the validators');
  process.exit(69);
}

const parts = ['documents', 'auth', 'testing'].map((name) => `export * as ${name} from './src/${name}/index.ts';`);
const sdk = await importSource('referee-toolkit', parts.join('\n'));
const own = await submissions(sdk);
const [letter] = own;
const broken = controls.map(([name, change]) => ({ ...letter, name, xml: change(letter.xml), isControl: true }));

let refused = 0;
let accepted = 0;
let unseen = 0;
for (const { name, xml, isControl, findings } of judged([...own, ...broken])) {
  const unknown = findings.filter((sentence) => differenceOf(sentence) === null);
  if (isControl) {
    if (unknown.length === 0 || xml === letter.xml) unseen += 1;
    console.log(`control, ${name}: ${unknown.length > 0 ? 'refused' : 'NOT SEEN'}`);
    continue;
  }

  if (unknown.length === 0) accepted += 1;
  else refused += 1;
  const known = findings.length - unknown.length;
  console.log(`${name}: ${unknown.length > 0 ? 'refused' : 'accepted'}, known differences ${known}`);
  for (const sentence of unknown) console.log(`  ${sentence}`);
}
for (const { what, reason } of differences) console.log(`known difference: ${what} (${reason})`);
console.log(`accepted ${accepted}, refused ${refused}`);
process.exit(refused + unseen > 0 ? 1 : 0);

function differenceOf(sentence) {
  return differences.find(({ words, value }) => words.test(sentence) && value.test(sentence)) ?? null;
}

/** Each with the sentences of the judge: one run of Java for all. */
function judged(list) {
  const folder = mkdtempSync(join(tmpdir(), 'referee-toolkit-'));
  try {
    // No national table is asked of it, but it reads one with media types before it begins.
    const codes = '<Codes><CodeType name="mimeType"><Code code="text/xml" ext="xml"/></CodeType></Codes>';
    writeFileSync(join(folder, 'codes.xml'), codes);
    const files = list.map(({ context, xml }, place) => {
      const file = join(folder, `${place}.xml`);
      writeFileSync(file, xml);
      return [context, file];
    });

    const program = resolve(import.meta.dirname, 'referee-toolkit/Findings.java');
    const args = ['-cp', classes, program, join(folder, 'codes.xml'), ...files.flat()];
    const lines = execFileSync('java', args, { encoding: 'utf8', stdio: ['ignore', 'pipe', 'inherit'] }).split('\n');
    const said = lines.map((line) => line.split('\t'));
    return list.map((submission, place) => {
      const file = files[place][1];
      if (!said.some(([done, name]) => done === 'DONE' && name === file))
        throw new Error(`not judged: ${submission.name}`);
      return { ...submission, findings: said.filter(([name]) => name === file).map(([, sentence]) => sentence) };
    });
  } finally {
    rmSync(folder, { recursive: true });
  }
}
