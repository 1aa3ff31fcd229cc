import type { Coded, DocumentEntry, Visibility, XdsAuthor } from '../../documents/index.ts';
import { documentStatus, oid } from '../../documents/metadata/constants.ts';
import type { TerrESanteError } from '../../errors.ts';
import type { LocalIdentifier } from '../../identity/index.ts';
import { hl7ToUtc } from '../../internal/hl7-time.ts';
import { madeByPatient } from '../binding/document-answers.ts';
import type { DocumentRecord, DocumentStatus, RecordedAuthor } from '../binding/documents.ts';
import { protocolFailure } from '../soap/outcome.ts';

/** What an entry does not say of its document itself. */
interface Beside {
  /** UTC digits up to the second. */
  readonly submitted: string | undefined;
  readonly replacedBy: string | undefined;
  /** Those that were asked for. */
  readonly statuses: readonly DocumentStatus[];
}

/** @throws TerrESanteError `TE_PROTOCOL` for what an entry of a registry always says */
export function recordOf(entry: DocumentEntry, { submitted, replacedBy, statuses }: Beside): DocumentRecord {
  const { hash, size } = entry;
  const [level, ...others] = entry.confidentialityCodes.filter(({ codeSystem }) => codeSystem === oid.confidentiality);
  if (hash === null || !/^[0-9a-f]{40}$/i.test(hash)) throw incomplete('hash');
  if (size === null) throw incomplete('size');
  if (submitted === undefined) throw incomplete('submissionTime');
  if (level === undefined || others.length > 0) throw incomplete('confidentialityCode');
  const authors = entry.authors.length > 0 ? entry.authors.map(authorOf) : null;

  return {
    uniqueId: entry.uniqueId,
    entryId: entry.entryUuid,
    title: entry.title,
    typeCode: entry.typeCode.code,
    typeLabel: entry.typeCode.displayName,
    class: told(entry.classCode),
    practiceSetting: told(entry.practiceSettingCode),
    authors,
    producedByPatient: madeByPatient(authors),
    status: statusOf(entry, statuses),
    createdAt: moment(entry.creationTime),
    act: actOf(entry),
    submittedAt: moment(submitted) ?? '',
    mimeType: entry.mimeType,
    size,
    sha1: hash.toLowerCase(),
    confidentiality: level.code,
    visibility: visibilityOf(entry),
    version: entry.version,
    replacedBy: replacedBy ?? null,
  };
}

/** An old registry says no status: where one alone was asked for, it is that one. */
function statusOf({ availabilityStatus }: DocumentEntry, statuses: readonly DocumentStatus[]): DocumentStatus {
  const known: readonly DocumentStatus[] = ['approved', 'deprecated', 'archived'];
  const [only, ...others] = statuses;
  if (availabilityStatus === null && only !== undefined && others.length === 0) return only;
  return known.find((word) => documentStatus[word] === availabilityStatus) ?? unknownStatus();
}

function unknownStatus(): never {
  throw incomplete('availabilityStatus');
}

/** A code that an entry leaves out is read as an empty one. */
const told = (code: Coded): Coded | null => (code.code === '' ? null : code);

/**
 * A person by XCN: `U` is a system, `NH` the identifier of a patient.
 *
 * @see CI-SIS, volet Partage de documents de santé: authorPerson
 */
function authorOf({ person, institution, specialties }: XdsAuthor): RecordedAuthor {
  const name = [person.given, person.family].filter((part) => part !== '').join(' ');
  return {
    kind: kindOf(person),
    ids: identifier(person.authority, person.id),
    displayName: name || null,
    specialties,
    structure: institution && {
      ids: identifier(institution.authority, institution.id),
      displayName: institution.name || null,
    },
  };
}

function kindOf({ nameType, idType }: XdsAuthor['person']): RecordedAuthor['kind'] {
  if (nameType === 'U') return 'device';
  if (idType === 'NH') return 'patient';
  return idType === '' ? null : 'professional';
}

const identifier = (system: string, value: string): readonly LocalIdentifier[] =>
  value === '' ? [] : [{ system, value }];

function actOf({ serviceStartTime, serviceStopTime }: DocumentEntry): DocumentRecord['act'] {
  const [start, end] = [moment(serviceStartTime), moment(serviceStopTime)];
  return start === null && end === null ? null : { start, end };
}

/** Masks of JDV_J08: an entry that has none is hidden from nobody. */
export function visibilityOf({ confidentialityCodes }: Pick<DocumentEntry, 'confidentialityCodes'>): Visibility {
  const masks = confidentialityCodes.filter(({ codeSystem }) => codeSystem === oid.masks).map(({ code }) => code);
  return {
    hiddenFromProfessionals: masks.includes('MASQUE_PS'),
    hiddenFromPatient: masks.includes('INVISIBLE_PATIENT'),
    hiddenFromLegalRepresentatives: masks.includes('INVISIBLE_REPRESENTANTS_LEGAUX'),
  };
}

/** HL7 digits as ISO 8601 in UTC, of the same precision; `null` for what is no time. */
function moment(value: string | null): string | null {
  const digits = value === null ? null : hl7ToUtc(value);
  const [, year, month, day, hour, minute = '00', second = '00'] =
    /^(\d{4})(\d{2})?(\d{2})?(\d{2})?(\d{2})?(\d{2})?$/.exec(digits ?? '') ?? [];
  if (year === undefined) return null;
  const date = [year, month, day].filter((part) => part !== undefined).join('-');
  return hour === undefined ? date : `${date}T${hour}:${minute}:${second}Z`;
}

export function incomplete(attribute: string): TerrESanteError {
  return protocolFailure('metadata', "La fiche d'un document est incomplète dans le registre.", { attribute });
}
