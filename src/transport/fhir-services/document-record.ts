import { oid } from '../../documents/metadata/constants.ts';
import type { Visibility } from '../../documents/index.ts';
import type { TerrESanteError } from '../../errors.ts';
import { isoUtc } from '../../internal/hl7-time.ts';
import { isObject, objects, type Json } from '../../internal/json/index.ts';
import { madeByPatient } from '../binding/document-answers.ts';
import type { DocumentRecord, DocumentStatus } from '../binding/documents.ts';
import { protocolFailure } from '../http/protocol-failure.ts';
import { attachmentOf, described, replacedBy } from '../mhd/described.ts';
import { codedOf } from './coding.ts';
import { authorsOf } from './document-authors.ts';
import { archivedExtension } from './names.ts';

/** The uniqueId of the document that takes the place of each other one. */
export function successorsIn(resources: readonly Json[]): ReadonlyMap<string, string> {
  return new Map(
    resources.flatMap((resource) => {
      const uniqueId = uniqueIdOf(resource);
      return uniqueId === null ? [] : replacedBy(resource).map((id) => [id, uniqueId] as const);
    }),
  );
}

/** The OID, or the identifier as it is written; `null` without one. */
export function uniqueIdOf({ masterIdentifier }: Json): string | null {
  const value = isObject(masterIdentifier) ? masterIdentifier['value'] : null;
  return typeof value === 'string' && value !== '' ? value.replace(/^urn:oid:/, '') : null;
}

/**
 * What a description says, whatever of its profile it breaks. What names the document, its type and
 * its time are needed: without them it would be lost in the list.
 *
 * @throws TerrESanteError `TE_PROTOCOL`
 */
export function recordOf(
  resource: Json,
  status: DocumentStatus,
  successors: ReadonlyMap<string, string>,
): DocumentRecord {
  const read = described(resource, new Set(successors.keys()));
  const uniqueId = read?.uniqueId ?? null;
  const type = isObject(resource['type']) ? objects(resource['type']['coding'])[0] : undefined;
  const meta = isObject(resource['meta']) ? resource['meta'] : {};
  const submittedAt = instantOf(resource['date']) ?? instantOf(meta['lastUpdated']);
  if (!read || uniqueId === null) throw incomplete('masterIdentifier');
  if (submittedAt === null) throw incomplete('date');
  if (typeof type?.['code'] !== 'string') throw incomplete('type');

  const typeLabel = textOf(type['display']) ?? type['code'];
  const context = isObject(resource['context']) ? resource['context'] : {};
  const authors = authorsOf(resource);
  return {
    uniqueId,
    entryId: entryIdOf(resource) ?? read.id,
    title: read.title ?? typeLabel,
    typeCode: type['code'],
    typeLabel,
    class: codedOf(objects(resource['category'])[0]),
    practiceSetting: codedOf(context['practiceSetting']),
    authors,
    producedByPatient: madeByPatient(authors),
    status,
    createdAt: momentOf(attachmentOf(resource)['creation']),
    act: actOf(context['period']),
    submittedAt,
    mimeType: read.mimeType ?? 'application/octet-stream',
    size: read.size,
    sha1: read.hash,
    confidentiality: labelsOf(resource).find(({ system }) => system === oid.confidentiality)?.code ?? null,
    visibility: visibilityOf(resource),
    version: textOf(meta['versionId']),
    replacedBy: successors.get(read.id) ?? null,
  };
}

/**
 * A document that is set aside stays `current`: an extension says it. `null` for what was never to
 * be there, such as `entered-in-error`.
 *
 * @throws TerrESanteError `TE_PROTOCOL` without a status
 * @see ANS, PDSm 3.1.1, extension pdsm-ext-is-archived
 */
export function statusOf({ status, extension }: Json): DocumentStatus | null {
  if (typeof status !== 'string') throw incomplete('status');
  if (status !== 'current') return status === 'superseded' ? 'deprecated' : null;
  const mark = objects(extension).find(({ url }) => url === archivedExtension);
  return mark?.['valueBoolean'] === true ? 'archived' : 'approved';
}

/** @see IHE ITI MHD 4.2.3, profile EntryUUID.Identifier: use `official` */
export function entryIdOf({ identifier }: Json): string | null {
  return textOf(objects(identifier).find(({ use }) => use === 'official')?.['value']);
}

/**
 * Masks of JDV_J08 and JDV_J421: the second one has the code of HL7 for what is hidden from the
 * patient. Without a label nothing is told.
 */
function visibilityOf(resource: Json): Visibility | null {
  const own = labelsOf(resource);
  if (own.length === 0) return null;
  const has = (system: string, code: string): boolean =>
    own.some((label) => label.system === system && label.code === code);
  return {
    hiddenFromProfessionals: has(oid.masks, 'MASQUE_PS'),
    hiddenFromPatient: has(oid.masks, 'INVISIBLE_PATIENT') || has(actCodes, 'NOPAT'),
    hiddenFromLegalRepresentatives: has(oid.masks, 'INVISIBLE_REPRESENTANTS_LEGAUX'),
  };
}

export const actCodes = '2.16.840.1.113883.5.4';

/** Codes of the labels, with the OID of their system where it has one. */
export function labelsOf({ securityLabel }: Json): readonly { readonly system: string; readonly code: string }[] {
  return objects(securityLabel)
    .flatMap(({ coding }) => objects(coding))
    .flatMap((coding) => {
      const coded = codedOf({ coding: [coding] });
      if (coded === null) return [];
      const isAct = coded.codeSystem === 'http://terminology.hl7.org/CodeSystem/v3-ActCode';
      return [{ system: isAct ? actCodes : coded.codeSystem, code: coded.code }];
    });
}

function actOf(period: unknown): DocumentRecord['act'] {
  const { start, end } = isObject(period) ? period : {};
  const act = { start: momentOf(start), end: momentOf(end) };
  return act.start === null && act.end === null ? null : act;
}

/** A date as it stands, a time in UTC. */
function momentOf(value: unknown): string | null {
  if (typeof value === 'string' && /^\d{4}(?:-\d{2}(?:-\d{2})?)?$/.test(value)) {
    return Number.isNaN(Date.parse(value)) ? null : value;
  }
  return instantOf(value);
}

function instantOf(value: unknown): string | null {
  const moment = typeof value === 'string' ? Date.parse(value) : Number.NaN;
  return Number.isNaN(moment) ? null : isoUtc(moment);
}

const textOf = (value: unknown): string | null =>
  typeof value === 'string' && value !== '' ? value.slice(0, 1_000) : null;

function incomplete(attribute: string): TerrESanteError {
  return protocolFailure('metadata', "La fiche d'un document est incomplète sur le serveur FHIR.", { attribute });
}
