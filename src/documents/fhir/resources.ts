import { TerrESanteError } from '../../errors.ts';
import { parseCx } from '../../internal/hl7.ts';
import type { DocumentEntry, XdsAuthor, XdsInstitution, XdsPerson } from '../model/metadata.ts';
import type { HeaderOrganization } from '../model/document.ts';
import { concept } from './systems.ts';

export type Json = Readonly<Record<string, unknown>>;

const profile = (name: string): string => `https://interop.esante.gouv.fr/ig/fhir/pdsm/StructureDefinition/${name}`;
const mhd = (name: string): string => `https://profiles.ihe.net/ITI/MHD/StructureDefinition/${name}`;

export const fhirNames = { profile, mhd } as const;

export const uri = (value: string): Json => ({ system: 'urn:ietf:rfc:3986', value });
export const oidUri = (oid: string): Json => uri(`urn:oid:${oid}`);

/** DTM in UTC as a FHIR date or instant, of the same precision. */
export function fhirTime(dtm: string): string {
  const [, year = '', month, day, hour, minute = '00', second = '00'] =
    /^(\d{4})(\d{2})?(\d{2})?(\d{2})?(\d{2})?(\d{2})?$/.exec(dtm) ?? [];
  const date = [year, month, day].filter((part) => part !== undefined).join('-');
  return hour === undefined ? date : `${date}T${hour}:${minute}:${second}Z`;
}

/**
 * The patient by a reference that the server resolves, and by the identifier it stands for.
 *
 * @see HL7 FHIR R4, RESTful API, conditional references of a transaction
 */
export function patientReference(cx: string): Json {
  const { system, value } = patientIdentifier(cx);
  const token = `${system}|${value.replaceAll(/[\\,|$]/g, (sign) => `\\${sign}`)}`;
  return { reference: `Patient?identifier=${encodeURIComponent(token)}`, identifier: { system, value } };
}

export function patientIdentifier(cx: string): { readonly system: string; readonly value: string } {
  const parts = parseCx(cx);
  if (!parts) throw new TerrESanteError('TE_INTERNAL', "L'identifiant du patient dans l'envoi est illisible.");

  return { system: `urn:oid:${parts.oid}`, value: parts.id };
}

export function organizationReference({ id, name }: Pick<HeaderOrganization, 'id' | 'name'>): Json {
  return {
    type: 'Organization',
    ...(id ? { identifier: { system: `urn:oid:${id.system}`, value: id.value } } : {}),
    ...(name === null ? {} : { display: name }),
  };
}

/**
 * A person or a device, contained in the resource that names it, of a profile that PDSm wants
 * there: the exercise of a professional, never the professional alone.
 *
 * @see ANS, PDSm 3.1.1, profile pdsm-comprehensive-document-reference (author, authenticator)
 */
export function actorResource(person: XdsPerson, institution: XdsInstitution | null, id: string): Json {
  const identifier = { system: `urn:oid:${person.authority}`, value: person.id };
  const given = person.given === '' ? {} : { given: [person.given] };
  if (person.nameType === 'U') return device(person, identifier, id);
  if (person.idType === 'NH') {
    const name = [{ family: person.family, ...given }];
    return { resourceType: 'Patient', id, meta: { profile: [patientProfile] }, identifier: [identifier], name };
  }

  const display = [person.given, person.family].filter((part) => part !== '').join(' ');
  const practitioner = { type: 'Practitioner', identifier, ...(display === '' ? {} : { display }) };
  return {
    resourceType: 'PractitionerRole',
    id,
    meta: { profile: ['https://interop.esante.gouv.fr/ig/fhir/annuaire/StructureDefinition/as-practitionerrole'] },
    practitioner,
    ...(institution && { organization: institutionReference(institution) }),
  };
}

const patientProfile = 'https://hl7.fr/ig/fhir/core/StructureDefinition/fr-core-patient';

function device({ family, given }: XdsPerson, identifier: object, id: string): Json {
  return {
    resourceType: 'Device',
    id,
    identifier: [identifier],
    deviceName: [{ name: family, type: 'user-friendly-name' }],
    ...(given === '' ? {} : { modelNumber: given }),
  };
}

function institutionReference({ name, authority, id }: XdsInstitution): Json {
  return organizationReference({ id: id === '' ? null : { system: authority, value: id }, name: name || null });
}

/** Contained actors and the references to them. */
export function actors(authors: readonly XdsAuthor[], prefix: string): { contained: Json[]; references: Json[] } {
  const contained = authors.map(({ person, institution }, index) =>
    actorResource(person, institution, `${prefix}${String(index + 1)}`),
  );
  return { contained, references: contained.map(({ id }) => ({ reference: `#${String(id)}` })) };
}

const relations: Readonly<Record<string, string>> = {
  RPLC: 'replaces',
  APND: 'appends',
  XFRM: 'transforms',
  XFRM_RPLC: 'replaces',
  signs: 'signs',
};

/** `relatesTo/code` of an association type. */
export function relationCode(type: string): string | null {
  return relations[type.slice(type.lastIndexOf(':') + 1)] ?? null;
}

export function attachment(entry: DocumentEntry, url: string): Json {
  return {
    contentType: entry.mimeType,
    language: entry.languageCode,
    url,
    size: entry.size,
    ...(entry.hash === null ? {} : { hash: Buffer.from(entry.hash, 'hex').toString('base64') }),
    title: entry.title,
    creation: fhirTime(entry.creationTime),
  };
}

/** Codes and times of a DocumentReference. */
export function documentCodes(entry: DocumentEntry): Json {
  return {
    type: concept(entry.typeCode),
    category: [concept(entry.classCode)],
    securityLabel: entry.confidentialityCodes.map(concept),
    ...(entry.comments === null ? {} : { description: entry.comments }),
  };
}

export function documentContext(entry: DocumentEntry): Json {
  const start = entry.serviceStartTime;
  const stop = entry.serviceStopTime;

  return {
    ...(entry.eventCodes.length === 0 ? {} : { event: entry.eventCodes.map(concept) }),
    period: {
      ...(start === null ? {} : { start: fhirTime(start) }),
      ...(stop === null ? {} : { end: fhirTime(stop) }),
    },
    facilityType: concept(entry.healthcareFacilityTypeCode),
    practiceSetting: concept(entry.practiceSettingCode),
    sourcePatientInfo: { reference: '#source-patient' },
    ...(entry.referenceIds.length === 0
      ? {}
      : {
          related: entry.referenceIds.map(({ id, authority, type }) => ({
            identifier: {
              type: { coding: [{ system: 'urn:ietf:rfc:3986', code: type }] },
              ...(authority === '' ? {} : { system: `urn:oid:${authority}` }),
              value: id,
            },
          })),
        }),
  };
}
