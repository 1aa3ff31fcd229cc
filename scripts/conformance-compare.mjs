// The two comparisons of conformance-cda.mjs: official examples read and checked, one-change
// mutants checked.
import { DOMParser } from '@xmldom/xmldom';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { validateFolder } from './cda-kit.mjs';

const hl7 = 'urn:hl7-org:v3';
const headerProfile = /StrucMin$/;
const errorsOf = (findings) => findings.filter(({ severity }) => severity === 'error');
const short = (text) => text.replaceAll('|', '\\|').slice(0, 160);

/** What an independent parser counts in the document. */
function counted(xml) {
  const top = new DOMParser({ onError: () => {} }).parseFromString(xml.replace(/^\uFEFF/, ''), 'text/xml');
  const root =
    top.documentElement.localName === 'ClinicalDocument'
      ? top.documentElement
      : top.getElementsByTagNameNS(hl7, 'ClinicalDocument').item(0);
  const children = (name) => [...root.childNodes].filter((node) => node.localName === name).length;
  const all = (name) => root.getElementsByTagNameNS(hl7, name);
  let encoded = 0;
  for (const node of root.getElementsByTagNameNS(hl7, '*')) {
    if (node.getAttribute('representation') === 'B64' && node.textContent.trim() !== '') encoded += 1;
  }
  let texts = 0;
  let words = '';
  for (const node of all('text')) {
    if (node.parentNode.localName !== 'section') continue;
    texts += 1;
    words += node.textContent.replaceAll(/\s+/g, '');
  }
  return { authors: children('author'), sections: all('section').length, encoded, texts, words };
}

const narrativeText = (node) =>
  node === null
    ? ''
    : node.children.map((child) => (typeof child === 'string' ? child : narrativeText(child))).join('');
const flatten = (sections) => sections.flatMap((section) => [section, ...flatten(section.sections)]);

export async function compareExamples({ kit, product, say, bytesOf }) {
  say();
  say('## Official examples');
  say();
  say('| example | title | patient | authors | sections | attachments | read | header: kit / ours |');
  say('| --- | --- | --- | --- | --- | --- | --- | --- |');
  const folder = mkdtempSync(join(tmpdir(), 'cda-examples-'));
  const names = readdirSync(kit.examples).filter((name) => name.endsWith('.xml'));
  const rows = new Map();
  let bad = 0;
  for (const [index, name] of names.entries()) {
    const bytes = readFileSync(join(kit.examples, name));
    const xml = bytes.toString('utf8');
    const own = counted(xml);
    const read = product.readCda(bytes);
    const sections = flatten(read.sections);
    let decoded = 0;
    for (const { content } of read.attachments) {
      if (content && (await bytesOf(content)).length === content.byteLength) decoded += 1;
    }
    const html = product.renderCda(read);
    const narrative = sections
      .map(({ narrative }) => narrativeText(narrative))
      .join('')
      .replaceAll(/\s+/g, '');
    const same =
      read.header.authors.length === own.authors &&
      sections.length === own.sections &&
      sections.filter(({ narrative }) => narrative).length === own.texts &&
      read.attachments.length === own.encoded &&
      decoded === own.encoded &&
      narrative === own.words &&
      read.header.patient.birthName !== null &&
      read.header.title !== '' &&
      html.includes('</html>') &&
      !/<script/i.test(html);
    if (!same) bad += 1;
    const file = `${String(index).padStart(4, '0')}.xml`;
    // Only the document counts when it is inside a style sheet.
    const start = xml.search(/<([\w.-]+:)?ClinicalDocument[\s>]/);
    const end = xml.lastIndexOf('ClinicalDocument>') + 'ClinicalDocument>'.length;
    let inner = xml.slice(start, end);
    if (read.envelope !== 'none') {
      const known = [...xml.slice(0, start).matchAll(/xmlns(?::[\w.-]+)?="[^"]*"/g)].map(
        ([declaration]) => declaration,
      );
      const missing = [...new Set(known)].filter(
        (declaration) => !inner.slice(0, inner.indexOf('>')).includes(`${declaration.split('=')[0]}=`),
      );
      inner = inner.replace(/^<([\w:.-]+)/, `<$1 ${missing.join(' ')}`);
    }
    writeFileSync(join(folder, file), inner);
    rows.set(file, {
      name,
      read,
      sections,
      same,
      errors: errorsOf((await product.checkCda(bytes, { codeSet: 'current' })).findings),
    });
  }
  const results = validateFolder(kit, folder);
  const disagreements = [];
  for (const [file, { name, read, sections, same, errors }] of rows) {
    const { xsd = [], failures = [] } = results.get(file) ?? {};
    const header = failures.filter(({ profile }) => headerProfile.test(profile));
    const theirs = xsd.length + header.length;
    say(
      `| ${name} | ${short(read.header.title)} | ${read.header.patient.ins ? 'INS' : 'local'} | ${read.header.authors.length} | ${sections.length} | ${read.attachments.map(({ mediaType }) => mediaType).join(', ')} | ${same ? 'whole' : 'DIFFERS'} | ${theirs} / ${errors.length} |`,
    );
    if (theirs > 0 !== errors.length > 0) {
      disagreements.push(
        `- ${name}: kit ${theirs > 0 ? short([...xsd, ...header.map(({ text }) => text)][0]) : 'accepts'}; ours ${
          errors.length > 0
            ? errors
                .slice(0, 4)
                .map(({ rule, path }) => `${rule} at ${path}`)
                .join('; ')
            : 'accepts'
        }`,
      );
      if (theirs > 0 && errors.length === 0) bad += 1;
    }
  }
  say();
  say(
    `${names.length} examples, ${[...rows.values()].filter(({ same }) => same).length} read whole; ${disagreements.length} disagreements on the header:`,
  );
  say();
  disagreements.forEach((line) => say(line));
  rmSync(folder, { recursive: true });
  return bad;
}

/**
 * One-change mutants of three documents, judged by the kit and by our check. `count` of them taken
 * at random, or, with `acceptedOnly`, every mutant that our check accepts: what the kit refuses of
 * them is all that escapes.
 */
export async function compareMutants({ kit, product, say, bytesOf, options }, { title, make, count, acceptedOnly }) {
  const random = new product.Random(Number(options.seed) + 1000);
  const bases = [];
  for (const [name, scenario] of [
    ['letter', 'minimal'],
    ['letter', 'everything'],
    ['vsm', 'everything'],
  ]) {
    const input = product.randomInput(random, scenario);
    const runtime = product.seededRuntime(random);
    const built =
      name === 'vsm'
        ? await product.buildVsm(
            {
              ...input,
              patientDetails: undefined,
              author: { ...input.author, functionCode: 'PCP' },
              content: product.randomVsm(random, 'everything'),
            },
            { runtime },
          )
        : await product.buildCda({ ...input, type: 'CERT_DECL', text: 'Contenu' }, { runtime });
    const xml = (await bytesOf(built.content)).toString('utf8');
    const all = [...make(xml)];
    bases.push({ name: `${name} ${scenario}`, all, vsm: name === 'vsm' });
  }
  const folder = mkdtempSync(join(tmpdir(), 'cda-mutants-'));
  const chosen = new Map();
  let made = 0;
  for (const [order, { name, all, vsm }] of bases.entries()) {
    const share = acceptedOnly ? all.length : Math.ceil(count / bases.length);
    for (let index = 0; index < share && all.length > 0; index += 1) {
      const [mutation] = all.splice(random.int(0, all.length - 1), 1);
      const file = `${order}-${String(index).padStart(5, '0')}.xml`;
      made += 1;
      let errors;
      let warnings = [];
      try {
        const { findings } = await product.checkCda(Buffer.from(mutation.xml), { codeSet: 'current' });
        errors = errorsOf(findings);
        warnings = findings.filter(({ severity }) => severity === 'warning');
      } catch (error) {
        errors = [{ rule: error.code ?? error.name, path: '' }];
      }
      if (acceptedOnly && errors.length > 0) continue;

      writeFileSync(join(folder, file), mutation.xml);
      chosen.set(file, { base: name, vsm, mutation, errors, warnings });
    }
  }
  const results = validateFolder(kit, folder, new Set([...chosen].filter(([, { vsm }]) => vsm).map(([file]) => file)));
  const table = { both: 0, neither: 0, ours: [], theirs: [], terms: [] };
  for (const [file, { base, mutation, errors, warnings }] of chosen) {
    const { xsd, failures } = results.get(file);
    const theirs = [
      ...xsd,
      ...failures.map(({ text: message, profile }) => `${profile.split('/').at(-1)}: ${message}`),
    ];
    const onlyTerms =
      xsd.length === 0 && failures.length > 0 && failures.every(({ profile }) => profile.endsWith('terminologie'));
    const label = `${base}: ${mutation.operation} ${mutation.path}`;
    if (theirs.length > 0 && errors.length > 0) table.both += 1;
    else if (theirs.length === 0 && errors.length === 0) table.neither += 1;
    else if (errors.length > 0) {
      table.ours.push(
        `- ${label}: ours ${errors
          .slice(0, 3)
          .map(({ rule }) => rule)
          .join(', ')}`,
      );
    } else if (onlyTerms) table.terms.push(`- ${label}: kit ${short(theirs[0])}`);
    else {
      table.theirs.push(
        `- ${label}: kit ${short(theirs[0])}${warnings.length > 0 ? ` (ours warns ${warnings[0].rule})` : ''}`,
      );
    }
  }
  say();
  say(`## ${title}`);
  say();
  say(`${made} mutants, ${chosen.size} given to the kit.`);
  say();
  say('| | kit refuses | kit accepts |');
  say('| --- | --- | --- |');
  say(`| ours refuses | ${table.both} | ${table.ours.length} |`);
  say(`| ours accepts | ${table.theirs.length} (and ${table.terms.length} for a terminology) | ${table.neither} |`);
  say();
  say('Refused by the kit, accepted by ours:');
  say();
  table.theirs.forEach((line) => say(line));
  say();
  say(
    'Refused by the kit for a code of a terminology that is not part of the product (CIM-10, CCAM, LOINC, SNOMED CT):',
  );
  say();
  table.terms.forEach((line) => say(line));
  say();
  say('Refused by ours, accepted by the kit:');
  say();
  table.ours.forEach((line) => say(line));
  rmSync(folder, { recursive: true });
  return table.theirs.length;
}
