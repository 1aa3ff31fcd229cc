import type { Finding } from '../../../errors.ts';
import { finding } from '../../../internal/finding.ts';
import { hl7ToUtc } from '../../../internal/hl7-time.ts';
import { unescapeHl7 } from '../../../internal/hl7.ts';
import type { DocumentEntry } from '../../model/metadata.ts';
import type { CdaHeader } from '../../model/document.ts';
import { cxKey, pidFields } from '../../metadata/datatypes.ts';
import { confidentialityLevels } from '../../metadata/confidentiality.ts';
import { submissionRules } from '../../rules/submission.ts';

/** Compares names without accents, case or separators. */
const fold = (value: string): string =>
  value
    .normalize('NFKD')
    .replaceAll(/\p{M}/gu, '')
    .replaceAll(/[^\p{L}\p{N}]+/gu, ' ')
    .trim()
    .toUpperCase();

/**
 * What a document and its DocumentEntry do not hold alike: the patient first of all, then
 * identifier, title, type, confidentiality level, times and authors. No value is quoted.
 */
export function againstEntry(header: CdaHeader, entry: DocumentEntry, path: string): Finding[] {
  const { typeCode } = entry;
  const authorIds = new Set(entry.authors.map(({ person }) => person.id));
  const sameType = header.type?.code === typeCode.code && header.type.codeSystem === typeCode.codeSystem;
  // An entry without title holds an empty one.
  const sameTitle = (header.title?.trim() ?? '') === entry.title.trim();

  const checks: readonly (readonly [same: boolean, rule: keyof typeof submissionRules])[] = [
    [samePatient(header, entry), 'SUB-PATIENT'],
    [sameTraits(header, entry), 'SUB-TRAITS'],
    [header.uniqueId === entry.uniqueId, 'SUB-UNIQUE-ID'],
    [sameTitle, 'SUB-TITLE'],
    [sameType, 'SUB-TYPE'],
    [header.confidentiality === confidentialityLevels(entry)[0], 'SUB-CONFIDENTIALITY'],
    [sameTimes(header, entry), 'SUB-TIME'],
    [header.authors.every(({ id }) => id === null || authorIds.has(id.value)), 'SUB-AUTHOR'],
  ];
  return checks.filter(([same]) => !same).map(([, rule]) => finding(submissionRules, rule, { path }));
}

/** The header names one patient, and every identifier of the metadata is one of that patient's. */
function samePatient({ patient, severalPatients }: CdaHeader, entry: DocumentEntry): boolean {
  if (severalPatients === true) return false;

  const own = new Set(patient.localIds.map(({ system, value }) => cxKey(`${value}^^^&${system}`)));
  if (patient.ins) own.add(cxKey(`${patient.ins.value}^^^&${patient.ins.oid}`));

  const listed = pidFields(entry.sourcePatientInfo).flatMap(({ field, content }) => (field === 3 ? [content] : []));
  const named = [entry.patientId, entry.sourcePatientId, ...listed].filter((value) => value !== '');
  return named.length > 0 && named.every((cx) => own.has(cxKey(cx)));
}

/** The traits of sourcePatientInfo, when it has some, are those of the header: every repetition. */
function sameTraits({ patient }: CdaHeader, { sourcePatientInfo }: DocumentEntry): boolean {
  const fields = pidFields(sourcePatientInfo);
  const isBirthNameTold = fields.some(({ field, content }) => field === 5 && nameType(content) === 'L');

  return fields.every(({ field, content }) => {
    if (field === 5) return sameName(patient, content, isBirthNameTold);
    if (field === 7) return sameBirthDay(patient, content);
    return field !== 8 || patient.sex === null || !/^[MF]$/.test(content) || content === patient.sex;
  });
}

/** XPN.7: `L` the name of birth, `D` a name in use. */
function nameType(content: string): string {
  return (content.split('^')[6] ?? '').trim();
}

/**
 * The name of birth (type L) is compared: a name in use may change between documents. A name
 * without a type is that of birth when no other is told to be (HL7 v2.5, section 3.4.2.5), or the
 * name in use of the document.
 */
function sameName(patient: CdaHeader['patient'], content: string, isBirthNameTold: boolean): boolean {
  const type = nameType(content);
  if (type !== 'L' && (type !== '' || isBirthNameTold)) return true;

  const [family = '', given = ''] = content.split('^').map((part) => unescapeHl7(part.split('&')[0] ?? ''));
  const names = type === 'L' ? [patient.birthName] : [patient.birthName, patient.usedName];
  const known = names.flatMap((name) => (name === null ? [] : [fold(name)]));
  if (known.length > 0 && !known.includes(fold(family))) return false;
  return sameGiven(fold(given), [
    patient.firstName,
    patient.birthFirstNames,
    ...(type === 'L' ? [] : [patient.usedFirstName]),
  ]);
}

/**
 * One first name, or the list of them: twins differ by nothing else. What is absent does not
 * differ.
 */
function sameGiven(given: string, expected: readonly (string | null)[]): boolean {
  const names = expected.flatMap((name) => (name === null ? [] : [fold(name)])).filter((name) => name !== '');
  if (given === '' || names.length === 0) return true;

  return names.some((name) => given === name || given.startsWith(`${name} `) || name.startsWith(`${given} `));
}

function sameBirthDay({ birthTime }: CdaHeader['patient'], content: string): boolean {
  if (content === '' || birthTime === null) return true;

  const day = content.slice(0, 8);
  return day.length >= 4 && birthTime.startsWith(day);
}

function sameTimes(header: CdaHeader, entry: DocumentEntry): boolean {
  const [act] = header.acts;
  return (
    sameTime(header.effectiveTime, entry.creationTime) &&
    sameTime(act?.start, entry.serviceStartTime) &&
    sameTime(act?.stop, entry.serviceStopTime)
  );
}

/**
 * Equal to the precision of the shorter one; both absent is equal. An entry may hold an empty time.
 */
function sameTime(header: string | null | undefined, entry: string | null): boolean {
  const utc = header === null || header === undefined ? null : hl7ToUtc(header);
  if (entry === null || entry === '') return utc === null;
  if (utc === null) return false;

  const length = Math.min(utc.length, entry.length);
  return length >= 8 && utc.slice(0, length) === entry.slice(0, length);
}
