import type { Finding } from '../../../errors.ts';
import { checkIns, findInsOid, type InsEnvironment } from '../../../identity/index.ts';
import { finding } from '../../../internal/finding.ts';
import { parseCx } from '../../../internal/hl7.ts';
import { isOid } from '../../../internal/oid.ts';
import type { DocumentEntry, XdsAuthor, XdsPerson } from '../../model/metadata.ts';
import { xdsRules, type XdsRuleId } from '../../rules/xds/index.ts';

type Report = (rule: XdsRuleId, attribute: string, found?: string | null) => void;

const dtm = /^\d{4}(?:\d{2}(?:\d{2}(?:\d{2}(?:\d{2}(?:\d{2})?)?)?)?)?$/;

/** A real date, of any precision of the DTM type. */
export function isDtm(value: string): boolean {
  if (!dtm.test(value)) return false;
  const part = (at: number, fallback: number): number =>
    value.length >= at + 2 ? Number(value.slice(at, at + 2)) : fallback;
  const [month, day] = [part(4, 1), part(6, 1)];
  const date = new Date(Date.UTC(Number(value.slice(0, 4)), month - 1, day));
  return (
    date.getUTCMonth() === month - 1 &&
    date.getUTCDate() === day &&
    part(8, 0) < 24 &&
    part(10, 0) < 60 &&
    part(12, 0) < 60
  );
}

/**
 * Findings of a patientId: an INS with its key and an OID for the environment, or a local
 * identifier.
 */
export function patientIdFindings(value: string, environment: InsEnvironment | undefined, path: string): Finding[] {
  const cx = parseCx(value);
  if (!cx || !isOid(cx.oid) || cx.universalType !== 'ISO') return [finding(xdsRules, 'XDS-PATIENT-ID', { path })];
  const ins = findInsOid(cx.oid);
  if (!ins) return [finding(xdsRules, cx.type === 'PI' ? 'XDS-PATIENT-LOCAL' : 'XDS-PATIENT-ID', { path })];
  if (ins.use !== 'real' && environment === 'production')
    return [finding(xdsRules, 'XDS-PATIENT-TEST', { path, found: cx.oid })];
  const wrong = !checkIns(cx.id).ok || cx.type !== 'NH' || cx.namespace !== '';
  return wrong ? [finding(xdsRules, 'XDS-PATIENT-ID', { path })] : [];
}

export function personFindings(person: XdsPerson, report: Report, attribute: string): void {
  const complete = person.id !== '' && isOid(person.authority) && person.family !== '' && person.idType !== '';
  if (!complete) report('XDS-PERSON', attribute);
}

export function authorFindings(authors: readonly XdsAuthor[], report: Report): void {
  if (authors.length === 0) report('XDS-REQUIRED', 'author');
  authors.forEach(({ person, institution }, index) => {
    const at = `author[${String(index + 1)}]`;
    personFindings(person, report, `${at}/authorPerson`);
    if (person.idType === 'NH') return;
    if (institution === null || institution.name === '' || institution.id === '') {
      report('XDS-INSTITUTION', `${at}/authorInstitution`);
    }
  });
}

const mandatory: readonly (readonly [attribute: string, value: (entry: DocumentEntry) => string])[] = [
  ['mimeType', ({ mimeType }) => mimeType],
  ['title', ({ title }) => title],
  ['creationTime', ({ creationTime }) => creationTime],
  ['serviceStartTime', ({ serviceStartTime }) => serviceStartTime ?? ''],
  ['languageCode', ({ languageCode }) => languageCode],
  ['classCode', ({ classCode }) => classCode.code],
  ['typeCode', ({ typeCode }) => typeCode.code],
  ['formatCode', ({ formatCode }) => formatCode.code],
  ['healthcareFacilityTypeCode', (entry) => entry.healthcareFacilityTypeCode.code],
  ['practiceSettingCode', ({ practiceSettingCode }) => practiceSettingCode.code],
  ['patientId', ({ patientId }) => patientId],
  ['sourcePatientId', ({ sourcePatientId }) => sourcePatientId],
  ['uniqueId', ({ uniqueId }) => uniqueId],
];

function uniqueIdFindings(uniqueId: string, report: Report): void {
  if (uniqueId === '') return;
  const [root = '', extension] = uniqueId.split('^');
  if (!isOid(root) || uniqueId.length > 128) report('XDS-UNIQUE-ID', 'uniqueId');
  else if (extension !== undefined) report('XDS-UNIQUE-ID-EXTENSION', 'uniqueId');
}

function timeFindings(entry: DocumentEntry, report: Report): void {
  const { creationTime, serviceStartTime: start, serviceStopTime: stop } = entry;
  for (const [attribute, value] of Object.entries({ creationTime, serviceStartTime: start, serviceStopTime: stop })) {
    if (value !== null && value !== '' && !isDtm(value)) report('XDS-TIME', attribute);
  }
  if (start !== null && stop !== null && isDtm(start) && isDtm(stop)) {
    const length = Math.min(start.length, stop.length);
    if (stop.slice(0, length) < start.slice(0, length)) report('XDS-TIME-ORDER', 'serviceStopTime');
  }
}

function confidentialityFindings({ confidentialityCodes: codes }: DocumentEntry, report: Report): void {
  const levels = codes.filter(({ codeSystem }) => codeSystem === '2.16.840.1.113883.5.25');
  if (levels.length !== 1 || codes.length > 4) {
    report('XDS-CONFIDENTIALITY', 'confidentialityCode', codes.map(({ code }) => code).join(' '));
  } else if (levels[0]?.code !== 'N')
    report('XDS-CONFIDENTIALITY-HIGH', 'confidentialityCode', levels[0]?.code ?? null);
}

/** What one DocumentEntry breaks, its codes apart. */
export function entryFindings(entry: DocumentEntry, environment: InsEnvironment | undefined, path: string): Finding[] {
  const out: Finding[] = [];
  const report: Report = (rule, attribute, found = null) =>
    out.push(finding(xdsRules, rule, { path: `${path}/${attribute}`, found }));
  for (const [attribute, value] of mandatory) if (value(entry) === '') report('XDS-REQUIRED', attribute);
  authorFindings(entry.authors, report);
  if (!entry.legalAuthenticator) report('XDS-REQUIRED', 'legalAuthenticator');
  else personFindings(entry.legalAuthenticator, report, 'legalAuthenticator');
  if (entry.title.length > 128) report('XDS-TITLE', 'title', String(entry.title.length));
  if (entry.languageCode !== '' && !/^(?:[a-z]{2}-[A-Z]{2}|art)$/.test(entry.languageCode)) {
    report('XDS-LANGUAGE', 'languageCode', entry.languageCode.slice(0, 20));
  }
  timeFindings(entry, report);
  confidentialityFindings(entry, report);
  if (!/^[0-9a-f]{40}$/.test(entry.hash ?? '')) report('XDS-HASH', 'hash');
  if (entry.size === null) report('XDS-REQUIRED', 'size');
  if (entry.uri !== null && !/^[A-Z0-9_]{1,8}\.[A-Z0-9_]{1,3}$/.test(entry.uri)) report('XDS-URI', 'URI');
  if (entry.patientId !== '') out.push(...patientIdFindings(entry.patientId, environment, `${path}/patientId`));
  const source = parseCx(entry.sourcePatientId);
  if (entry.sourcePatientId !== '' && !(source && isOid(source.oid)))
    report('XDS-SOURCE-PATIENT-ID', 'sourcePatientId');
  for (const value of entry.sourcePatientInfo) {
    const field = /^PID-(\d{1,2})\|/.exec(value)?.[1];
    if (field === undefined || ['2', '4', '12', '19'].includes(field)) {
      report('XDS-PATIENT-INFO', 'sourcePatientInfo', field === undefined ? null : `PID-${field}`);
    }
  }
  uniqueIdFindings(entry.uniqueId, report);
  return out;
}
