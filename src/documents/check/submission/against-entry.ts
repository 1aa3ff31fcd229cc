import type { Finding } from '../../../errors.ts';
import { hl7ToUtc } from '../../../internal/hl7-time.ts';
import { parseCx } from '../../../internal/hl7.ts';
import type { DocumentEntry } from '../../metadata/model.ts';
import type { CdaHeader } from '../../model.ts';
import { findingOf, type Rule } from '../rule.ts';
import { submissionRules as rules } from './rules.ts';

const fold = (value: string): string =>
  value
    .normalize('NFKD')
    .replaceAll(/\p{M}/gu, '')
    .replaceAll(/[^\p{L}\p{N}]+/gu, ' ')
    .trim()
    .toUpperCase();

/** Both identifiers of the metadata must be among those of the header; the INS, when the header has one, must be used. */
function samePatient({ patient }: CdaHeader, entry: DocumentEntry): boolean {
  const known = new Set(patient.localIds.map(({ system, value }) => `${value} ${system}`));
  if (patient.ins) known.add(`${patient.ins.value} ${patient.ins.oid}`);
  const named = [entry.patientId, entry.sourcePatientId].filter((value) => value !== '').map(parseCx);
  return named.length > 0 && named.every((cx) => cx !== null && known.has(`${cx.id} ${cx.oid}`));
}

/** The traits of sourcePatientInfo, when it has some, are those of the header. */
function sameTraits({ patient }: CdaHeader, { sourcePatientInfo }: DocumentEntry): boolean {
  for (const value of sourcePatientInfo) {
    const [field, content] = [value.slice(0, value.indexOf('|')), value.slice(value.indexOf('|') + 1)];
    if (field === 'PID-7' && patient.birthTime !== null && !patient.birthTime.startsWith(content.slice(0, 8)))
      return false;
    if (field === 'PID-8' && patient.sex !== null && /^[MF]$/.test(content) && content !== patient.sex) return false;
    if (field === 'PID-5' && content.split('^')[6] === 'L') {
      const [family = ''] = content.split('^');
      if (patient.birthName !== null && fold(family) !== fold(patient.birthName)) return false;
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
 * What a document and its DocumentEntry do not say alike: the patient first of all, then identifier, title, type,
 * level, times and authors. No value is shown.
 */
export function againstEntry(header: CdaHeader, entry: DocumentEntry, path: string): Finding[] {
  const [act] = header.acts;
  const level = entry.confidentialityCodes.find(({ codeSystem }) => codeSystem === '2.16.840.1.113883.5.25');
  const authorIds = new Set(entry.authors.map(({ person }) => person.id));
  const checks: readonly (readonly [same: boolean, rule: Rule])[] = [
    [samePatient(header, entry), rules.patient],
    [sameTraits(header, entry), rules.traits],
    [header.uniqueId === entry.uniqueId, rules.uniqueId],
    [header.title.trim() === entry.title.trim(), rules.title],
    [header.type.code === entry.typeCode.code && header.type.codeSystem === entry.typeCode.codeSystem, rules.type],
    [header.confidentiality === level?.code, rules.level],
    [
      sameTime(header.effectiveTime, entry.creationTime) &&
        sameTime(act?.start, entry.serviceStartTime) &&
        sameTime(act?.stop, entry.serviceStopTime),
      rules.time,
    ],
    [header.authors.every(({ id }) => id === null || authorIds.has(id.value)), rules.author],
  ];
  return checks.filter(([same]) => !same).map(([, rule]) => findingOf(rule, path));
}
