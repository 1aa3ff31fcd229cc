import { documentStatus, scheme, stableDocument } from '../../documents/metadata/constants.ts';
import type { DocumentEntry } from '../../documents/index.ts';
import { hl7ToUtc } from '../../internal/hl7-time.ts';
import { attributeOf, childElements, type ReadElement } from '../../internal/xml/index.ts';
import { slotValues } from '../registry/rim.ts';
import type { RegisteredEntry, RegisteredFolder, RegisteredSet } from '../state/registered.ts';
import type { QueryValues } from './query-values.ts';

type Code = DocumentEntry['classCode'];

/** `code^^system`. */
function isCode({ code, codeSystem }: Code, wanted: string): boolean {
  const [id, , system] = wanted.split('^');
  return id === code && system?.replace(/^urn:oid:/i, '') === codeSystem;
}

/** Without the parameter everything matches; else one of the codes is one of each group. */
function hasCodes(values: QueryValues, name: string, codes: readonly Code[]): boolean {
  return values.groups(name).every((group) => group.some((wanted) => codes.some((code) => isCode(code, wanted))));
}

/** The bounds of a time: the first is in, the second is not. @see IHE ITI TF-2, section 3.18 */
function isInTime(values: QueryValues, name: string, time: string | null): boolean {
  const bounds = [values.one(`${name}From`), values.one(`${name}To`)];
  if (bounds.every((bound) => bound === null)) return true;
  if (time === null || time === '') return false;

  const [at, from, to] = [time, ...bounds].map((value) => (value === null ? null : fourteen(value)));
  return (!from || (at ?? '') >= from) && (!to || (at ?? '') < to);
}

/** A time of less precision is that of its beginning. */
function fourteen(time: string): string {
  const digits = hl7ToUtc(time) ?? time;
  return `${digits}${'00000101000000'.slice(digits.length)}`.slice(0, 14);
}

/**
 * `%` stands for any text, `_` for any character. Takes the product of both lengths at most.
 *
 * @see SQL, LIKE
 */
function isLike(text: string, like: string): boolean {
  const [value, pattern] = [text.toUpperCase(), like.toUpperCase()];
  let [at, place] = [0, 0];
  // Where to go on when what follows the last `%` does not fit: one character further.
  let retry: { at: number; readonly place: number } | null = null;

  while (at < value.length) {
    if (pattern[place] === '%') {
      retry = { at, place: place + 1 };
      place += 1;
    } else if (place < pattern.length && (pattern[place] === '_' || pattern[place] === value[at])) {
      at += 1;
      place += 1;
    } else if (retry) {
      retry.at += 1;
      at = retry.at;
      place = retry.place;
    } else {
      return false;
    }
  }
  return /^%*$/.test(pattern.slice(place));
}

function authorsOf(node: ReadElement, schemeId: string): readonly string[] {
  return childElements(node, 'Classification')
    .filter((part) => attributeOf(part, 'classificationScheme')?.toLowerCase() === schemeId)
    .flatMap((part) => slotValues(part, 'authorPerson'));
}

function hasAuthor(values: QueryValues, name: string, authors: readonly string[]): boolean {
  return values.groups(name).every((group) => group.some((wanted) => authors.some((author) => isLike(author, wanted))));
}

/** Whether an entry has one of the statuses that a query names. */
export function hasStatus(values: QueryValues, name: string, status: keyof typeof documentStatus): boolean {
  return values.list(name).includes(documentStatus[status]);
}

const document = '$XDSDocumentEntry';

/** @see IHE ITI TF-2, section 3.18.4.1.2.3.7.1 */
export function matchesDocument(values: QueryValues, registered: RegisteredEntry): boolean {
  const { entry, node, status } = registered;
  return (
    hasStatus(values, `${document}Status`, status) &&
    hasCodes(values, `${document}ClassCode`, [entry.classCode]) &&
    hasCodes(values, `${document}TypeCode`, [entry.typeCode]) &&
    hasCodes(values, `${document}PracticeSettingCode`, [entry.practiceSettingCode]) &&
    hasCodes(values, `${document}HealthcareFacilityTypeCode`, [entry.healthcareFacilityTypeCode]) &&
    hasCodes(values, `${document}EventCodeList`, entry.eventCodes) &&
    isInTime(values, `${document}CreationTime`, entry.creationTime) &&
    isInTime(values, `${document}ServiceStartTime`, entry.serviceStartTime) &&
    isInTime(values, `${document}ServiceStopTime`, entry.serviceStopTime) &&
    hasAuthor(values, `${document}AuthorPerson`, authorsOf(node, scheme.document.author)) &&
    hasReferences(values, node) &&
    matchesContent(values, registered)
  );
}

/** Without the parameter, a query is about stable documents. */
export function hasType(values: QueryValues, { node }: RegisteredEntry): boolean {
  const types = values.has(`${document}Type`) ? values.list(`${document}Type`) : [stableDocument];
  return types.includes(attributeOf(node, 'objectType') ?? stableDocument);
}

/**
 * What a query of the contents of a dossier, a set or a folder may ask of a document.
 *
 * @see IHE ITI TF-2, sections 3.18.4.1.2.3.7.4, .11 and .12
 */
export function matchesContent(values: QueryValues, registered: RegisteredEntry): boolean {
  const { entry } = registered;
  return (
    hasType(values, registered) &&
    hasCodes(values, `${document}FormatCode`, [entry.formatCode]) &&
    hasCodes(values, `${document}ConfidentialityCode`, entry.confidentialityCodes)
  );
}

function hasReferences(values: QueryValues, node: ReadElement): boolean {
  const references = slotValues(node, 'urn:ihe:iti:xds:2013:referenceIdList');
  return values
    .groups(`${document}ReferenceIdList`)
    .every((group) => group.some((wanted) => references.some((reference) => isLike(reference, wanted))));
}

const submissionSet = '$XDSSubmissionSet';

/** @see IHE ITI TF-2, section 3.18.4.1.2.3.7.2 */
export function matchesSet(values: QueryValues, { set, node }: RegisteredSet): boolean {
  const sources = values.list(`${submissionSet}SourceId`);
  return (
    hasStatus(values, `${submissionSet}Status`, 'approved') &&
    (sources.length === 0 || sources.includes(set.sourceId)) &&
    isInTime(values, `${submissionSet}SubmissionTime`, set.submissionTime) &&
    hasAuthor(values, `${submissionSet}AuthorPerson`, authorsOf(node, scheme.submissionSet.author)) &&
    hasCodes(values, `${submissionSet}ContentType`, [set.contentTypeCode])
  );
}

const folderPrefix = '$XDSFolder';

/** @see IHE ITI TF-2, section 3.18.4.1.2.3.7.3 */
export function matchesFolder(values: QueryValues, { folder, lastUpdate }: RegisteredFolder): boolean {
  return (
    hasStatus(values, `${folderPrefix}Status`, 'approved') &&
    isInTime(values, `${folderPrefix}LastUpdateTime`, lastUpdate) &&
    hasCodes(values, `${folderPrefix}CodeList`, folder.codes)
  );
}
