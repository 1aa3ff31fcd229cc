import type { Finding } from '../../../errors.ts';
import { isOid } from '../../../internal/oid.ts';
import { professionsWithSpecialty, professionSystem } from '../codes.ts';
import { personIdentifier } from '../input-rules.ts';
import type { VihfMode } from '../model.ts';
import { contextClassPrefix, modeValues, vihfAttribute, vihfVersions } from '../names.ts';
import type { AssertionContent, VihfValue } from './content.ts';
import { modeOf, patientOf, purposeOf, sectorOf, stringOf, structureOf, versionOf } from './facts.ts';
import { finding } from '../../../internal/finding.ts';
import { vihfRules } from '../rules/index.ts';

const attributePath = (name: string): string => `Attribute[@Name="${name}"]`;

const missing = (name: string): Finding =>
  finding(vihfRules, 'VIHF-ATTRIBUTE', { path: attributePath(name), values: { name } });

function isCoded(value: VihfValue, element: string): boolean {
  if (typeof value === 'string') return false;
  return value.element === element && value.code !== '' && value.displayName !== '' && isOid(value.codeSystem);
}

function codedFindings(name: string, element: string, values: readonly VihfValue[]): Finding[] {
  if (values.every((value) => isCoded(value, element))) return [];
  return [finding(vihfRules, 'VIHF-CODE', { path: attributePath(name), expected: element, values: { element } })];
}

function roleFindings({ attributes }: AssertionContent): Finding[] {
  const path = attributePath(vihfAttribute.role);
  const roles = attributes.get(vihfAttribute.role) ?? [];
  if (roles.length < 1 || roles.length > 2) {
    return [finding(vihfRules, 'VIHF-ROLE', { path, found: String(roles.length) })];
  }

  const malformed = codedFindings(vihfAttribute.role, 'Role', roles);
  if (malformed.length > 0) return malformed;

  const [profession, specialty] = roles;
  const needsSpecialty =
    typeof profession === 'object' &&
    profession.codeSystem === professionSystem &&
    professionsWithSpecialty.has(profession.code);
  return needsSpecialty && !specialty ? [finding(vihfRules, 'VIHF-SPECIALTY', { path })] : [];
}

function patientFindings(content: AssertionContent): Finding[] {
  if (!content.attributes.has(vihfAttribute.patient) || patientOf(content)) return [];
  return [finding(vihfRules, 'VIHF-PATIENT', { path: attributePath(vihfAttribute.patient) })];
}

/** The attributes that the mode and the version ask for, each with one value. */
function presenceFindings(content: AssertionContent): Finding[] {
  const required: string[] = [
    vihfAttribute.structure,
    vihfAttribute.sector,
    vihfAttribute.resourceUrn,
    vihfAttribute.softwareName,
    vihfAttribute.softwareVersion,
  ];
  if (modeOf(content) !== 'direct') required.push(vihfAttribute.subjectName);

  const version = versionOf(content);
  const ofVersion: readonly string[] = version === null ? [] : vihfVersions[version].alsoRequired;
  return [
    ...required.filter((name) => stringOf(content, name) === null),
    ...ofVersion.filter((name) => !content.attributes.has(name)),
  ].map(missing);
}

/** Identifiers and codes of the structure, the sector and the access. */
function shapeFindings(content: AssertionContent): Finding[] {
  const findings: Finding[] = [];

  // An absent one is another rule's: VIHF-ATTRIBUTE.
  if (stringOf(content, vihfAttribute.structure) !== null && structureOf(content) === null) {
    findings.push(finding(vihfRules, 'VIHF-STRUCTURE', { path: attributePath(vihfAttribute.structure) }));
  }
  if (stringOf(content, vihfAttribute.sector) !== null && sectorOf(content) === null) {
    findings.push(finding(vihfRules, 'VIHF-SECTOR', { path: attributePath(vihfAttribute.sector) }));
  }

  const purpose = content.attributes.get(vihfAttribute.purpose) ?? [];
  findings.push(...codedFindings(vihfAttribute.purpose, 'PurposeOfUse', purpose));
  if (purposeOf(content) === null) {
    findings.push(finding(vihfRules, 'VIHF-PURPOSE', { path: attributePath(vihfAttribute.purpose) }));
  }
  return findings;
}

/** Who is named, and how this person logged in. */
function subjectFindings(
  { nameId, contextClass, contextDeclaration }: AssertionContent,
  mode: VihfMode | null,
): Finding[] {
  const findings: Finding[] = [];
  const context = 'AuthnStatement/AuthnContext';

  if (!personIdentifier.test(nameId)) {
    findings.push(finding(vihfRules, 'VIHF-SUBJECT', { path: 'Subject/NameID' }));
  }
  if (!contextClass.startsWith(contextClassPrefix)) {
    const place = { path: `${context}/AuthnContextClassRef`, expected: `${contextClassPrefix}…` };
    findings.push(finding(vihfRules, 'VIHF-CONTEXT', place));
  }
  if (mode === 'reinforced' && (contextDeclaration === null || contextDeclaration === '')) {
    findings.push(finding(vihfRules, 'VIHF-DECLARATION', { path: `${context}/AuthnContextDecl` }));
  }
  return findings;
}

/** Rules about what the assertion says, signature and clock apart. */
export function contentFindings(content: AssertionContent): Finding[] {
  const findings: Finding[] = [];

  const mode = modeOf(content);
  if (mode === null) {
    const expected = Object.values(modeValues).join(', ');
    findings.push(finding(vihfRules, 'VIHF-MODE', { path: attributePath(vihfAttribute.mode), expected }));
  }
  if (versionOf(content) === null) {
    const expected = Object.keys(vihfVersions).join(', ');
    findings.push(finding(vihfRules, 'VIHF-VERSION', { path: attributePath(vihfAttribute.version), expected }));
  }

  findings.push(...presenceFindings(content), ...shapeFindings(content));
  findings.push(...roleFindings(content), ...patientFindings(content));
  findings.push(...subjectFindings(content, mode));
  return findings;
}
