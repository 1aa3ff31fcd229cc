import { TerrESanteError } from '../../errors.ts';
import { element, text, type Xml } from '../../internal/xml/index.ts';
import type { Coded } from '../model/document.ts';
import { objectType } from './constants.ts';

/** Gives each classification, identifier and association of one request an id of its own. */
export class Serials {
  #last = 0;
  next(prefix: string): string {
    this.#last += 1;
    return `${prefix}${String(this.#last).padStart(2, '0')}`;
  }
}

const maxSlotValue = 256;
const maxLabel = 1024;

function tooLong(what: string, length: number, limit: number): never {
  throw new TerrESanteError(
    'TE_DOCUMENT_INVALID',
    `Métadonnée trop longue : ${what} (${length} caractères, ${limit} au plus).`,
    {
      details: { attribute: what, length, limit },
    },
  );
}

/** A slot; left out when it has no value. */
export function slot(name: string, ...values: readonly (string | null | undefined)[]): Xml | null {
  const present = values.filter((value) => value !== null && value !== undefined && value !== '');
  if (present.length === 0) return null;
  return element(
    'rim:Slot',
    { name },
    element('rim:ValueList', null, ...present.map((value) => slotValue(name, value ?? ''))),
  );
}

function slotValue(name: string, value: string): Xml {
  if (value.length > maxSlotValue) tooLong(name, value.length, maxSlotValue);
  return element('rim:Value', null, text(value));
}

export function localized(name: 'rim:Name' | 'rim:Description', value: string | null, what: string): Xml | null {
  if (value === null || value === '') return null;
  if (value.length > maxLabel) tooLong(what, value.length, maxLabel);
  return element(name, null, element('rim:LocalizedString', { 'xml:lang': 'fr-FR', charset: 'UTF-8', value }));
}

export interface Classified {
  readonly serials: Serials;
  readonly owner: string;
}

/** A coded attribute. */
export function codeClassification(
  { serials, owner }: Classified,
  schemeId: string,
  { code, codeSystem, displayName }: Coded,
): Xml {
  return element(
    'rim:Classification',
    {
      id: serials.next('cl'),
      classificationScheme: schemeId,
      classifiedObject: owner,
      nodeRepresentation: code,
      objectType: objectType.classification,
    },
    slot('codingScheme', codeSystem),
    localized('rim:Name', displayName, 'code'),
  );
}

/** Marks a package as a submission set or a folder. */
export function nodeClassification({ serials, owner }: Classified, node: string): Xml {
  return element('rim:Classification', {
    id: serials.next('cl'),
    classificationNode: node,
    classifiedObject: owner,
    objectType: objectType.classification,
  });
}

export function externalIdentifier(
  { serials, owner }: Classified,
  { scheme, name }: { readonly scheme: string; readonly name: string },
  value: string,
): Xml {
  return element(
    'rim:ExternalIdentifier',
    {
      id: serials.next('ei'),
      identificationScheme: scheme,
      objectType: objectType.externalIdentifier,
      registryObject: owner,
      value,
    },
    localized('rim:Name', name, name),
  );
}
