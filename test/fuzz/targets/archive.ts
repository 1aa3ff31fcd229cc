import {
  checkReceivedXdm,
  checkXdm,
  readCda,
  readXdm,
  type CdaHeader,
  type DocumentEntry,
} from '../../../src/documents/index.ts';
import { isTerrESanteError } from '../../../src/errors.ts';
import { bytesSource, collect, sha1Hex } from '../../../src/internal/bytes.ts';
import { createZip, memorySource, readZip } from '../../../src/internal/zip/index.ts';
import { documents } from '../documents.ts';
import { mutate } from '../mutate.ts';
import { patients, secrets } from '../people.ts';
import { Random } from '../random.ts';
import { must, type Target } from '../target.ts';
import { cda } from './cda.ts';
import { metadata } from './metadata.ts';

const words: readonly string[] = [
  'PK\u0003\u0004',
  'PK\u0001\u0002',
  'PK\u0005\u0006',
  'PK\u0006\u0006',
  'PK\u0006\u0007',
  'PK\u0007\b',
  'IHE_XDM/SUBSET01/METADATA.XML',
  'IHE_XDM/SUBSET01/DOC0001.XML',
  'INDEX.HTM',
  '../',
  '..\\',
  'METADATA.XML',
];

const base = {
  seeds: async () => (await documents()).map(({ archive }) => archive),
  dictionary: words,
  secrets,
};

export const zip: Target = {
  ...base,
  name: 'zip',
  async read(bytes) {
    const entries = await readZip(memorySource(bytes));
    const names = entries.map(({ name }) => name);
    must(!names.some((name) => /(?:^|[/\\])\.\.(?:[/\\]|$)|^[/\\]|^[a-z]:/i.test(name)), 'no name leaves the folder');
    must(new Set(names.map((name) => name.toUpperCase())).size === names.length, 'no name twice');
    const out: string[] = [];
    for (const { name, content } of entries) {
      try {
        const data = await collect(content.open());
        must(data.length === content.byteLength, 'an entry has the length announced');
        out.push(`${name} ${sha1Hex(data)}`);
      } catch (error) {
        if (!isTerrESanteError(error)) throw error;
        out.push(`${name} ${error.code}`);
      }
    }
    return out;
  },
};

export const xdm: Target = {
  ...base,
  name: 'xdm',
  async read(bytes) {
    const { subsets, files, findings } = await readXdm(bytes);
    return {
      findings,
      files: files.map(({ path }) => path),
      subsets: subsets.map(({ path, metadata: one }) => ({ path, one })),
    };
  },
};

export const checkedXdm: Target = {
  ...base,
  name: 'check-xdm',
  findings: true,
  read: (bytes) => checkXdm(bytes),
};

/**
 * What the CDA and its entry say of the patient, compared here without the checks of the product.
 */
function requireSamePatient({ patient }: CdaHeader, entry: DocumentEntry): void {
  const ids = [...(patient.ins ? [{ system: patient.ins.oid, value: patient.ins.value }] : []), ...patient.localIds];
  for (const cx of [entry.patientId, entry.sourcePatientId]) {
    const [id = '', , , authority = ''] = cx.split('^');
    must(
      ids.some(({ system, value }) => value === id && authority.split('&')[1] === system),
      `the document and its metadata name one patient (${cx === entry.patientId ? 'patientId' : 'sourcePatientId'})`,
    );
  }
  const pid = (number: number): readonly string[] =>
    entry.sourcePatientInfo
      .filter((value) => value.startsWith(`PID-${String(number)}|`))
      .map((value) => value.slice(6));
  // What one of the two does not say cannot differ.
  const both = (read: string | null, other: string | undefined, property: string): void =>
    must(read === null || read === '' || other === undefined || other === '' || read.startsWith(other), property);
  for (const name of pid(5)) {
    const [family, given, , , , , use] = name.split('^');
    if (use !== 'L') continue;
    must(!patient.birthName || family === patient.birthName.trim(), 'one birth name');
    both(patient.firstName && `${patient.firstName} `, given && `${given} `, 'one first name');
  }
  for (const day of pid(7)) both(patient.birthTime, day, 'one birth date');
}

/** Puts size and digest right, so that what is looked at is the content. */
function withDigest(xml: Buffer, document: Uint8Array): Buffer {
  const source = xml.toString('latin1');
  const slot = (name: string, value: string, text: string): string =>
    text.replaceAll(new RegExp(`(name="${name}"[^V]*ValueList>[^V]*Value>)[^<]*`, 'g'), `$1${value}`);
  return Buffer.from(slot('hash', sha1Hex(document), slot('size', String(document.length), source)), 'latin1');
}

/** What tells one person from another, as documents and metadata write it. */
const traits: readonly string[] = [
  ...patients.flatMap(({ localId, ins, traits: { birthName, usedName, firstName, birthDate, birthPlace } }) => [
    localId?.value,
    localId?.system,
    ins?.value,
    ins?.oid,
    birthName,
    usedName,
    firstName,
    birthDate?.replaceAll('-', ''),
    birthPlace?.communeInsee,
  ]),
  '1.2.250.1.213.1.4.8',
  '1.2.250.1.213.1.4.9',
  'code="M"',
  'code="F"',
  'PID-8|M',
  'PID-8|F',
  '^NH',
  '^PI',
  'qualifier="BR"',
  'qualifier="CL"',
].filter((value) => value !== undefined);

/** Puts one trait in the place of another, here or everywhere. */
function exchange(data: Buffer, random: Random): Buffer {
  let source = data.toString('utf8');
  for (let times = 1 + random.below(3); times > 0; times -= 1) {
    const present = traits.filter((value) => source.includes(value));
    const from = random.pick(present);
    const to = random.below(6) === 0 ? '' : random.pick(traits);
    source = random.below(2) === 0 ? source.replaceAll(from, () => to) : source.replace(from, () => to);
  }
  return Buffer.from(source);
}

/**
 * An archive whose metadata and document were changed apart and put together again with the right
 * digest: either something is said, or both speak of the same patient.
 */
export const samePatient: Target = {
  name: 'same-patient',
  seeds: async () => (await documents()).map((_, index) => Uint8Array.of(index)),
  dictionary: [],
  secrets,
  findings: true,
  async read(bytes, seed) {
    const all = await documents();
    const random = new Random(seed);
    const one = all[(bytes[0] ?? 0) % all.length];
    if (!one) throw new TypeError('no document');
    const changed = seed !== 0;
    const pool = (pick: 'cda' | 'metadata'): readonly Uint8Array[] =>
      random.below(3) === 0 ? all.map((whole) => whole[pick]) : [one[pick]];
    // Most of the time the syntax is kept, so that the traits themselves are what differs.
    const change = (pick: 'cda' | 'metadata', words: readonly string[]): Buffer => {
      if (!changed || random.below(3) === 0) return Buffer.from(one[pick]);
      return random.below(4) === 0
        ? mutate(pool(pick), words, random)
        : exchange(Buffer.from(random.pick(pool(pick))), random);
    };
    const document = change('cda', cda.dictionary);
    const registry = withDigest(change('metadata', metadata.dictionary), document);
    const archive = await createZip(
      [
        { name: 'INDEX.HTM', data: Buffer.from('<html/>') },
        { name: 'README.TXT', data: Buffer.from('x') },
        { name: 'IHE_XDM/SUBSET01/METADATA.XML', data: registry },
        { name: 'IHE_XDM/SUBSET01/DOC0001.XML', data: document },
      ].map(({ name, data }) => ({ name, content: bytesSource(data), method: 'deflate' as const })),
      { level: 1, inMemoryBytes: 1_000_000, time: 0 },
    );
    const received = await readXdm(await collect(archive.open()));
    const { ok, findings } = await checkReceivedXdm(received);
    if (ok) {
      for (const { documents: inside } of received.subsets) {
        for (const { entry, content } of inside) {
          requireSamePatient(readCda(await collect(content.open())).header, entry);
        }
      }
    }
    return findings;
  },
};

export const archiveTargets: readonly Target[] = [zip, xdm, checkedXdm, samePatient];
