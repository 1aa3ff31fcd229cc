import type { Finding } from '../../../errors.ts';
import { finding } from '../../../internal/finding.ts';
import { hl7ToUtc } from '../../../internal/hl7-time.ts';
import { parseCx, unescapeHl7 } from '../../../internal/hl7.ts';
import type { DocumentEntry } from '../../model/metadata.ts';
import type { CdaHeader } from '../../model/document.ts';
import { submissionRules } from '../../rules/submission.ts';

const fold = (value: string): string =>
  value
    .normalize('NFKD')
    .replaceAll(/\p{M}/gu, '')
    .replaceAll(/[^\p{L}\p{N}]+/gu, ' ')
    .trim()
    .toUpperCase();

/** The header names one patient, and every identifier of the metadata is one of theirs. */
function samePatient({ patient, severalPatients }: CdaHeader, entry: DocumentEntry): boolean {
  if (severalPatients === true) return false;
  const known = new Set(patient.localIds.map(({ system, value }) => `${value} ${system}`));
  if (patient.ins) known.add(`${patient.ins.value} ${patient.ins.oid}`);
  const listed = entry.sourcePatientInfo
    .filter((value) => value.startsWith('PID-3|'))
    .flatMap((value) => value.slice('PID-3|'.length).split('~'));
  const named = [entry.patientId, entry.sourcePatientId, ...listed].filter((value) => value !== '').map(parseCx);
  return named.length > 0 && named.every((cx) => cx !== null && known.has(`${cx.id} ${cx.oid}`));
}

/**
 * One first name, or the list of them: twins differ by nothing else. What is not said does not
 * differ.
 */
function sameGiven(given: string, known: readonly (string | null)[]): boolean {
  const names = known.flatMap((name) => (name === null ? [] : [fold(name)])).filter((name) => name !== '');
  if (given === '' || names.length === 0) return true;
  return names.some((name) => given === name || given.startsWith(`${name} `) || name.startsWith(`${given} `));
}

/** The traits of sourcePatientInfo, when it has some, are those of the header. */
function sameTraits({ patient }: CdaHeader, { sourcePatientInfo }: DocumentEntry): boolean {
  for (const value of sourcePatientInfo) {
    const [field, content] = [value.slice(0, value.indexOf('|')), value.slice(value.indexOf('|') + 1)];
    if (field === 'PID-7' && content !== '' && patient.birthTime !== null) {
      const day = content.slice(0, 8);
      if (day.length < 4 || !patient.birthTime.startsWith(day)) return false;
    }
    if (field === 'PID-8' && patient.sex !== null && /^[MF]$/.test(content) && content !== patient.sex) return false;
    if (field === 'PID-5' && content.split('^')[6] === 'L') {
      const [family = '', given = ''] = content.split('^').map(unescapeHl7);
      if (patient.birthName !== null && fold(family) !== fold(patient.birthName)) return false;
      if (!sameGiven(fold(given), [patient.firstName, patient.birthFirstNames])) return false;
    }
  }
  return true;
}

/** Equal to the precision of the shorter one; both absent is equal. */
function sameTime(header: string | null | undefined, entry: string | null): boolean {
  const utc = header === null || header === undefined ? null : hl7ToUtc(header);
  if (utc === null || entry === null) return (utc ?? '') === (entry ?? '');
  const length = Math.min(utc.length, entry.length);
  return length >= 8 && utc.slice(0, length) === entry.slice(0, length);
}

/**
 * What a document and its DocumentEntry do not say alike: the patient first of all, then
 * identifier, title, type, level, times and authors. No value is shown.
 */
export function againstEntry(header: CdaHeader, entry: DocumentEntry, path: string): Finding[] {
  const [act] = header.acts;
  const level = entry.confidentialityCodes.find(({ codeSystem }) => codeSystem === '2.16.840.1.113883.5.25');
  const authorIds = new Set(entry.authors.map(({ person }) => person.id));
  const checks: readonly (readonly [same: boolean, rule: keyof typeof submissionRules])[] = [
    [samePatient(header, entry), 'SUB-PATIENT'],
    [sameTraits(header, entry), 'SUB-TRAITS'],
    [header.uniqueId === entry.uniqueId, 'SUB-UNIQUE-ID'],
    [header.title.trim() === entry.title.trim(), 'SUB-TITLE'],
    [header.type.code === entry.typeCode.code && header.type.codeSystem === entry.typeCode.codeSystem, 'SUB-TYPE'],
    [header.confidentiality === level?.code, 'SUB-CONFIDENTIALITY'],
    [
      sameTime(header.effectiveTime, entry.creationTime) &&
        sameTime(act?.start, entry.serviceStartTime) &&
        sameTime(act?.stop, entry.serviceStopTime),
      'SUB-TIME',
    ],
    [header.authors.every(({ id }) => id === null || authorIds.has(id.value)), 'SUB-AUTHOR'],
  ];
  return checks.filter(([same]) => !same).map(([, rule]) => finding(submissionRules, rule, { path }));
}
