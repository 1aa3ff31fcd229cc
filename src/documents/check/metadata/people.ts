import type { Finding } from '../../../errors.ts';
import { checkIns, findInsOid, type InsEnvironment } from '../../../identity/index.ts';
import { finding } from '../../../internal/finding.ts';
import { parseCx } from '../../../internal/hl7.ts';
import { isOid } from '../../../internal/oid.ts';
import type { XdsAuthor, XdsPerson } from '../../model/metadata.ts';
import { xdsRules, type XdsRuleId } from '../../rules/xds/index.ts';

/** Adds a finding about an attribute of the object that is checked. */
export type Report = (rule: XdsRuleId, attribute: string, found?: string | null) => void;

/**
 * Findings of a patientId: an INS with its key and an OID for the environment, or a local
 * identifier.
 */
export function patientIdFindings(value: string, environment: InsEnvironment | undefined, path: string): Finding[] {
  const of = (rule: XdsRuleId, found?: string): Finding[] => [finding(xdsRules, rule, { path, found })];

  // IHE ends a CX at its authority, the French framework adds the type.
  const cx = parseCx(value) ?? parseCx(`${value}^`);
  if (!cx || !isOid(cx.oid) || cx.universalType !== 'ISO' || cx.namespace !== '') return of('XDS-PATIENT-ID');

  if (cx.type === '') return of('XDS-CX-TYPE');

  const ins = findInsOid(cx.oid);
  if (!ins) return of(cx.type === 'PI' ? 'XDS-PATIENT-LOCAL' : 'XDS-PATIENT-ID');
  if (ins.use !== 'real' && environment === 'production') return of('XDS-PATIENT-TEST', cx.oid);

  const sound = checkIns(cx.id).ok && cx.type === 'NH';
  return sound ? [] : of('XDS-PATIENT-ID');
}

/** A person of the metadata has an identifier, the OID of its domain, a name and a type. */
export function personFindings(person: XdsPerson, report: Report, attribute: string): void {
  const complete = person.id !== '' && isOid(person.authority) && person.family !== '' && person.idType !== '';
  if (!complete) report('XDS-PERSON', attribute);
}

/** There is an author, and each but the patient has a structure. */
export function authorFindings(authors: readonly XdsAuthor[], report: Report): void {
  if (authors.length === 0) report('XDS-REQUIRED', 'author');

  authors.forEach(({ person, institution }, index) => {
    const at = `author[${String(index + 1)}]`;
    personFindings(person, report, `${at}/authorPerson`);

    const isPatient = person.idType === 'NH';
    const complete = institution !== null && institution.name !== '' && institution.id !== '';
    if (!isPatient && !complete) report('XDS-INSTITUTION', `${at}/authorInstitution`);
  });
}
