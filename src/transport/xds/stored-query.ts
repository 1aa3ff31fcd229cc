import { documentStatus, onDemandDocument, stableDocument } from '../../documents/metadata/constants.ts';
import type { Coded } from '../../documents/index.ts';
import { needed, optionsOf, refuseArgument, type Check, type Checks } from '../../internal/border.ts';
import { cxIdentity } from '../../internal/hl7.ts';
import { hl7ToUtc } from '../../internal/hl7-time.ts';
import { anything, listOf, text } from '../../internal/option-checks.ts';

/** One slot of a query, its terms written but not yet gathered in values. */
export interface QuerySlot {
  readonly name: string;
  /** A list stands between brackets, even of one term; a number or a single text stands alone. */
  readonly isList: boolean;
  readonly terms: readonly string[];
}

/** Reads a member of a query into the slots it becomes. */
type Parameter = Check<readonly QuerySlot[]>;
type Parameters = Readonly<Record<string, Parameter | { readonly needed: Parameter }>>;

const quoted = (value: string): string => `'${value.replaceAll("'", "''")}'`;
const single = (name: string, term: string): readonly QuerySlot[] => [{ name, isList: false, terms: [term] }];
const list = (name: string, terms: readonly string[]): QuerySlot => ({ name, isList: true, terms });

/** Every check of a list refuses an empty one: it would ask for everything, or for nothing. */
function several<V>(name: string, value: unknown, check: Check<V>): readonly V[] {
  const items = listOf(check)(name, value);
  return items.length > 0 ? items : refuseArgument(name, 'liste non vide attendue');
}

function patient(slot: string): Parameter {
  return (name, value) => {
    const id = text(name, value);
    if (!cxIdentity(id)) refuseArgument(name, 'identifiant CX attendu : valeur^^^&OID&ISO^type');
    return single(slot, quoted(id));
  };
}

const oneText =
  (slot: string): Parameter =>
  (name, value) =>
    single(slot, quoted(text(name, value)));

const texts =
  (slot: string, check: Check<string> = text): Parameter =>
  (name, value) => [list(slot, several(name, value, check).map(quoted))];

/** Of a choice of words, each of which stands for a URN. */
function words(slot: string, meanings: Readonly<Record<string, string>>): Parameter {
  return (name, value) => {
    const urns = several(name, value, (place, item) => {
      const isKnown = typeof item === 'string' && Object.hasOwn(meanings, item);
      return isKnown ? (meanings[item] ?? '') : refuseArgument(place, `${Object.keys(meanings).join(', ')} attendu`);
    });
    return [list(slot, urns.map(quoted))];
  };
}

/** Required by the standard; only approved objects unless something else is asked for. */
function status(slot: string): { readonly needed: Parameter } {
  const read = words(slot, documentStatus);
  return needed((name, value) => read(name, value ?? ['approved']));
}

const codeChecks: Checks<Coded> = { code: needed(text), codeSystem: needed(text), displayName: anything };

/** `code^^system`; a delimiter in either would make it another code. */
function code(name: string, value: unknown): string {
  const { code: id, codeSystem } = optionsOf<Pick<Coded, 'code' | 'codeSystem'>>(name, value as never, codeChecks);
  const parts = [id, codeSystem];
  if (parts.some((part) => part.includes('^'))) refuseArgument(name, 'code sans délimiteur attendu');
  return parts.join('^^');
}

const codes = (slot: string): Parameter => texts(slot, code);

/** A list of terms is one slot; of a list of lists each is a slot, and all of them must match. */
function groups(slot: string, check: Check<string>): Parameter {
  return (name, value) => {
    const isNested = Array.isArray(value) && value.length > 0 && value.every((item) => Array.isArray(item));
    const lists = isNested
      ? listOf((place, item) => several(place, item, check))(name, value)
      : [several(name, value, check)];
    return lists.map((terms) => list(slot, terms.map(quoted)));
  };
}

function times(prefix: string): Parameter {
  const bound =
    (end: 'From' | 'To'): Parameter =>
    (name, value) => {
      const utc = hl7ToUtc(text(name, value));
      return utc === null ? refuseArgument(name, 'date HL7 attendue') : single(`${prefix}${end}`, utc);
    };
  const checks: Checks<{ from?: readonly QuerySlot[]; to?: readonly QuerySlot[] }> = {
    from: bound('From'),
    to: bound('To'),
  };
  return (name, value) => {
    const { from = [], to = [] } = optionsOf(name, value as never, checks);
    return [...from, ...to];
  };
}

const uuidShape = /^urn:uuid:[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

function entryUuid(name: string, value: unknown): string {
  const id = text(name, value);
  return uuidShape.test(id) ? id : refuseArgument(name, 'entryUUID attendu : urn:uuid: suivi de 36 caractères');
}

const uuids = (slot: string): Parameter => texts(slot, entryUuid);
const oneUuid =
  (slot: string): Parameter =>
  (name, value) =>
    single(slot, quoted(entryUuid(name, value)));

const manyObjects = (prefix: string): Parameters => ({
  entryUuids: uuids(`${prefix}EntryUUID`),
  uniqueIds: texts(`${prefix}UniqueId`),
});
const oneObject = (prefix: string): Parameters => ({
  entryUuid: oneUuid(`${prefix}EntryUUID`),
  uniqueId: oneText(`${prefix}UniqueId`),
});

const document = '$XDSDocumentEntry';
const set = '$XDSSubmissionSet';
const folder = '$XDSFolder';

const documentFilter: Parameters = {
  patientId: needed(patient(`${document}PatientId`)),
  status: status(`${document}Status`),
  types: words(`${document}Type`, { stable: stableDocument, 'on-demand': onDemandDocument }),
  classCodes: codes(`${document}ClassCode`),
  typeCodes: codes(`${document}TypeCode`),
  practiceSettingCodes: codes(`${document}PracticeSettingCode`),
  healthcareFacilityTypeCodes: codes(`${document}HealthcareFacilityTypeCode`),
  formatCodes: codes(`${document}FormatCode`),
  eventCodes: groups(`${document}EventCodeList`, code),
  confidentialityCodes: groups(`${document}ConfidentialityCode`, code),
  authorPersons: texts(`${document}AuthorPerson`),
  creationTime: times(`${document}CreationTime`),
  serviceStartTime: times(`${document}ServiceStartTime`),
  serviceStopTime: times(`${document}ServiceStopTime`),
};

interface QueryRow {
  readonly id: string;
  readonly parameters: Parameters;
}

/**
 * The stored queries, by name.
 *
 * @see IHE ITI TF-2, section 3.18.4.1.2.3.7, and table 3.18.4.1.2.4-1 for the identifiers
 */
export const storedQueries = {
  FindDocuments: { id: 'urn:uuid:14d4debf-8f97-4251-9a74-a90016b0af0d', parameters: documentFilter },
  FindDocumentsByReferenceId: {
    id: 'urn:uuid:12941a89-e02e-4be5-967c-ce4bfc8fe492',
    parameters: { ...documentFilter, referenceIds: needed(groups(`${document}ReferenceIdList`, text)) },
  },
  FindSubmissionSets: {
    id: 'urn:uuid:f26abbcb-ac74-4422-8a30-edb644bbc1a9',
    parameters: {
      patientId: needed(patient(`${set}PatientId`)),
      status: status(`${set}Status`),
      sourceIds: texts(`${set}SourceId`),
      submissionTime: times(`${set}SubmissionTime`),
      authorPerson: oneText(`${set}AuthorPerson`),
      contentTypeCodes: codes(`${set}ContentType`),
    },
  },
  FindFolders: {
    id: 'urn:uuid:958f3006-baad-4929-a4de-ff1114824431',
    parameters: {
      patientId: needed(patient(`${folder}PatientId`)),
      status: status(`${folder}Status`),
      lastUpdateTime: times(`${folder}LastUpdateTime`),
      codes: groups(`${folder}CodeList`, code),
    },
  },
  GetAll: {
    id: 'urn:uuid:10b545ea-725c-446d-9b95-8aeb444eddf3',
    parameters: {
      patientId: needed(patient('$patientId')),
      status: status(`${document}Status`),
      submissionSetStatus: status(`${set}Status`),
      folderStatus: status(`${folder}Status`),
    },
  },
  GetDocuments: { id: 'urn:uuid:5c4f972b-d56b-40ac-a5fc-c8ca9b40b9d4', parameters: manyObjects(document) },
  GetFolders: { id: 'urn:uuid:5737b14c-8a1a-4539-b659-e03a34a5e1e4', parameters: manyObjects(folder) },
  GetAssociations: {
    id: 'urn:uuid:a7ae438b-4bc2-4642-93e9-be891f7bb155',
    parameters: { entryUuids: needed(uuids('$uuid')) },
  },
  GetDocumentsAndAssociations: {
    id: 'urn:uuid:bab9529a-4a10-40b3-a01f-f68a615d247a',
    parameters: manyObjects(document),
  },
  GetSubmissionSets: {
    id: 'urn:uuid:51224314-5390-4169-9b91-b1980040715a',
    parameters: { entryUuids: needed(uuids('$uuid')) },
  },
  GetSubmissionSetAndContents: { id: 'urn:uuid:e8e3cb2c-e39c-46b9-99e4-c12f57260b83', parameters: oneObject(set) },
  GetFolderAndContents: { id: 'urn:uuid:b909a503-523d-4517-8acf-8e5834dfc4c7', parameters: oneObject(folder) },
  GetFoldersForDocument: { id: 'urn:uuid:10cae35a-c7f9-4cf5-b61e-fc3278ffb578', parameters: oneObject(document) },
  GetRelatedDocuments: {
    id: 'urn:uuid:d90e5407-b356-4d91-a89f-873917b4b0e6',
    parameters: { ...oneObject(document), associationTypes: needed(texts('$AssociationTypes')) },
  },
} as const satisfies Readonly<Record<string, QueryRow>>;
