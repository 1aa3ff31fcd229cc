import { insOids } from '../../identity/ins/oid.ts';

/**
 * Roots and code systems of the French CDA header (CI-SIS, Structuration minimale de documents de
 * santé).
 */
export const oids = {
  professional: '1.2.250.1.71.4.2.1',
  structure: '1.2.250.1.71.4.2.2',
  assuranceMaladie: '1.2.250.1.215.300.5',
  /** Host of documents made by the patient. */
  dmp: '1.2.250.1.213.4.1',
  confidentiality: '2.16.840.1.113883.5.25',
  gender: '2.16.840.1.113883.5.1',
  loinc: '2.16.840.1.113883.6.1',
  snomedCt: '2.16.840.1.113883.6.96',
  cim10: '2.16.840.1.113883.6.3',
} as const;

/** INS-NIR, INS-NIA, test and demonstration. */
export const insRoots: ReadonlySet<string> = new Set(insOids.map(({ oid }) => oid));

export const templates = {
  hl7France: '2.16.840.1.113883.2.8.2.1',
  minimalStructure: '1.2.250.1.213.1.1.1.1',
  /** IHE XDS-SD: the third template of a document whose body is not structured. */
  nonStructured: '1.3.6.1.4.1.19376.1.2.20',
  vsm: '1.2.250.1.213.1.1.1.13',
} as const;

export const hl7Namespace = 'urn:hl7-org:v3';
export const sdtcNamespace = 'urn:hl7-org:sdtc';
export const xsiNamespace = 'http://www.w3.org/2001/XMLSchema-instance';
