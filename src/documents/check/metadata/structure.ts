import type { Finding } from '../../../errors.ts';
import { finding } from '../../../internal/finding.ts';
import { association } from '../../metadata/constants.ts';
import { cxKey } from '../../metadata/datatypes.ts';
import type { Association, RegistryObjects } from '../../model/metadata.ts';
import { xdsRules } from '../../rules/xds/index.ts';
import { isDtm } from './shapes.ts';

const at = (id: string): string => `/${id === '' ? '?' : id}`;

/** Links, identifiers, patients and times across the objects of one request. */
export function structureFindings(objects: RegistryObjects): Finding[] {
  return [
    ...setFindings(objects),
    ...identifierFindings(objects),
    ...linkFindings(objects),
    ...memberFindings(objects),
    ...associationFindings(objects),
    ...timeFindings(objects),
  ];
}

/** One submission set, one patient. */
function setFindings({ submissionSets, documents, folders }: RegistryObjects): Finding[] {
  const out: Finding[] = [];
  if (submissionSets.length !== 1) {
    out.push(finding(xdsRules, 'XDS-SET', { path: '/', found: String(submissionSets.length) }));
  }

  const patients = [...submissionSets, ...documents, ...folders].map(({ patientId }) => patientId);
  if (new Set(patients.filter((id) => id !== '').map(cxKey)).size > 1) {
    out.push(finding(xdsRules, 'XDS-PATIENT-SAME', { path: '/' }));
  }
  return out;
}

function idsOf({ submissionSets, documents, folders, associations }: RegistryObjects): string[] {
  return [
    ...submissionSets.map(({ id }) => id),
    ...documents.map(({ entryUuid }) => entryUuid),
    ...folders.map(({ id }) => id),
    ...associations.map(({ id }) => id),
  ];
}

function identifierFindings(objects: RegistryObjects): Finding[] {
  const { submissionSets, documents, folders } = objects;
  const uniqueIds = [...submissionSets, ...documents, ...folders].map(({ uniqueId }) => uniqueId);
  return [
    ...repeated(idsOf(objects)).map((id) => finding(xdsRules, 'XDS-ID', { path: at(id) })),
    ...repeated(uniqueIds).map(() => finding(xdsRules, 'XDS-UNIQUE-ID-TWICE', { path: '/' })),
  ];
}

/** An end of an association is an object of the request, or one that is already registered. */
function linkFindings(objects: RegistryObjects): Finding[] {
  const ids = new Set(idsOf(objects));
  const isDangling = (end: string): boolean => !ids.has(end) && !end.startsWith('urn:uuid:');
  return objects.associations
    .filter(({ source, target }) => isDangling(source) || isDangling(target))
    .map(({ id }) => finding(xdsRules, 'XDS-LINK', { path: at(id) }));
}

/** Every document is a member of the submission set. */
function memberFindings({ submissionSets, documents, associations }: RegistryObjects): Finding[] {
  const sets = new Set(submissionSets.map(({ id }) => id));
  const memberships = associations.filter(({ type, source }) => type === association.hasMember && sets.has(source));
  const members = new Set(memberships.map(({ target }) => target));
  return documents
    .filter(({ entryUuid }) => !members.has(entryUuid))
    .map(({ entryUuid }) => finding(xdsRules, 'XDS-MEMBER', { path: at(entryUuid) }));
}

const statusSlot = 'SubmissionSetStatus';
const relationships: readonly string[] = [
  association.replace,
  association.transform,
  association.append,
  association.transformAndReplace,
  association.signs,
  association.isSnapshotOf,
];

/** What each type of association asks of its ends and its slots. */
function associationFindings({ submissionSets, documents, associations }: RegistryObjects): Finding[] {
  const sets = new Set(submissionSets.map(({ id }) => id));
  const entries = new Set(documents.map(({ entryUuid }) => entryUuid));
  const links = new Set(associations.map(({ id }) => id));

  return associations.flatMap((link): Finding[] => {
    if (link.type === association.hasMember) return memberStatusFindings(link, sets, entries);

    const path = at(link.id);
    if (relationships.includes(link.type)) {
      return entries.has(link.source) ? [] : [finding(xdsRules, 'XDS-ASSOCIATION', { path: `${path}/@sourceObject` })];
    }
    if (link.type === association.submitAssociation) {
      const isSound = sets.has(link.source) && links.has(link.target);
      return isSound ? [] : [finding(xdsRules, 'XDS-ASSOCIATION', { path })];
    }
    if (link.type === association.updateAvailabilityStatus) return statusUpdateFindings(link, sets);
    return [finding(xdsRules, 'XDS-ASSOCIATION', { path: `${path}/@associationType` })];
  });
}

/**
 * `Original` for a document of the request, `Reference` for one that the registry has; other
 * members (folders, memberships of folders) have neither.
 */
function memberStatusFindings(
  { id, source, target, slots }: Association,
  sets: ReadonlySet<string>,
  entries: ReadonlySet<string>,
): Finding[] {
  const values = Object.hasOwn(slots, statusSlot) ? (slots[statusSlot] ?? []) : [];
  const isNew = entries.has(target);
  const isMandatory = isNew && sets.has(source);
  if (values.length === 0 && !isMandatory) return [];

  const [value, ...others] = values;
  const fits = others.length === 0 && value === (isNew ? 'Original' : 'Reference');
  if (fits) return [];

  const found = value === 'Original' || value === 'Reference' ? value : null;
  const expected = isNew ? 'Original' : 'Reference';
  return [finding(xdsRules, 'XDS-MEMBER-STATUS', { path: `${at(id)}/${statusSlot}`, found, expected })];
}

/** A change of status comes from the submission set and says both statuses. */
function statusUpdateFindings({ id, source, slots }: Association, sets: ReadonlySet<string>): Finding[] {
  const has = (name: string): boolean =>
    Object.hasOwn(slots, name) && (slots[name] ?? []).some((value) => value !== '');
  const missing = [
    ...(sets.has(source) ? [] : ['@sourceObject']),
    ...['OriginalStatus', 'NewStatus'].filter((name) => !has(name)),
  ];
  return missing.map((name) => finding(xdsRules, 'XDS-ASSOCIATION', { path: `${at(id)}/${name}` }));
}

/** No document is made after it is sent; only times to the second are compared. */
function timeFindings({ submissionSets, documents }: RegistryObjects): Finding[] {
  const sent = submissionSets[0]?.submissionTime;
  if (sent === undefined || sent.length !== 14 || !isDtm(sent)) return [];

  return documents
    .filter(({ creationTime }) => creationTime.length === 14 && creationTime > sent)
    .map(({ entryUuid }) => finding(xdsRules, 'XDS-SUBMISSION-TIME', { path: `${at(entryUuid)}/creationTime` }));
}

/** The values that occur more than once, each once. */
function repeated(values: readonly string[]): string[] {
  const seen = new Set<string>();
  const again = new Set<string>();
  for (const value of values) {
    if (value !== '' && seen.has(value)) again.add(value);
    seen.add(value);
  }
  return [...again];
}
