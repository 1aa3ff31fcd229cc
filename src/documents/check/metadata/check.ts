import type { CheckReport, Finding } from '../../../errors.ts';
import type { InsEnvironment } from '../../../identity/index.ts';
import { checkReport, finding } from '../../../internal/finding.ts';
import { isOid } from '../../../internal/oid.ts';
import { attributeOf, childElements, textOf } from '../../../internal/xml/index.ts';
import { association } from '../../metadata/constants.ts';
import { parseRegistry } from '../../metadata/locate.ts';
import type { RegistryObjects, SubmissionSet } from '../../model/metadata.ts';
import { readMetadata } from '../../metadata/read.ts';
import { xdsRules, type XdsRuleId } from '../../rules/xds/index.ts';
import { entryCodeFindings, setCodeFindings, type CodeCache, type CodeScope } from './codes.ts';
import { authorFindings, entryFindings, isDtm, patientIdFindings } from './entry.ts';

/** Options of the checks of metadata and archives. @group Checks */
export interface MetadataCheckOptions {
  /** Code tables of the CI-SIS or of the DMP. @defaultValue `'ci-sis'` */
  readonly scope?: CodeScope | undefined;
  /** In `production` a test INS is an error. */
  readonly environment?: InsEnvironment | undefined;
}

function setFindings(set: SubmissionSet, environment: InsEnvironment | undefined, path: string): Finding[] {
  const out: Finding[] = [];
  const report = (rule: XdsRuleId, attribute: string, found: string | null = null): void =>
    void out.push(finding(xdsRules, rule, { path: `${path}/${attribute}`, found }));
  authorFindings(set.authors, report);
  if (set.submissionTime === '') report('XDS-REQUIRED', 'submissionTime');
  else if (!isDtm(set.submissionTime)) report('XDS-TIME', 'submissionTime');
  if (set.contentTypeCode.code === '') report('XDS-REQUIRED', 'contentTypeCode');
  if (set.patientId === '') report('XDS-REQUIRED', 'patientId');
  else out.push(...patientIdFindings(set.patientId, environment, `${path}/patientId`));
  for (const attribute of ['sourceId', 'uniqueId'] as const) {
    if (set[attribute] === '') report('XDS-REQUIRED', attribute);
    else if (!isOid(set[attribute])) report('XDS-UNIQUE-ID', attribute);
  }
  return out;
}

/** The values that occur more than once, each once. */
function twice(values: readonly string[]): string[] {
  const seen = new Set<string>();
  const again = new Set<string>();
  for (const value of values) {
    if (value !== '' && seen.has(value)) again.add(value);
    seen.add(value);
  }
  return [...again];
}

/** Links, identifiers and patients across the objects. */
function structureFindings({ submissionSets, documents, folders, associations }: RegistryObjects): Finding[] {
  const out: Finding[] = [];
  const at = (id: string): string => `/${id === '' ? '?' : id}`;
  if (submissionSets.length !== 1)
    out.push(finding(xdsRules, 'XDS-SET', { path: '/', found: String(submissionSets.length) }));
  const patients = [...submissionSets, ...documents, ...folders].map(({ patientId }) => patientId);
  if (new Set(patients.filter((id) => id !== '')).size > 1)
    out.push(finding(xdsRules, 'XDS-PATIENT-SAME', { path: '/' }));
  const ids = [
    ...submissionSets.map(({ id }) => id),
    ...documents.map(({ entryUuid }) => entryUuid),
    ...folders.map(({ id }) => id),
    ...associations.map(({ id }) => id),
  ];
  for (const id of twice(ids)) out.push(finding(xdsRules, 'XDS-ID', { path: at(id) }));
  const uniqueIds = [...submissionSets, ...documents, ...folders].map(({ uniqueId }) => uniqueId);
  out.push(...twice(uniqueIds).map(() => finding(xdsRules, 'XDS-UNIQUE-ID-TWICE', { path: '/' })));
  const known = new Set(ids);
  for (const { id, source, target } of associations) {
    if ([source, target].some((end) => !known.has(end) && !end.startsWith('urn:uuid:'))) {
      out.push(finding(xdsRules, 'XDS-LINK', { path: at(id) }));
    }
  }
  const sets = new Set(submissionSets.map(({ id }) => id));
  const members = new Set(
    associations
      .filter(({ type, source }) => type === association.hasMember && sets.has(source))
      .map(({ target }) => target),
  );
  for (const { entryUuid } of documents)
    if (!members.has(entryUuid)) out.push(finding(xdsRules, 'XDS-MEMBER', { path: at(entryUuid) }));
  const sent = submissionSets[0]?.submissionTime ?? '';
  for (const { entryUuid, creationTime } of documents) {
    if (isDtm(sent) && creationTime.length === 14 && sent.length === 14 && creationTime > sent) {
      out.push(finding(xdsRules, 'XDS-SUBMISSION-TIME', { path: `${at(entryUuid)}/creationTime` }));
    }
  }
  return out;
}

/** What the typed form no longer shows: slots written twice, values too long. */
function rawFindings(input: Uint8Array | string): Finding[] {
  const out: Finding[] = [];
  const { objects, packages, associations } = parseRegistry(input);
  for (const node of [...objects, ...packages, ...associations]) {
    const path = `/${attributeOf(node, 'id') ?? '?'}`;
    const seen = new Set<string>();
    const slots = [node, ...childElements(node, 'Classification')].flatMap((owner) =>
      childElements(owner, 'Slot').map((slot) => ({ slot, own: owner === node })),
    );
    for (const { slot, own } of slots) {
      const name = attributeOf(slot, 'name') ?? '';
      const where = `${path}/${/^[\w$:.-]{1,80}$/.test(name) ? name : 'Slot'}`;
      if (own && seen.has(name)) out.push(finding(xdsRules, 'XDS-SLOT', { path: where }));
      if (own) seen.add(name);
      const values = childElements(slot, 'ValueList').flatMap((list) => childElements(list, 'Value'));
      const longest = Math.max(0, ...values.map((value) => textOf(value).length));
      if (longest > 256) out.push(finding(xdsRules, 'XDS-LENGTH', { path: where, found: String(longest) }));
    }
  }
  return out;
}

/**
 * Checks XDS metadata against the rules of IHE and of the CI-SIS: presence, shapes, codes, links,
 * one patient.
 *
 * @param input - A METADATA.XML, or what {@link readMetadata} gave.
 * @returns The findings, errors and warnings; none when nothing is wrong.
 * @throws TerrESanteError `TE_XML_INVALID`, `TE_DOCUMENT_INVALID` when there is nothing to check
 * @group Checks
 */
export async function checkMetadata(
  input: Uint8Array | string | RegistryObjects,
  options: MetadataCheckOptions = {},
): Promise<CheckReport> {
  const { scope = 'ci-sis', environment } = options;
  const isText = typeof input === 'string' || input instanceof Uint8Array;
  const objects = isText ? readMetadata(input) : input;
  const out = structureFindings(objects);
  if (isText) out.push(...rawFindings(input));
  for (const set of objects.submissionSets) {
    out.push(...setFindings(set, environment, `/${set.id}`), ...(await setCodeFindings(set, scope, `/${set.id}`)));
  }
  const cache: CodeCache = new Map();
  for (const entry of objects.documents) {
    const path = `/${entry.entryUuid}`;
    out.push(...entryFindings(entry, environment, path), ...(await entryCodeFindings(entry, scope, path, cache)));
  }
  return checkReport(out);
}
