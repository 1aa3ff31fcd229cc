import type { DocumentEntry, SubmissionSet, XdsAuthor } from '../../documents/index.ts';
import { codeSystemOf } from '../../documents/fhir/systems.ts';
import { hl7Utc } from '../../internal/hl7-time.ts';
import { findInsOid, type LocalIdentifier } from '../../identity/index.ts';
import { isObject, numberOf, objects, type Json } from '../../internal/json/index.ts';
import { hashOf } from '../../transport/mhd/hash.ts';
import { nationalIdOf } from './actors.ts';
import { objectsAt, textAt } from './elements.ts';
import { identifierOf } from './identity.ts';
import { fhirNames, nationalOids } from './names.ts';
import { refused } from './refusal.ts';
import { timeRange } from './times.ts';

type Coded = DocumentEntry['classCode'];
type Person = XdsAuthor['person'];

const at = (path: string): ReturnType<typeof refused> => refused('SIM-FHIR-REQUIRED', path);

function needed(resource: Json, path: string): string {
  const text = textAt(resource, path);
  if (text === null) throw at(`${String(resource['resourceType'])}.${path}`);
  return text;
}

/** The first coding of a concept, or a coding alone. */
function codeOf(value: unknown): Coded | null {
  if (!isObject(value)) return null;
  const [coding = value] = objects(value['coding']);
  const { system, code, display } = coding;
  if (typeof code !== 'string' || typeof system !== 'string' || code === '' || system === '') return null;
  return { code, codeSystem: codeSystemOf(system), displayName: typeof display === 'string' ? display : code };
}

function neededCode(resource: Json, path: string): Coded {
  const code = codeOf(objectsAt(resource, path)[0]);
  if (!code) throw at(`${String(resource['resourceType'])}.${path}`);
  return code;
}

const codesAt = (resource: Json, path: string): readonly Coded[] =>
  objectsAt(resource, path).flatMap((value) => codeOf(value) ?? []);

/** DTM in UTC of a time; a time of less precision stays one. */
function dtmOf(text: string, path: string): string {
  const range = timeRange(text);
  if (!range) throw refused('SIM-FHIR-VALUE', path);
  return text.includes('T') ? hl7Utc(range.from) : text.replaceAll('-', '');
}

const optionalDtm = (resource: Json, path: string): string | null => {
  const text = textAt(resource, path);
  return text === null ? null : dtmOf(text, path);
};

/** `urn:oid:` of a unique identifier taken off. */
function uniqueIdOf(identifier: Json | undefined, path: string): string {
  const value = identifier?.['value'];
  if (typeof value !== 'string' || !value.startsWith('urn:')) throw at(path);
  return value.replace(/^urn:oid:/, '');
}

const cxOf = ({ system, value }: LocalIdentifier): string =>
  `${value}^^^&${system}&ISO^${findInsOid(system) ? 'NH' : 'PI'}`;

/** A contained resource that a reference names. */
function containedOf(resource: Json, reference: Json | undefined): Json | undefined {
  const id = typeof reference?.['reference'] === 'string' ? /^#(.+)$/.exec(reference['reference'])?.[1] : undefined;
  return id === undefined ? undefined : objects(resource['contained']).find((inner) => inner['id'] === id);
}

/** The patient as the source knew it: its INS, else its own identifier, and that one. */
function sourcePatientOf(resource: Json): { readonly patientId: string; readonly sourcePatientId: string } {
  const [reference] = objectsAt(resource, 'context.sourcePatientInfo');
  const ids = objects(containedOf(resource, reference)?.['identifier']).flatMap(
    (identifier) => identifierOf(identifier) ?? [],
  );
  const national = ids.find(({ system }) => findInsOid(system) !== null);
  const local = ids.find(({ system }) => findInsOid(system) === null) ?? national;
  if (!local) throw at('DocumentReference.context.sourcePatientInfo');
  return { patientId: cxOf(national ?? local), sourcePatientId: cxOf(local) };
}

/** An author or authenticator, who is contained (PDSm). */
function authorOf(resource: Json, reference: Json, path: string): XdsAuthor {
  const actor = containedOf(resource, reference);
  if (!actor) throw refused('SIM-FHIR-REFERENCE', path);
  const [organization] = objectsAt(actor, 'organization');
  const base = { roles: [], specialties: [], institution: organization ? institutionOf(organization) : null };

  if (actor['resourceType'] === 'Device') return { ...base, person: deviceOf(actor, path) };
  const isPatient = actor['resourceType'] === 'Patient';
  const identifiers = isPatient ? objects(actor['identifier']) : objectsAt(actor, 'practitioner.identifier');
  const own = isPatient ? identifiers[0] && identifierOf(identifiers[0]) : professionalOf(identifiers);
  if (!own) throw at(path);

  const [family, given] = isPatient
    ? [textAt(actor, 'name.family'), textAt(actor, 'name.given')]
    : [textAt(actor, 'practitioner.display'), null];
  const idType = isPatient ? 'NH' : 'IDNPS';
  const person: Person = {
    id: own.value,
    family: family ?? own.value,
    given: given ?? '',
    authority: own.system,
    nameType: 'D',
    idType,
  };
  return { ...base, person };
}

function professionalOf(identifiers: readonly Json[]): LocalIdentifier | null {
  const nationalId = nationalIdOf(identifiers);
  if (nationalId !== null) return { system: nationalOids.professional, value: nationalId };
  const [first] = identifiers;
  return first ? identifierOf(first) : null;
}

function deviceOf(actor: Json, path: string): Person {
  const [identifier] = objects(actor['identifier']);
  const own = identifier && identifierOf(identifier);
  if (!own) throw at(path);
  const family = textAt(actor, 'deviceName.name') ?? own.value;
  const given = textAt(actor, 'modelNumber') ?? '';
  return { id: own.value, family, given, authority: own.system, nameType: 'U', idType: 'RI' };
}

/**
 * A structure is `1` and its FINESS.
 *
 * @see CI-SIS, annexe Sources des données personnes et structures
 */
function institutionOf(organization: Json): XdsAuthor['institution'] {
  const own = identifierOf(organization['identifier']);
  const name = typeof organization['display'] === 'string' ? organization['display'] : '';
  if (!own) return { name, authority: '', idType: '', id: '' };
  const isFiness = own.system === fhirNames.finess;
  return {
    name,
    authority: isFiness ? nationalOids.structure : own.system,
    idType: 'IDNST',
    id: isFiness ? `1${own.value}` : own.value,
  };
}

/**
 * A description as the entry of a registry.
 *
 * @param entryUuid - `urn:uuid:`, of its place in the bundle
 * @throws FhirRefusal
 * @see IHE ITI MHD, volume 3, DocumentReference and DocumentEntry; ANS, PDSm 3.1.1
 */
export function entryOf(resource: Json, entryUuid: string): DocumentEntry {
  const size = numberOf(objectsAt(resource, 'content.attachment')[0]?.['size']);
  const [authenticator] = objectsAt(resource, 'authenticator');
  const authors = objectsAt(resource, 'author').map((author) => authorOf(resource, author, 'DocumentReference.author'));
  if (authors.length === 0) throw at('DocumentReference.author');

  return {
    entryUuid,
    logicalId: null,
    version: null,
    availabilityStatus: null,
    mimeType: needed(resource, 'content.attachment.contentType'),
    authors,
    legalAuthenticator: authenticator
      ? authorOf(resource, authenticator, 'DocumentReference.authenticator').person
      : null,
    title: needed(resource, 'content.attachment.title'),
    comments: textAt(resource, 'description'),
    creationTime: dtmOf(
      needed(resource, 'content.attachment.creation'),
      'DocumentReference.content.attachment.creation',
    ),
    serviceStartTime: optionalDtm(resource, 'context.period.start'),
    serviceStopTime: optionalDtm(resource, 'context.period.end'),
    languageCode: needed(resource, 'content.attachment.language'),
    classCode: neededCode(resource, 'category'),
    typeCode: neededCode(resource, 'type'),
    confidentialityCodes: codesAt(resource, 'securityLabel'),
    formatCode: neededCode(resource, 'content.format'),
    healthcareFacilityTypeCode: neededCode(resource, 'context.facilityType'),
    practiceSettingCode: neededCode(resource, 'context.practiceSetting'),
    eventCodes: codesAt(resource, 'context.event'),
    ...sourcePatientOf(resource),
    sourcePatientInfo: [],
    hash: hashOf(objectsAt(resource, 'content.attachment')[0] ?? {})?.hex ?? null,
    size: Number.isSafeInteger(size) && size >= 0 ? size : null,
    uri: null,
    repositoryUniqueId: null,
    uniqueId: uniqueIdOf(objectsAt(resource, 'masterIdentifier')[0], 'DocumentReference.masterIdentifier'),
    referenceIds: objectsAt(resource, 'context.related.identifier').flatMap((related) => {
      const id = identifierOf(related);
      const type = textAt(related, 'type.coding.code');
      return id && type !== null ? [{ id: id.value, authority: id.system, type }] : [];
    }),
  };
}

/**
 * A List as a submission set.
 *
 * @param patientId - CX
 * @throws FhirRefusal
 * @see ANS, PDSm 3.1.1, profile pdsm-submissionset-comprehensive
 */
export function submissionSetOf(resource: Json, id: string, patientId: string): SubmissionSet {
  const [source] = objectsAt(resource, 'source');
  const identifier = objects(resource['identifier']).find(({ use }) => use === 'usual');
  return {
    id,
    submissionTime: dtmOf(needed(resource, 'date'), 'List.date'),
    title: textAt(resource, 'title'),
    comments: textAt(resource, 'note.text'),
    authors: source ? [authorOf(resource, source, 'List.source')] : [],
    contentTypeCode: neededCode(resource, 'extension:ihe-designationType.valueCodeableConcept'),
    patientId,
    sourceId: uniqueIdOf(objectsAt(resource, 'extension:ihe-sourceId.valueIdentifier')[0], 'List.extension'),
    uniqueId: uniqueIdOf(identifier, 'List.identifier'),
    intendedRecipients: [],
  };
}
