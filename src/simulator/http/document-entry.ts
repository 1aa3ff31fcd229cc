import type { DocumentEntry } from '../../documents/index.ts';
import { oid } from '../../documents/metadata/constants.ts';
import type { FiledDocument } from '../state/filed.ts';
import type { DossierState, PlatformState } from '../state/state.ts';

type Fields = Readonly<Record<string, unknown>>;

/** A document on this wire: what was filed, and what its newest entry in the registry says. */
export function entryOf(document: FiledDocument, { registry }: DossierState, state: PlatformState): Fields {
  const registered = registry.entries.findLast((entry) => entry.document === document);
  return {
    uniqueId: document.uniqueId,
    entryId: document.entryId,
    title: document.title,
    typeCode: document.typeCode,
    typeLabel: document.typeLabel,
    status: document.status,
    submittedAt: state.iso(document.submittedAt),
    mimeType: document.mimeType,
    size: document.bytes.length,
    sha1: document.sha1,
    confidentiality: document.confidentiality,
    replacedBy: document.replacedBy,
    ...(registered && { ...metadataOf(registered.entry), version: String(registered.version) }),
  };
}

function metadataOf(entry: DocumentEntry): Fields {
  const masks = entry.confidentialityCodes.filter(({ codeSystem }) => codeSystem === oid.masks);
  const has = (mask: string): boolean => masks.some(({ code }) => code === mask);
  return {
    class: entry.classCode,
    practiceSetting: entry.practiceSettingCode,
    authors: entry.authors.map(authorOf),
    createdAt: isoOf(entry.creationTime),
    act: { start: isoOf(entry.serviceStartTime), end: isoOf(entry.serviceStopTime) },
    visibility: {
      hiddenFromProfessionals: has('MASQUE_PS'),
      hiddenFromPatient: has('INVISIBLE_PATIENT'),
      hiddenFromLegalRepresentatives: has('INVISIBLE_REPRESENTANTS_LEGAUX'),
    },
  };
}

function authorOf({ person, institution, specialties }: DocumentEntry['authors'][number]): Fields {
  const usual = person.idType === 'NH' ? 'patient' : 'professional';
  return {
    kind: person.nameType === 'U' ? 'device' : usual,
    ids: [{ system: person.authority, value: person.id }],
    displayName: [person.given, person.family].filter((part) => part !== '').join(' ') || null,
    specialties,
    structure: institution && {
      ids: institution.id === '' ? [] : [{ system: institution.authority, value: institution.id }],
      displayName: institution.name || null,
    },
  };
}

/** Digits in UTC, of any precision. */
function isoOf(digits: string | null): string | null {
  const [, year, month, day, hour, minute, second = '00'] =
    /^(\d{4})(\d{2})?(\d{2})?(\d{2})?(\d{2})?(\d{2})?$/.exec(digits ?? '') ?? [];
  if (year === undefined) return null;
  const date = [year, month, day].filter((part) => part !== undefined).join('-');
  return hour === undefined ? date : `${date}T${hour}:${minute ?? '00'}:${second}Z`;
}
