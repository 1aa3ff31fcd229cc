import type { Finding } from '../../../errors.ts';
import type { InsEnvironment } from '../../../identity/index.ts';
import { finding } from '../../../internal/finding.ts';
import { parseCx } from '../../../internal/hl7.ts';
import { isOid } from '../../../internal/oid.ts';
import { confidentialityLevels, confidentialityRule } from '../../metadata/confidentiality.ts';
import { pidFields } from '../../metadata/datatypes.ts';
import type { DocumentEntry } from '../../model/metadata.ts';
import { xdsRules } from '../../rules/xds/index.ts';
import { isMediaType, isUriReference, patientIdentifierRules } from './data-types.ts';
import { isDtm, maxTitleLength } from './shapes.ts';
import { authorFindings, patientIdFindings, personFindings, type Report } from './people.ts';

/** The attributes that every entry has, with their value; `null` or empty when absent. */
const mandatory: readonly (readonly [attribute: string, value: (entry: DocumentEntry) => string | null])[] = [
  ['mimeType', ({ mimeType }) => mimeType],
  ['title', ({ title }) => title],
  ['creationTime', ({ creationTime }) => creationTime],
  ['serviceStartTime', ({ serviceStartTime }) => serviceStartTime],
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

/** PID fields that sourcePatientInfo must not hold (IHE ITI TF-3, section 4.2.3.2.23). */
const forbiddenPidFields: ReadonlySet<number> = new Set([2, 4, 12, 19]);
const lastPidField = 39;
/** PID fields of which a patient has one: date of birth, sex. */
const singlePidFields: readonly number[] = [7, 8];

/** What one DocumentEntry breaks, its codes apart. */
export function entryFindings(entry: DocumentEntry, environment: InsEnvironment | undefined, path: string): Finding[] {
  const out: Finding[] = [];
  const report: Report = (rule, attribute, found = null) =>
    out.push(finding(xdsRules, rule, { path: `${path}/${attribute}`, found }));

  checkPresence(entry, report);
  authorFindings(entry.authors, report);
  if (entry.legalAuthenticator) personFindings(entry.legalAuthenticator, report, 'legalAuthenticator');

  checkTexts(entry, report);
  checkTimes(entry, report);
  checkConfidentiality(entry, report);
  checkFile(entry, report);

  if (entry.patientId !== '') out.push(...patientIdFindings(entry.patientId, environment, `${path}/patientId`));
  checkSourcePatient(entry, report);
  checkReferences(entry, report);
  checkUniqueId(entry.uniqueId, report);
  return out;
}

function checkPresence(entry: DocumentEntry, report: Report): void {
  for (const [attribute, valueOf] of mandatory) {
    const value = valueOf(entry);
    if (value === null || value === '') report('XDS-REQUIRED', attribute);
  }
  if (!entry.legalAuthenticator) report('XDS-REQUIRED', 'legalAuthenticator');
  if (entry.size === null) report('XDS-REQUIRED', 'size');
}

function checkTexts({ title, languageCode }: DocumentEntry, report: Report): void {
  if (title.length > maxTitleLength) report('XDS-TITLE', 'title', String(title.length));
  if (languageCode !== '' && !/^(?:[a-z]{2}-[A-Z]{2}|art)$/.test(languageCode)) {
    report('XDS-LANGUAGE', 'languageCode', languageCode.slice(0, 20));
  }
}

function checkTimes(entry: DocumentEntry, report: Report): void {
  const { creationTime, serviceStartTime: start, serviceStopTime: stop } = entry;
  for (const [attribute, value] of Object.entries({ creationTime, serviceStartTime: start, serviceStopTime: stop })) {
    if (value !== null && value !== '' && !isDtm(value)) report('XDS-TIME', attribute);
  }

  // Two times are compared to the precision of the shorter one.
  if (start !== null && stop !== null && isDtm(start) && isDtm(stop)) {
    const length = Math.min(start.length, stop.length);
    if (stop.slice(0, length) < start.slice(0, length)) report('XDS-TIME-ORDER', 'serviceStopTime');
  }
}

function checkConfidentiality(entry: DocumentEntry, report: Report): void {
  const rule = confidentialityRule(entry);
  if (rule === 'XDS-CONFIDENTIALITY') {
    report(rule, 'confidentialityCode', entry.confidentialityCodes.map(({ code }) => code).join(' '));
  } else if (rule !== null) report(rule, 'confidentialityCode', confidentialityLevels(entry)[0]);
}

function checkFile({ hash, uri, mimeType, repositoryUniqueId }: DocumentEntry, report: Report): void {
  if (hash === null || !/^[0-9a-f]{40}$/.test(hash)) report('XDS-HASH', 'hash');
  if (mimeType !== '' && !isMediaType(mimeType)) report('XDS-MIME-TYPE', 'mimeType');
  if (repositoryUniqueId !== null && !isOid(repositoryUniqueId)) report('XDS-REPOSITORY', 'repositoryUniqueId');

  if (uri !== null && !isUriReference(uri)) report('XDS-URI-FORM', 'URI');
  else if (uri !== null && !/^[A-Z0-9_]{1,8}\.[A-Z0-9_]{1,3}$/.test(uri)) report('XDS-URI', 'URI');
}

function checkSourcePatient({ sourcePatientId, sourcePatientInfo }: DocumentEntry, report: Report): void {
  if (sourcePatientId !== '') {
    const source = parseCx(sourcePatientId) ?? parseCx(`${sourcePatientId}^`);
    if (!(source && isOid(source.oid))) report('XDS-SOURCE-PATIENT-ID', 'sourcePatientId');
    else for (const rule of patientIdentifierRules(sourcePatientId)) report(rule, 'sourcePatientId');
  }

  const fields = pidFields(sourcePatientInfo);
  for (const { field, content } of fields) {
    if (field === null) report('XDS-PATIENT-INFO', 'sourcePatientInfo');
    else if (forbiddenPidFields.has(field) || field > lastPidField) {
      report('XDS-PATIENT-INFO', 'sourcePatientInfo', `PID-${String(field)}`);
    }

    if (field === 3) for (const rule of patientIdentifierRules(content)) report(rule, 'sourcePatientInfo/PID-3');
    if (field === 5 && isCutName(content)) report('XDS-PERSON-COMPONENTS', 'sourcePatientInfo/PID-5');
  }

  for (const single of singlePidFields) {
    const count = fields.filter(({ field }) => field === single).length;
    if (count > 1) report('XDS-SLOT-VALUES', `sourcePatientInfo/PID-${String(single)}`, String(count));
  }
}

/** A family name in sub-components (HL7 FN): only the first is compared. */
function isCutName(content: string): boolean {
  return (content.split('^')[0] ?? '').includes('&');
}

function checkReferences({ referenceIds }: DocumentEntry, report: Report): void {
  if (referenceIds.some(({ id, type }) => id === '' || type === '')) report('XDS-REFERENCE-ID', 'referenceIdList');
}

function checkUniqueId(uniqueId: string, report: Report): void {
  if (uniqueId === '') return;

  const [root = '', extension] = uniqueId.split('^');
  if (!isOid(root) || uniqueId.length > 128) report('XDS-UNIQUE-ID', 'uniqueId');
  else if (extension !== undefined) report('XDS-UNIQUE-ID-EXTENSION', 'uniqueId');
}
