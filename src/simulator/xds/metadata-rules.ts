import { association as types, classificationNode } from '../../documents/metadata/constants.ts';
import type { Association, DocumentEntry, Folder, SubmissionSet } from '../../documents/index.ts';
import { cxIdentity } from '../../internal/hl7.ts';
import { attributeOf, childElements, textOf, type ReadElement } from '../../internal/xml/index.ts';
import type { Submitted, SubmittedObjects } from '../registry/submission.ts';
import type { Problem } from './problem.ts';

/** What must be there, and how it is found wrong. */
type Rules<T> = Readonly<Record<string, (value: T) => boolean>>;

const isText = (value: string | null): boolean => value !== null && value !== '';
const isTime = (value: string): boolean => /^\d{4}(?:\d{2}){0,5}$/.test(value);
const isCode = ({ code, codeSystem }: DocumentEntry['classCode']): boolean => isText(code) && isText(codeSystem);
const isCx = (value: string): boolean => cxIdentity(value) !== null;
/** OID, or OID and extension. @see IHE ITI TF-3, table 4.2.3.2.26 */
const isUniqueId = (value: string): boolean => isText(value) && value.length <= 128;

/** @see IHE ITI TF-3, table 4.3.1-3: what a document source must give */
const entryRules: Rules<DocumentEntry> = {
  uniqueId: ({ uniqueId }) => isUniqueId(uniqueId),
  patientId: ({ patientId }) => isCx(patientId),
  // Its domain is that of the source: the registry looks at its shape only.
  sourcePatientId: ({ sourcePatientId }) => /^[^^&|~]+\^\^\^[^^&]*&[^^&]+&ISO(?:\^|$)/.test(sourcePatientId),
  mimeType: ({ mimeType }) => isText(mimeType),
  creationTime: ({ creationTime }) => isTime(creationTime),
  languageCode: ({ languageCode }) => isText(languageCode),
  classCode: ({ classCode }) => isCode(classCode),
  typeCode: ({ typeCode }) => isCode(typeCode),
  formatCode: ({ formatCode }) => isCode(formatCode),
  confidentialityCode: ({ confidentialityCodes }) =>
    confidentialityCodes.length > 0 && confidentialityCodes.every((code) => isCode(code)),
  healthcareFacilityTypeCode: ({ healthcareFacilityTypeCode }) => isCode(healthcareFacilityTypeCode),
  practiceSettingCode: ({ practiceSettingCode }) => isCode(practiceSettingCode),
  serviceStartTime: ({ serviceStartTime }) => serviceStartTime === null || isTime(serviceStartTime),
  serviceStopTime: ({ serviceStopTime }) => serviceStopTime === null || isTime(serviceStopTime),
};

/** @see IHE ITI TF-3, table 4.3.1-3 */
const setRules: Rules<SubmissionSet> = {
  uniqueId: ({ uniqueId }) => isUniqueId(uniqueId),
  sourceId: ({ sourceId }) => isText(sourceId),
  patientId: ({ patientId }) => isCx(patientId),
  submissionTime: ({ submissionTime }) => isTime(submissionTime),
  contentTypeCode: ({ contentTypeCode }) => isCode(contentTypeCode),
};

const folderRules: Rules<Folder> = {
  uniqueId: ({ uniqueId }) => isUniqueId(uniqueId),
  patientId: ({ patientId }) => isCx(patientId),
  title: ({ title }) => isText(title),
  codeList: ({ codes }) => codes.length > 0 && codes.every((code) => isCode(code)),
};

const knownTypes: ReadonlySet<string> = new Set([
  types.hasMember,
  types.replace,
  types.transform,
  types.append,
  types.transformAndReplace,
  types.signs,
  types.isSnapshotOf,
]);

/** Relations of a new document to one that the registry holds. */
export const relationTypes: ReadonlySet<string> = new Set([
  types.replace,
  types.transform,
  types.append,
  types.transformAndReplace,
]);

const list = '/SubmitObjectsRequest/RegistryObjectList';
const broken = (context: string, location: string): Problem => ({
  code: 'XDSRegistryMetadataError',
  context,
  location,
});

/** Where an object stands in the request. */
export function placeOf(kind: 'ExtrinsicObject' | 'Association', index: number): string {
  return `${list}/${kind}[${String(index + 1)}]`;
}

/**
 * Everything that is wrong with the objects of a submission, each by itself and with each other.
 *
 * @see IHE ITI TF-3, sections 4.2 and 4.3
 */
export function metadataProblems(objects: SubmittedObjects): readonly Problem[] {
  const { sets, entries, folders, associations } = objects;
  if (sets.length !== 1) return setProblems(objects);

  return [
    ...setProblems(objects),
    ...ruled(entries, entryRules, 'ExtrinsicObject'),
    ...ruled(folders, folderRules, `RegistryPackage[@classificationNode='${classificationNode.folder}']`),
    ...longValues(objects),
    ...associations.flatMap(({ value }, index) => associationProblems(objects, value, index)),
    ...membershipProblems(objects),
    ...patientProblems(objects),
    ...twiceProblems(objects),
  ];
}

/** What is wrong with the submission set alone. */
export function setProblems({ sets }: SubmittedObjects): Problem[] {
  if (sets.length !== 1) return [broken('Un seul lot de soumission (SubmissionSet) attendu.', list)];
  return ruled(sets, setRules, `RegistryPackage[@classificationNode='${classificationNode.submissionSet}']`);
}

function ruled<T>(submitted: readonly Submitted<T>[], rules: Rules<T>, name: string): Problem[] {
  return submitted.flatMap(({ value }, index) =>
    Object.entries(rules)
      .filter(([, holds]) => !holds(value))
      .map(([attribute]) =>
        broken(`${attribute} : absent ou de forme incorrecte.`, `${list}/${name}[${String(index + 1)}]`),
      ),
  );
}

/** @see OASIS ebXML RIM 3.0, schema: a value has 256 characters at most */
const maxValue = 256;

function longValues({ sets, entries, folders, associations }: SubmittedObjects): Problem[] {
  const tooLong = (node: ReadElement): boolean =>
    childElements(node).some((child) =>
      child.localName === 'Value' ? textOf(child).length > maxValue : tooLong(child),
    );
  const nodes = [...sets, ...entries, ...folders, ...associations].map(({ node }) => node);
  return nodes.some(tooLong) ? [broken('Valeur de Slot de plus de 256 caractères.', list)] : [];
}

function associationProblems(
  { sets, entries, folders }: SubmittedObjects,
  link: Association,
  index: number,
): Problem[] {
  const place = placeOf('Association', index);
  if (!knownTypes.has(link.type)) return [broken("Type d'association inconnu.", place)];
  if (link.type === types.isSnapshotOf) return [];

  const isMembership = link.type === types.hasMember;
  const owners = isMembership ? [...sets, ...folders].map(({ value }) => value.id) : entries.map(idOfEntry);
  // A folder of the registry may get a new member.
  const isKnownFolder = isMembership && link.source.startsWith('urn:uuid:');
  if (owners.includes(link.source) || isKnownFolder) return [];
  return [broken("La source de l'association n'est pas un objet de l'envoi qui puisse l'être.", place)];
}

const idOfEntry = ({ value }: Submitted<DocumentEntry>): string => value.entryUuid;

/** @see IHE ITI TF-3, section 4.2.1.4: every object is a member of the submission set */
function membershipProblems({ sets, entries, folders, associations }: SubmittedObjects): Problem[] {
  const [set] = sets;
  const members = new Set(
    associations
      .filter(({ value }) => value.type === types.hasMember && value.source === set?.value.id)
      .map(({ value }) => value.target),
  );

  const isMissing = (id: string): boolean => !members.has(id);
  const strayEntries = entries.map(idOfEntry).filter(isMissing).length;
  const strayFolders = folders.map(({ value }) => value.id).filter(isMissing).length;
  if (strayEntries + strayFolders === 0) return [];
  return [broken("Un objet de l'envoi n'est pas membre du lot (HasMember).", `${list}/Association`)];
}

/** One submission is about one patient. @see IHE ITI TF-3, section 4.2.3.3.8 */
function patientProblems({ sets, entries, folders }: SubmittedObjects): Problem[] {
  const key = (cx: string): string => JSON.stringify(cxIdentity(cx));
  const keys = new Set([...sets, ...entries, ...folders].map(({ value }) => key(value.patientId)));
  if (keys.size <= 1) return [];
  return [
    { code: 'XDSPatientIdDoesNotMatch', context: "Les objets de l'envoi nomment plusieurs patients.", location: list },
  ];
}

function twiceProblems({ sets, entries, folders, associations }: SubmittedObjects): Problem[] {
  const isTwice = (values: readonly string[]): boolean => new Set(values).size !== values.length;
  const uniqueIds = [...sets, ...entries, ...folders].map(({ value }) => value.uniqueId);
  const ids = [...sets, ...entries, ...folders, ...associations]
    .map(({ node }) => attributeOf(node, 'id') ?? '')
    .filter((id) => id !== '');

  const context = "Un identifiant unique figure deux fois dans l'envoi.";
  return [
    ...(isTwice(uniqueIds) ? [{ code: 'XDSRegistryDuplicateUniqueIdInMessage', context, location: list }] : []),
    ...(isTwice(ids) ? [broken("Deux objets de l'envoi ont le même id.", list)] : []),
  ];
}
