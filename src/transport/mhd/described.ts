import { isObject, numberOf, objects, type Json } from '../../internal/json/index.ts';
import { idOf, readReference } from '../fhir/address.ts';
import type { FhirDocument } from './document-model.ts';
import { hashOf } from './hash.ts';

/** The attachment of a document: PDSm has one alone. */
export function attachmentOf(resource: Json): Json {
  const [content] = objects(resource['content']);
  return isObject(content?.['attachment']) ? content['attachment'] : {};
}

/** What a resource says of its document; `null` without an id. */
export function described(resource: Json, replaced: ReadonlySet<string>): FhirDocument | null {
  const id = idOf(resource);
  if (id === null) return null;

  const attachment = attachmentOf(resource);
  const master = isObject(resource['masterIdentifier']) ? resource['masterIdentifier'] : {};
  const size = numberOf(attachment['size']);
  return {
    id,
    uniqueId: textOf(master['value'])?.replace(/^urn:oid:/, '') ?? null,
    status: textOf(resource['status']),
    isReplaced: replaced.has(id),
    title: textOf(attachment['title']) ?? textOf(resource['description']),
    typeCodes: codesOf([resource['type']]),
    classCodes: codesOf(resource['category']),
    date: instantOf(resource['date']),
    mimeType: textOf(attachment['contentType']),
    size: Number.isSafeInteger(size) && size >= 0 ? size : null,
    hash: hashOf(attachment)?.hex ?? null,
  };
}

/** Ids of the documents whose place this one takes. */
export function replacedBy(resource: Json): string[] {
  return objects(resource['relatesTo'])
    .filter(({ code }) => code === 'replaces')
    .flatMap(({ target }) => readReference(isObject(target) ? target['reference'] : null)?.id ?? []);
}

/** Whether a document is this patient's: by the id, else by the identifier that was asked for. */
export function isAbout(
  { subject }: Json,
  patient: string,
  { system, value }: { readonly system: string; readonly value: string },
): boolean {
  if (!isObject(subject)) return false;
  if (subject['reference'] !== undefined) {
    const reference = readReference(subject['reference']);
    return reference?.type === 'Patient' && reference.id === patient;
  }
  const identifier = isObject(subject['identifier']) ? subject['identifier'] : {};
  return identifier['system'] === system && identifier['value'] === value;
}

function codesOf(concepts: unknown): string[] {
  return objects(concepts).flatMap(({ coding }) => objects(coding).flatMap(({ code }) => textOf(code) ?? []));
}

const textOf = (value: unknown): string | null =>
  typeof value === 'string' && value !== '' ? value.slice(0, 2_000) : null;

function instantOf(value: unknown): string | null {
  const moment = typeof value === 'string' ? Date.parse(value) : Number.NaN;
  return Number.isNaN(moment) ? null : new Date(moment).toISOString();
}
