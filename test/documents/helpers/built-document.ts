import type { BuiltDocument, BuiltHeader } from '../../../src/documents/index.ts';
import type { HeaderActor } from '../../../src/documents/model/document.ts';
import { bytesSource, sha1Hex, utf8Bytes } from '../../../src/internal/bytes.ts';
import type { Runtime } from '../../../src/internal/runtime.ts';

/** Same clock and ids at every run. */
export function fixedRuntime(): Runtime {
  let next = 0;
  return {
    clock: { now: () => Date.UTC(2026, 2, 15, 10, 15, 0) },
    ids: {
      uuid: () => {
        next += 1;
        return `00000000-0000-4000-8000-${String(next).padStart(12, '0')}`;
      },
    },
  };
}

const structure = { system: '1.2.250.1.71.4.2.2', value: '1990000010' };
export const doctor: HeaderActor = {
  id: { system: '1.2.250.1.71.4.2.1', value: '899700012349' },
  otherIds: [],
  kind: 'professional',
  specialty: {
    code: 'G15_10/SM54',
    codeSystem: '1.2.250.1.213.1.1.4.5',
    displayName: 'Médecin - Médecine Générale (SM)',
  },
  functionCode: { code: 'PCP', codeSystem: '2.16.840.1.113883.5.88', displayName: 'Médecin traitant' },
  name: { family: 'EXEMPLE', given: 'Camille', prefix: null, suffix: 'DR' },
  device: null,
  telecom: [],
  address: null,
  organization: {
    id: structure,
    name: "Cabinet de l'Exemple & associés",
    telecom: [],
    address: null,
    practiceSetting: { code: 'AMBULATOIRE', codeSystem: '1.2.250.1.213.1.1.4.9', displayName: 'Ambulatoire' },
  },
  time: '20260315111000+0100',
};

export const canaryName = 'CANARINOM';

export function header(changes: Partial<BuiltHeader> = {}): BuiltHeader {
  return {
    templateIds: [{ root: '1.3.6.1.4.1.19376.1.2.20', extension: null }],
    uniqueId: '2.999.1.10.5.20260315.1',
    setId: '2.999.1.10.6.1',
    versionNumber: 1,
    type: { code: 'CERT_DECL', codeSystem: '1.2.250.1.213.1.1.4.12', displayName: 'Certificat, déclaration' },
    title: 'Courrier de suivi',
    effectiveTime: '20260315111000+0100',
    confidentiality: 'N',
    languageCode: 'fr-FR',
    patient: {
      ins: { value: '279035121518989', oid: '1.2.250.1.213.1.4.10' },
      localIds: [{ system: '2.999.1.2', value: 'P-000003' }],
      birthName: canaryName,
      usedName: null,
      firstName: 'DOMINIQUE',
      birthFirstNames: 'DOMINIQUE MARIE-LOUISE',
      usedFirstName: null,
      sex: 'F',
      birthTime: '19790328',
      birthPlace: '51215',
      birthPostalCode: null,
      birthCity: null,
      address: null,
      telecom: [],
    },
    authors: [doctor],
    dataEnterer: null,
    informants: [],
    custodian: { id: structure, name: null, telecom: [], address: null, practiceSetting: null },
    recipients: [],
    legalAuthenticator: doctor,
    authenticators: [],
    participants: [],
    acts: [{ code: null, start: '20260315100000+0100', stop: null, performer: doctor }],
    replaces: null,
    encounter: {
      code: null,
      start: '20260315100000+0100',
      stop: null,
      facilityType: { code: 'SA07', codeSystem: '1.2.250.1.71.4.2.4', displayName: 'Cabinet individuel' },
    },
    body: { kind: 'non-xml', mediaType: 'application/pdf' },
    ...changes,
  };
}

/**
 * A finished document written by hand: the header given, and a CDA reduced to its identifier and
 * title.
 */
export function builtDocument(changes: Partial<BuiltHeader> = {}, parts: Partial<BuiltDocument> = {}): BuiltDocument {
  const value = header(changes);
  const bytes = utf8Bytes(
    `<?xml version="1.0" encoding="UTF-8"?>\n<ClinicalDocument xmlns="urn:hl7-org:v3"><id root="${value.uniqueId}"/><title>${value.title}</title></ClinicalDocument>`,
  );
  return {
    kind: 'letter',
    header: value,
    content: bytesSource(bytes),
    sha1: sha1Hex(bytes),
    pdf: null,
    visibility: { hiddenFromPatient: false, hiddenFromProfessionals: false, hiddenFromLegalRepresentatives: false },
    classCode: { code: '52', codeSystem: '1.2.250.1.213.1.1.4.1', displayName: 'Certificat, déclaration' },
    formatCode: {
      code: 'urn:ihe:iti:xds-sd:pdf:2008',
      codeSystem: '1.3.6.1.4.1.19376.1.2.3',
      displayName: 'Document à corps non structuré en Pdf/A-1',
    },
    qualifiedIns: true,
    findings: [],
    ...parts,
  };
}

export const sourceId = '2.999.1.10';
