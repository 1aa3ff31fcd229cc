import { inferredFamilies } from './families.ts';
import type { PlatformDescriptor } from './model.ts';

const guide = "Guide d'intégration éO – Terr-eSanté (SILK Informatique)";

/**
 * What is published about the production platform. What is not published is absent: the wire of the
 * status and notification services is not, so these operations are not bound and fail with
 * `TE_UNSUPPORTED` before any call. Give `createClient` a descriptor of your own once the platform
 * has given you its values.
 *
 * @group Descriptor
 */
export const productionDescriptor: PlatformDescriptor = {
  format: 1,
  version: '2026.11',
  id: 'terr-esante',
  brand: { value: 'Terr-eSanté', confidence: 'stated', evidence: guide },
  environment: 'production',
  serviceHosts: { value: ['services.terr-esante.fr'], confidence: 'stated', evidence: guide },
  identity: {
    regionalOid: { value: null, confidence: 'assumption', evidence: 'Not published.' },
    requireValidated: {
      value: false,
      confidence: 'assumption',
      evidence:
        "The platform's training page says that a provisional identity does not allow interoperability; whether calls are refused is not published.",
    },
  },
  authentication: {
    oneTimeCode: {
      value: false,
      confidence: 'assumption',
      evidence:
        "The platform's public pages name password and one-time code for its portal; no login service for software is published.",
    },
  },
  vihf: {
    version: { value: '3.0', confidence: 'national-practice', evidence: 'Version of the published DMP messages.' },
    resourceUrn: { value: null, confidence: 'assumption', evidence: 'Not published.' },
    audience: { value: null, confidence: 'national-practice', evidence: 'The DMP asks to leave it out.' },
    lifetimeSeconds: { value: 3600, confidence: 'assumption', evidence: 'No maximum is published.' },
    patientIdentifier: {
      value: 'local-id',
      confidence: 'inferred',
      evidence: 'The software declares the domain of its local identifiers to the platform and to the identity server.',
    },
  },
  bindings: {
    'documents.deposit': {
      value: 'mssante',
      confidence: 'inferred',
      evidence: `${guide}: eMailSecur is the address for sending documents to the platform.`,
    },
    insi: {
      value: 'soap-insi',
      confidence: 'standard',
      evidence: 'CNAM, service description ServiceIdentiteCertifiee v1; its production address is not published.',
    },
  },
  mssante: {
    mailbox: { value: 'documents@terr-esante.mssante.fr', confidence: 'stated', evidence: guide },
    subject: {
      value: 'extended',
      confidence: 'standard',
      evidence: 'ANS, Référentiel socle MSSanté n° 2: mandatory for a referenced client.',
    },
    pdfCopy: {
      value: true,
      confidence: 'standard',
      evidence:
        'ANS, Référentiel socle MSSanté n° 2: one PDF copy per CDA; whether this mailbox reads it is not published.',
    },
    serviceNames: {
      value: { submission: '_submission._tcp', imap: '_imap._tcp' },
      confidence: 'inferred',
      evidence:
        'ANS, Référentiel socle MSSanté n° 2, exigence ECO.1.1.9 asks for SRV records of the domain; these names are those of RFC 6186.',
    },
  },
  documents: {
    typeCodeSet: {
      value: 'eo-9.05',
      confidence: 'stated',
      evidence: `${guide}: the only published list of what this platform takes.`,
    },
    consentRequired: {
      value: true,
      confidence: 'assumption',
      evidence: `${guide} shows a consent box; it does not say that an unticked box blocks.`,
    },
    families: inferredFamilies,
  },
  limits: {
    minPollSeconds: { value: 300, confidence: 'assumption', evidence: 'No limit is published.' },
    maxStatuses: {
      value: 200,
      confidence: 'assumption',
      evidence:
        'More than a practice receives in a day; the data serve the care of these patients only (DMP, EX_GEN-1560).',
    },
    maxDocumentBytes: { value: 10_485_760, confidence: 'assumption', evidence: 'Usual limit of mail operators.' },
  },
  support: {
    url: { value: 'https://formulaire-support.sante-idf.fr/', confidence: 'stated', evidence: guide },
    phone: { value: '01 83 75 04 48', confidence: 'stated', evidence: guide },
  },
};
