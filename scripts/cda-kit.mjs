// The official CI-SIS test kit (ansforge/TestContenuCDA-3-0) as a validator: XSD by xmllint,
// Schematron by Saxon.
import { DOMParser } from '@xmldom/xmldom';
import { execFileSync, spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';

const jar = process.env.SAXON_JAR ?? '/usr/share/java/Saxon-HE.jar';
const profiles = [
  'profils/IHE',
  'profils/structurationMinimale/ASIP-STRUCT-MIN-StrucMin',
  'profils/CI-SIS_ModelesDeContenusCDA',
  'profils/CI-SIS_Modeles_ANS',
  'profils/terminologies/schematron/terminologie',
];
export const vsmProfile = 'CI-SIS_VSM_2023.01';
const largest = { maxBuffer: 1 << 30 };

function saxon(...args) {
  const { status, stderr } = spawnSync('java', ['-Xss8m', '-cp', jar, 'net.sf.saxon.Transform', ...args], {
    encoding: 'utf8',
    ...largest,
  });
  return { ok: status === 0, stderr };
}

/** Checks the kit out of its git directory (a partial clone will do) or copies a work tree. */
function checkOut(kit, work) {
  const git = existsSync(join(kit, '.git')) ? join(kit, '.git') : kit;
  const run = (...args) =>
    execFileSync('git', [`--git-dir=${git}`, ...args], { ...largest, stdio: ['ignore', 'pipe', 'ignore'] });
  if (!existsSync(join(git, 'objects'))) {
    execFileSync('cp', [
      '-r',
      ...['infrastructure', 'jeuxDeValeurs', 'schematrons', 'ExemplesCDA'].map((name) => join(kit, name)),
      work,
    ]);
    return;
  }
  const tar = run(
    ...['archive', '--format=tar', 'HEAD', '--', 'infrastructure', 'jeuxDeValeurs', 'schematrons', 'ExemplesCDA'],
    ...[
      ':(exclude)schematrons/moteur/TCC-GUI',
      ':(exclude)schematrons/moteur/*.jar',
      ':(exclude)schematrons/profils/terminologies',
    ],
  );
  execFileSync('tar', ['-x', '-C', work], { input: tar, ...largest });
  for (const line of run('ls-tree', '-r', '-z', 'HEAD', 'schematrons/profils/terminologies')
    .toString('utf8')
    .split('\0')) {
    const match = /^\S+ blob (\S+)\t(.+)$/.exec(line);
    if (!match || match[2].endsWith('.jar')) continue;
    if (spawnSync('git', [`--git-dir=${git}`, 'cat-file', '-e', match[1]]).status !== 0) continue;
    mkdirSync(join(work, dirname(match[2])), { recursive: true });
    writeFileSync(join(work, match[2]), run('cat-file', 'blob', match[1]));
  }
}

/**
 * The header profile refers to one value set extract that the kit lacks: made from the kit's own
 * value set.
 */
function addMissingValueSets(work) {
  const include = join(work, 'schematrons/profils/structurationMinimale/include');
  const wanted = new Set();
  for (const name of readdirSync(include)) {
    if (!name.endsWith('.sch')) continue;
    for (const [, file, oid] of readFileSync(join(include, name), 'utf8').matchAll(
      /include\/(voc-([0-9.]+)-DYNAMIC\.xml)/g,
    )) {
      wanted.add(`${file} ${oid}`);
    }
  }
  for (const [file, oid] of [...wanted].map((entry) => entry.split(' '))) {
    if (existsSync(join(include, file))) continue;
    const folder = join(work, 'jeuxDeValeurs');
    const source = readdirSync(folder)
      .filter((name) => name.endsWith('.xml'))
      .map((name) => readFileSync(join(folder, name), 'utf8'))
      .find((xml) => new RegExp(`<ValueSet[^>]*\\sid="${oid.replaceAll('.', '\\.')}"`).test(xml));
    if (!source) throw new Error(`value set ${oid} is missing from the kit`);
    const concepts = [...source.matchAll(/<Concept\b[^>]*>/g)].map(([tag]) => {
      const attribute = (name) => new RegExp(`\\s${name}="([^"]*)"`).exec(tag)?.[1] ?? '';
      return `<concept code="${attribute('code')}" codeSystem="${attribute('codeSystem')}"/>`;
    });
    writeFileSync(
      join(include, file),
      `<valueSets><valueSet id="${oid}"><conceptList>${concepts.join('')}</conceptList></valueSet></valueSets>`,
    );
  }
}

function compile(work, profile) {
  const out = join(work, 'schematrons', `${profile}.xsl`);
  if (existsSync(`${out}.ok`)) return;
  const engine = join(work, 'schematrons/moteur');
  const temporary = mkdtempSync(join(tmpdir(), 'schematron-'));
  const steps = [
    [join(work, 'schematrons', `${profile}.sch`), 'iso_dsdl_include.xsl', join(temporary, '1.sch')],
    [join(temporary, '1.sch'), 'iso_abstract_expand.xsl', join(temporary, '2.sch')],
    [join(temporary, '2.sch'), 'iso_svrl_for_xslt2.xsl', out],
  ];
  for (const [source, style, target] of steps) {
    const { ok, stderr } = saxon(`-s:${source}`, `-xsl:${join(engine, style)}`, `-o:${target}`);
    if (!ok) throw new Error(`compiling ${profile} failed: ${stderr.slice(0, 400)}`);
  }
  rmSync(temporary, { recursive: true });
  writeFileSync(`${out}.ok`, '');
}

/** Prepares the kit once for each commit, in a cache folder outside the project. */
export function openKit(kitPath) {
  for (const command of ['java', 'xmllint', 'tar', 'git']) {
    if (spawnSync('sh', ['-c', 'command -v "$1"', 'sh', command]).status !== 0) {
      throw new Error(`missing tool: ${command}`);
    }
  }
  if (!existsSync(jar)) throw new Error(`missing ${jar} (Debian package libsaxonhe-java, or set SAXON_JAR)`);
  const kit = resolve(kitPath);
  const head = spawnSync(
    'git',
    [`--git-dir=${existsSync(join(kit, '.git')) ? join(kit, '.git') : kit}`, 'rev-parse', 'HEAD'],
    { encoding: 'utf8' },
  );
  const key = head.status === 0 ? head.stdout.trim() : createHash('sha1').update(kit).digest('hex');
  const work = join(process.env.CDA_KIT_WORK ?? join(tmpdir(), `cda-kit-${process.getuid?.() ?? 0}`), key);
  if (!existsSync(join(work, '.ready'))) {
    mkdirSync(work, { recursive: true });
    checkOut(kit, work);
    addMissingValueSets(work);
    writeFileSync(join(work, '.ready'), '');
  }
  for (const profile of [...profiles, vsmProfile]) compile(work, profile);
  return { work, examples: join(work, 'ExemplesCDA') };
}

const svrl = 'http://purl.oclc.org/dsdl/svrl';

function failuresOf(file, profile) {
  let report;
  try {
    report = new DOMParser({ onError: () => {} }).parseFromString(readFileSync(file, 'utf8'), 'text/xml');
  } catch {
    return [{ profile, text: 'the Schematron did not run', where: '' }];
  }
  const out = [];
  for (const kind of ['failed-assert', 'successful-report']) {
    const nodes = report.getElementsByTagNameNS(svrl, kind);
    for (let index = 0; index < nodes.length; index += 1) {
      const node = nodes.item(index);
      const role = (node.getAttribute('role') || 'error').toLowerCase();
      if (['warning', 'info', 'warn', 'information', 'hint'].includes(role)) continue;
      if (kind === 'successful-report' && role !== 'error' && role !== 'fatal') continue;
      const where = (node.getAttribute('location') ?? '').replaceAll(/\*:(\w+)\[namespace-uri\(\)='[^']*'\]/g, '$1');
      out.push({ profile, text: node.textContent.replaceAll(/\s+/g, ' ').trim(), where });
    }
  }
  return out;
}

/**
 * Validates a folder of CDA files. `vsm` names the files that also get the summary's own profile.
 * Returns, by file name: { xsd: string[], failures: { profile, text, where }[] }.
 */
export function validateFolder(kit, folder, vsm = new Set()) {
  const names = readdirSync(folder).filter((name) => name.endsWith('.xml'));
  const results = new Map(names.map((name) => [name, { xsd: [], failures: [] }]));
  const schema = join(kit.work, 'infrastructure/cda/CDA_extended.xsd');
  for (let from = 0; from < names.length; from += 50) {
    const some = names.slice(from, from + 50);
    const { stderr } = spawnSync('xmllint', ['--huge', '--nonet', '--noout', '--schema', schema, ...some], {
      cwd: folder,
      encoding: 'utf8',
      ...largest,
    });
    for (const line of stderr.split('\n')) {
      const match = /^([^:]+\.xml):(\d+): (.*)$/.exec(line);
      if (match && results.has(match[1])) {
        results.get(match[1]).xsd.push(`line ${match[2]}: ${match[3].replaceAll('{urn:hl7-org:v3}', '')}`);
      } else if (/^(.+\.xml) fails to validate$/.test(line)) {
        const name = /^(.+\.xml) fails/.exec(line)[1];
        if (results.get(name)?.xsd.length === 0) results.get(name).xsd.push('fails to validate');
      }
    }
  }
  const run = (profile, source, wanted) => {
    const out = mkdtempSync(join(tmpdir(), 'svrl-'));
    saxon(`-s:${source}`, `-xsl:${join(kit.work, 'schematrons', `${profile}.xsl`)}`, `-o:${out}`);
    for (const name of wanted) results.get(name).failures.push(...failuresOf(join(out, name), profile));
    rmSync(out, { recursive: true });
  };
  for (const profile of profiles) run(profile, folder, names);
  const summaries = names.filter((name) => vsm.has(name));
  if (summaries.length > 0) {
    const only = mkdtempSync(join(tmpdir(), 'vsm-'));
    for (const name of summaries) writeFileSync(join(only, name), readFileSync(join(folder, name)));
    run(vsmProfile, only, summaries);
    rmSync(only, { recursive: true });
  }
  return results;
}
