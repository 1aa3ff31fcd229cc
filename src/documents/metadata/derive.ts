import { TerrESanteError } from '../../errors.ts';
import { hl7ToUtc } from '../../internal/hl7-time.ts';
import { findInsOid } from '../../identity/index.ts';
import { formatCx } from '../../internal/hl7.ts';
import type { BuiltDocument, BuiltHeader, Coded, HeaderActor, HeaderPatient } from '../model/document.ts';
import { confidentialityCodes } from './confidentiality.ts';
import { oid } from './constants.ts';
import { refuseHeader } from './refuse-header.ts';
import type { DocumentEntry, XdsAuthor, XdsPerson } from '../model/metadata.ts';

/** `IDNPS` for a national identifier, `EI` for one that a structure gave (`3…/…`). */
function professionalIdType(id: string): string {
  return id.includes('/') ? 'EI' : 'IDNPS';
}

/** XCN of an actor of the header; `null` when it has no identifier. */
export function personOf(actor: HeaderActor): XdsPerson | null {
  if (!actor.id) return null;

  const { value: id, system: authority } = actor.id;
  if (actor.kind === 'device') {
    const { software = '', model = '' } = actor.device ?? {};
    return { id, family: software, given: model, authority, nameType: 'U', idType: 'RI' };
  }

  return {
    id,
    family: actor.name?.family ?? '',
    given: actor.name?.given ?? '',
    authority,
    nameType: 'D',
    idType: idTypeOf(actor, id, authority),
  };
}

function idTypeOf(actor: HeaderActor, id: string, authority: string): string {
  if (actor.kind === 'patient') return 'NH';

  return authority === oid.professionals ? professionalIdType(id) : 'RI';
}

/** XDS author of an author of the header; no institution for a patient. */
export function authorOf(actor: HeaderActor): XdsAuthor | null {
  const person = personOf(actor);
  if (!person) return null;

  const organization = actor.kind === 'patient' ? null : actor.organization;

  return {
    person,
    institution: organization && {
      name: organization.name ?? '',
      authority: organization.id?.system ?? '',
      idType: organization.id ? 'IDNST' : '',
      id: organization.id?.value ?? '',
    },
    roles: actor.functionCode ? [actor.functionCode.displayName] : [],
    specialties: actor.specialty ? [actor.specialty] : [],
  };
}

/** `patientId` and `sourcePatientId`: the INS only when it may be transmitted. */
export function patientIds(
  { ins, localIds }: HeaderPatient,
  qualifiedIns: boolean,
): { patientId: string; sourcePatientId: string } {
  if (ins && !qualifiedIns) {
    throw new TerrESanteError(
      'TE_IDENTITY_STATUS',
      "Le document porte un INS alors que l'identité du patient n'est pas qualifiée.",
    );
  }

  const [first] = localIds;
  if (first && findInsOid(first.system)) {
    throw new TerrESanteError('TE_INPUT_INVALID', "Un identifiant local ne peut pas porter l'OID d'une INS.");
  }

  const local = first && formatCx({ id: first.value, oid: first.system, type: 'PI' });
  // No INS that may be transmitted: no published text says what patientId holds; the local
  // identifier is our choice.
  const patientId = ins ? formatCx({ id: ins.value, oid: ins.oid, type: 'NH' }) : local;
  if (patientId === undefined) refuseHeader(['/ClinicalDocument/recordTarget/patientRole/id']);

  return { patientId, sourcePatientId: local ?? patientId };
}

function escaped(value: string | null): string {
  return (value ?? '').replaceAll(/[\\|^&~]/g, ' ').replaceAll(/[\0-\x1F\x7F]/g, ' ');
}

/** PID fields; informative, so a delimiter inside a name becomes a space. */
export function sourcePatientInfo(patient: HeaderPatient): string[] {
  const { birthName, firstName, birthFirstNames, usedName, usedFirstName, birthTime, birthPlace, sex } = patient;
  const out: string[] = [];
  const others = birthFirstNames !== null && birthFirstNames !== firstName ? escaped(birthFirstNames) : '';
  if (birthName !== null) out.push(`PID-5|${escaped(birthName)}^${escaped(firstName)}^${others}^^^^L`);

  if (usedName !== null || usedFirstName !== null) {
    out.push(`PID-5|${escaped(usedName ?? birthName)}^${escaped(usedFirstName ?? firstName)}^^^^^D`);
  }

  if (birthTime !== null && /^\d{8}/.test(birthTime)) out.push(`PID-7|${birthTime.slice(0, 8)}`);
  if (sex !== null) out.push(`PID-8|${sex === 'I' ? 'U' : sex}`);
  if (birthPlace !== null) out.push(`PID-11|^^^^^^BDL^^${escaped(birthPlace)}`);

  return out;
}

function utc(value: string | null | undefined): string | null {
  return value === null || value === undefined ? null : hl7ToUtc(value);
}

/** Eventcodes: every act with a code, each once. */
function eventCodes({ acts }: BuiltHeader): Coded[] {
  const seen = new Set<string>();
  return acts.flatMap(({ code }) => {
    const key = code && `${code.codeSystem} ${code.code}`;
    if (!code || key === null || seen.has(key)) return [];
    seen.add(key);
    return [code];
  });
}

/** What a mandatory attribute is made from, each part proved to be there. */
function requiredParts(header: BuiltHeader) {
  const authors = header.authors.flatMap((actor) => authorOf(actor) ?? []);
  const legalAuthenticator = header.legalAuthenticator && personOf(header.legalAuthenticator);
  const [act] = header.acts;
  const facility = header.encounter?.facilityType ?? null;
  const practiceSetting = act?.performer?.organization?.practiceSetting ?? null;
  const creationTime = utc(header.effectiveTime);
  const serviceStartTime = utc(act?.start);

  const absent = [
    authors.length === 0 && 'author/assignedAuthor/id',
    !legalAuthenticator && 'legalAuthenticator/assignedEntity/id',
    creationTime === null && 'effectiveTime',
    serviceStartTime === null && 'documentationOf/serviceEvent/effectiveTime/low',
    !facility && 'componentOf/encompassingEncounter/location/healthCareFacility/code',
    !practiceSetting &&
      'documentationOf/serviceEvent/performer/assignedEntity/representedOrganization/standardIndustryClassCode',
    header.title === '' && 'title',
  ].filter((path) => path !== false);
  if (absent.length > 0 || !facility || !practiceSetting || creationTime === null) {
    refuseHeader(absent.map((path) => `/ClinicalDocument/${path}`));
  }

  const serviceStopTime = utc(act?.stop);
  return { authors, legalAuthenticator, facility, practiceSetting, creationTime, serviceStartTime, serviceStopTime };
}

/**
 * The DocumentEntry of a finished document: everything comes from its header, its bytes and its
 * visibility marks.
 *
 * @throws TerrESanteError `TE_DOCUMENT_INVALID` when the header lacks what a mandatory attribute is
 *   made from
 */
export function documentEntry(document: BuiltDocument, id: string, uri: string): DocumentEntry {
  const { header } = document;
  const { authors, legalAuthenticator, facility, practiceSetting, ...times } = requiredParts(header);

  return {
    entryUuid: id,
    logicalId: null,
    version: null,
    mimeType: 'text/xml',
    availabilityStatus: null,

    // Who and what.
    authors,
    legalAuthenticator,
    title: header.title,
    comments: null,

    // When, and in which language.
    ...times,
    languageCode: header.languageCode,

    // Codes.
    classCode: document.classCode,
    typeCode: header.type,
    confidentialityCodes: confidentialityCodes(header.confidentiality, document.visibility),
    formatCode: document.formatCode,
    healthcareFacilityTypeCode: facility,
    practiceSettingCode: practiceSetting,
    eventCodes: eventCodes(header),

    // The patient.
    ...patientIds(header.patient, document.qualifiedIns),
    sourcePatientInfo: sourcePatientInfo(header.patient),

    // The bytes.
    hash: document.sha1,
    size: document.content.byteLength,
    uri,
    repositoryUniqueId: null,
    uniqueId: header.uniqueId,
    referenceIds: [],
  };
}
