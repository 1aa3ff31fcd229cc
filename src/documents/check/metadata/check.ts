import type { Finding } from '../../../errors.ts';
import type { InsEnvironment } from '../../../identity/index.ts';
import { isOid } from '../../../internal/oid.ts';
import { attributeOf, childElements, textOf } from '../../../internal/xml/index.ts';
import { association } from '../../metadata/constants.ts';
import { parseRegistry } from '../../metadata/locate.ts';
import type { RegistryObjects, SubmissionSet } from '../../model/metadata.ts';
import { readMetadata } from '../../metadata/read.ts';
import { findingOf, type Rule } from '../rule.ts';
import { entryCodeFindings, setCodeFindings, type CodeCache, type CodeScope } from './codes.ts';
import { authorFindings, entryFindings, isDtm, patientIdFindings } from './entry.ts';
import { metadataRules as rules } from './rules.ts';

/** Options of the checks of metadata and archives. @group Checks */
export interface MetadataCheckOptions {
  /** Code tables of the CI-SIS or of the DMP. @defaultValue `'ci-sis'` */
  readonly scope?: CodeScope | undefined;
  /** In `production` a test INS is an error. */
  readonly environment?: InsEnvironment | undefined;
}

function setFindings(set: SubmissionSet, environment: InsEnvironment | undefined, path: string): Finding[] {
  const out: Finding[] = [];
  const report = (rule: Rule, attribute: string, found: string | null = null): void =>
    void out.push(findingOf(rule, `${path}/${attribute}`, found));
  authorFindings(set.authors, report);
  if (set.submissionTime === '') report(rules.required, 'submissionTime');
  else if (!isDtm(set.submissionTime)) report(rules.time, 'submissionTime');
  if (set.contentTypeCode.code === '') report(rules.required, 'contentTypeCode');
  if (set.patientId === '') report(rules.required, 'patientId');
  else out.push(...patientIdFindings(set.patientId, environment, `${path}/patientId`));
  for (const attribute of ['sourceId', 'uniqueId'] as const) {
    if (set[attribute] === '') report(rules.required, attribute);
    else if (!isOid(set[attribute])) report(rules.uniqueId, attribute);
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
  if (submissionSets.length !== 1) out.push(findingOf(rules.oneSet, '/', String(submissionSets.length)));
  const patients = [...submissionSets, ...documents, ...folders].map(({ patientId }) => patientId);
  if (new Set(patients.filter((id) => id !== '')).size > 1) out.push(findingOf(rules.samePatient, '/'));
  const ids = [
    ...submissionSets.map(({ id }) => id),
    ...documents.map(({ entryUuid }) => entryUuid),
    ...folders.map(({ id }) => id),
    ...associations.map(({ id }) => id),
  ];
  for (const id of twice(ids)) out.push(findingOf(rules.idTwice, at(id)));
  const uniqueIds = [...submissionSets, ...documents, ...folders].map(({ uniqueId }) => uniqueId);
  out.push(...twice(uniqueIds).map(() => findingOf(rules.uniqueIdTwice, '/')));
  const known = new Set(ids);
  for (const { id, source, target } of associations) {
    if ([source, target].some((end) => !known.has(end) && !end.startsWith('urn:uuid:'))) {
      out.push(findingOf(rules.linkEnd, at(id)));
    }
  }
  const sets = new Set(submissionSets.map(({ id }) => id));
  const members = new Set(
    associations
      .filter(({ type, source }) => type === association.hasMember && sets.has(source))
      .map(({ target }) => target),
  );
  for (const { entryUuid } of documents) if (!members.has(entryUuid)) out.push(findingOf(rules.member, at(entryUuid)));
  const sent = submissionSets[0]?.submissionTime ?? '';
  for (const { entryUuid, creationTime } of documents) {
    if (isDtm(sent) && creationTime.length === 14 && sent.length === 14 && creationTime > sent) {
      out.push(findingOf(rules.submissionTime, `${at(entryUuid)}/creationTime`));
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
      if (own && seen.has(name)) out.push(findingOf(rules.slotTwice, where));
      if (own) seen.add(name);
      const values = childElements(slot, 'ValueList').flatMap((list) => childElements(list, 'Value'));
      const longest = Math.max(0, ...values.map((value) => textOf(value).length));
      if (longest > 256) out.push(findingOf(rules.slotLength, where, `${String(longest)} caractères`));
    }
  }
  return out;
}

/**
 * Checks XDS metadata against the rules of IHE and of the CI-SIS: presence, shapes, codes, links,
 * one patient.
 *
 * @param input - A METADATA.XML, or what {@link readMetadata} gave.
 * @returns What is wrong, errors and warnings; empty when nothing is.
 * @throws TerrESanteError `TE_XML_INVALID`, `TE_DOCUMENT_INVALID` when there is nothing to check
 * @group Checks
 */
export async function checkMetadata(
  input: Uint8Array | string | RegistryObjects,
  options: MetadataCheckOptions = {},
): Promise<readonly Finding[]> {
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
  return out;
}
