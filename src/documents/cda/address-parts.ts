import type { AddressPart } from '../model/document.ts';

/** Order of the elementary parts in an address. */
export const addressParts: readonly AddressPart[] = [
  'houseNumber',
  'houseNumberNumeric',
  'streetName',
  'streetNameType',
  'additionalLocator',
  'unitID',
  'postBox',
  'precinct',
  'postalCode',
  'city',
  'county',
  'state',
  'country',
];
