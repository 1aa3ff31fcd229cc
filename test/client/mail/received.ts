import { createHash, randomUUID } from 'node:crypto';

import { createSubmission, packageXdm, type BuiltDocument } from '../../../src/documents/index.ts';
import type { PatientInput } from '../../../src/identity/index.ts';
import { bytesSource, collect } from '../../../src/internal/bytes.ts';
import { createZip, memorySource, readZipContent } from '../../../src/internal/zip/index.ts';
import { fictivePatient } from '../../../src/testing/index.ts';
import { letter, sourceId } from '../world.ts';

/** A part of a mail, as another program writes it: headers, then the body as it goes. */
export interface RawPart {
  readonly headers: readonly string[];
  readonly body: string;
}

const base64 = (bytes: Uint8Array): string => Buffer.from(bytes).toString('base64').replaceAll(/.{76}/g, '$&\r\n');

/** An attachment; `null` leaves a header out. */
export function attached(
  bytes: Uint8Array,
  type = 'application/zip; name="IHE_XDM.zip"',
  disposition: string | null = 'attachment; filename="IHE_XDM.zip"',
): RawPart {
  return {
    headers: [
      `Content-Type: ${type}`,
      ...(disposition === null ? [] : [`Content-Disposition: ${disposition}`]),
      'Content-Transfer-Encoding: base64',
    ],
    body: base64(bytes),
  };
}

export const text = (words = 'Bonjour.', type = 'text/plain; charset=utf-8'): RawPart => ({
  headers: [`Content-Type: ${type}`],
  body: words,
});

/** A mail by hand: no library of ours or of others wrote it. */
export function rawMail(
  parts: readonly RawPart[],
  from = 'anne.exemple@medecin.mssante.fr',
  subject = 'Courrier',
): Uint8Array {
  const boundary = `b${createHash('sha1').update(JSON.stringify(parts)).digest('hex').slice(0, 20)}`;
  const inner = parts
    .map(({ headers, body }) => `--${boundary}\r\n${headers.join('\r\n')}\r\n\r\n${body}\r\n`)
    .join('');
  return Buffer.from(
    `From: X <${from}>\r\nTo: cabinet@cabinet.mssante.fr\r\nSubject: ${subject}\r\nMessage-ID: <${randomUUID()}@x.mssante.fr>\r\n` +
      `MIME-Version: 1.0\r\nContent-Type: multipart/mixed; boundary="${boundary}"\r\n\r\n${inner}--${boundary}--\r\n`,
  );
}

export const claude = fictivePatient();
export const twin = fictivePatient({
  localId: 'PAT-2',
  traits: { birthName: 'JUMEAU', firstName: 'ANNE', birthDate: '1990-05-05' },
  insOrder: 12,
});
/** Of whom the software knows nothing. */
export const otherTwin = fictivePatient({
  localId: 'PAT-3',
  traits: { birthName: 'JUMEAU', firstName: 'LUCE', birthDate: '1990-05-05' },
  insOrder: 13,
});
const alike = { birthName: 'PAREIL', firstName: 'JEANNE', birthDate: '1970-01-02' };
export const homonyms: readonly PatientInput[] = [
  fictivePatient({ localId: 'PAT-4', traits: alike, insOrder: 20 }),
  fictivePatient({ localId: 'PAT-5', traits: alike, insOrder: 21 }),
];
export const corsican = fictivePatient({
  localId: 'PAT-6',
  traits: {
    birthName: 'CORSE',
    firstName: 'LETIZIA',
    birthDate: '1985-03-01',
    birthPlace: { countryInsee: '99100', communeInsee: '2A004', city: 'AJACCIO' },
  },
});
/** A proven homonym of somebody. */
const flaggedBase = fictivePatient({
  localId: 'PAT-7',
  traits: { birthName: 'DOUTE', firstName: 'MARIE', birthDate: '1966-06-06' },
});
export const flagged: PatientInput = { ...flaggedBase, identityAttributes: ['HOMA'] };
const changed = fictivePatient({
  localId: 'PAT-8',
  traits: { birthName: 'CHANGE', firstName: 'ROSE', birthDate: '1955-05-05' },
  insOrder: 30,
});
const before = fictivePatient({
  localId: 'PAT-8',
  traits: { birthName: 'CHANGE', firstName: 'ROSE', birthDate: '1955-05-05' },
  insOrder: 31,
});
/** Whose INS was another one. */
export const renumbered: PatientInput = { ...changed, insHistory: [before.ins] };
export const underFormerIns = before;
const shared = fictivePatient({
  localId: 'PAT-9',
  traits: { birthName: 'PARTAGE', firstName: 'LEA', birthDate: '2001-01-01' },
});
/** One person under two records. */
export const recordedTwice: readonly PatientInput[] = [
  shared,
  { ...shared, localId: { ...shared.localId, value: 'PAT-10' } },
];

/** The patients of a practice. */
export const practice: readonly PatientInput[] = [
  claude,
  twin,
  ...homonyms,
  corsican,
  flagged,
  renumbered,
  ...recordedTwice,
];

/** A host that gives too many rather than too few. */
export const findInPractice = async (): Promise<readonly PatientInput[]> => Promise.resolve(practice);

const built = new Map<string, Promise<BuiltDocument>>();

/** A letter about a patient, made once. */
export function letterOf(patient: PatientInput): Promise<BuiltDocument> {
  const key = JSON.stringify(patient);
  const known = built.get(key) ?? letter({ patient });
  built.set(key, known);
  return known;
}

export async function cdaOf(
  patient: PatientInput,
  change: (xml: string) => string = (xml) => xml,
): Promise<Uint8Array> {
  const xml = Buffer.from(await collect((await letterOf(patient)).content.open())).toString('utf8');
  return Buffer.from(change(xml));
}

/** The document as it would be without an INS. */
export const withoutIns = (patient: PatientInput): Promise<Uint8Array> =>
  cdaOf(patient, (xml) => xml.replace(insId(patient), ''));

const insId = (patient: PatientInput): RegExp =>
  new RegExp(`<id extension="${patient.ins?.value ?? ''}"[^>]*?(?:/>|></id>)`);

/** The document with another value in the place of the INS. */
export const withIns = (patient: PatientInput, value: string, oid = patient.ins?.oid ?? ''): Promise<Uint8Array> =>
  cdaOf(patient, (xml) => xml.replace(insId(patient), `<id extension="${value}" root="${oid}"/>`));

export async function xdmOf(patient: PatientInput): Promise<Uint8Array> {
  const { content } = await packageXdm(createSubmission([await letterOf(patient)], { sourceId }));
  return collect(content.open());
}

/** The same archive with some of its files changed. */
export async function changedXdm(
  patient: PatientInput,
  change: (name: string, bytes: Buffer) => Uint8Array,
): Promise<Uint8Array> {
  const archive = memorySource(await xdmOf(patient));
  const { files } = await readZipContent(archive, {});
  const entries = await Promise.all(
    files.map(async ({ name, content }) => ({
      name,
      content: bytesSource(change(name, Buffer.from(await collect(content.open())))),
    })),
  );
  return zipped(entries.map(({ name, content }) => [name, content] as const));
}

export async function zipOf(files: Readonly<Record<string, Uint8Array>>): Promise<Uint8Array> {
  return zipped(Object.entries(files).map(([name, bytes]) => [name, bytesSource(bytes)] as const));
}

async function zipped(files: readonly (readonly [string, ReturnType<typeof bytesSource>])[]): Promise<Uint8Array> {
  const entries = files.map(([name, content]) => ({ name, content, method: 'deflate' as const }));
  return collect((await createZip(entries, { time: Date.UTC(2026, 2, 1), level: 6, inMemoryBytes: 1 << 25 })).open());
}
