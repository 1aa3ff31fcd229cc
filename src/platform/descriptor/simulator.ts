import { accessPurposes } from './capability.ts';
import { inferredFamilies } from './families.ts';
import type { Graded, PlatformDescriptor } from './model.ts';

function ours<T>(value: T): Graded<T> {
  return { value, confidence: 'assumption', evidence: 'Chosen for the simulator.' };
}

/** Words of the messages that are those of the DMP, which is not this platform. */
function dmp<T>(value: T, where: string): Graded<T> {
  return { value, confidence: 'national-practice', evidence: `GIE SESAM-Vitale, ${where}; not of Terr-eSanté.` };
}

const examples = 'DMP example messages of LPS v02.05.00';

const soap: NonNullable<PlatformDescriptor['soap']> = {
  paths: ours({
    identities: 'sri',
    dossier: 'dossier',
    authorizations: 'authorizations',
    registry: 'xds/iti18',
    repository: 'xds/iti43',
    update: 'xds/iti57',
  }),
  receivers: ours({ identities: '2.999.1.1', dossier: '2.999.1.2' }),
  processing: ours('training'),
  patientKey: {
    value: 'regional-id',
    confidence: 'inferred',
    evidence: 'The software declares its local identifiers to the regional identity server, which knows the others.',
  },
  actions: dmp(
    {
      status: 'urn:hl7-org:v3:PRPA_IN201307UV02',
      create: 'urn:hl7-org:v3:PRPA_IN201311UV02',
      authorize: 'urn:si-dmp-habilitations:HabilitationsEndPoint:setAuthorization',
    },
    `${examples}, wsa:Action of TD0.2, TD1.1 and TD0.3`,
  ),
  existenceReason: ours({ code: 'TEST_EXST', codeSystem: '2.999.1.2.11' }),
  attention: ours({
    authorization: { code: 'AUTORISATION', codeSystem: '2.999.1.2.61' },
    memberships: { VALIDE: 'member', INTERDITE: 'blocked', ABSENTE: 'not-member' },
    treatingPhysician: { code: 'STATUT_MT', codeSystem: '2.999.1.2.63' },
  }),
  creation: ours({
    answerNamespace: 'asip:ci-sis:gdp:2010',
    consent: { code: 'CONSENTEMENT_OUVERTURE', codeSystem: '2.999.1.2.3' },
    sharing: { code: 'DOSSIER_PARTAGE', codeSystem: '2.999.1.2.3' },
  }),
  authorization: dmp(
    {
      namespace: 'urn:si-dmp-habilitations',
      add: 'AJOUT',
      remove: 'SUPPRESSION',
      treatingPhysician: 'MEDECIN_TRAITANT',
      treatingRoles: ['PCP'],
      success: 'DMPOk',
    },
    `${examples}, TD0.3`,
  ),
  refusals: ours({
    DMPFound: 'TE_DOSSIER_EXISTS',
    DMPClosed: 'TE_DOSSIER_CLOSED',
    DMPInvalidCertificate: 'TE_AUTHN_REJECTED',
    SIMAbsent: 'TE_DOSSIER_ABSENT',
    SIMAmbiguous: 'TE_IDENTITY_AMBIGUOUS',
    SIMMismatch: 'TE_IDENTITY_MISMATCH',
    SIMIncomplete: 'TE_IDENTITY_INCOMPLETE',
    SIMConsent: 'TE_CONSENT_REQUIRED',
    SIMBlocked: 'TE_BLOCKED_BY_PATIENT',
    SIMNotMember: 'TE_NOT_IN_CIRCLE',
    SIMForbidden: 'TE_FORBIDDEN',
  }),
};

const fhir: NonNullable<PlatformDescriptor['fhir']> = {
  path: ours('fhir'),
  authorization: {
    value: 'assertion',
    confidence: 'assumption',
    evidence: 'IHE ITI IUA, SAML Token option: an assertion as a bearer token; no platform says that it takes it.',
  },
  patientInAddress: ours(false),
  dialect: {
    value: 'v2-0445',
    confidence: 'standard',
    evidence: 'FR Core 2.1.0, on which the guides Cercle de soins 2.0.1 and PDSm 3.1.1 depend.',
  },
  replaceStyle: {
    value: 'patch',
    confidence: 'standard',
    evidence: 'IHE MHD 4.2.3, 2:3.65: a PATCH entry marks the replaced document.',
  },
  versioned: ours(true),
  roleSystem: ours('urn:oid:2.999.1.10.8'),
  structureSystem: {
    value: 'https://finess.esante.gouv.fr',
    confidence: 'standard',
    evidence: 'ANS, Annuaire 1.1.0, examples of as-organization.',
  },
  consentPolicies: ours({
    'dossier-creation': 'urn:terr-esante:simulateur:consentement:dossier-creation',
    'join-circle': 'urn:terr-esante:simulateur:consentement:join-circle',
    'document-share': 'urn:terr-esante:simulateur:consentement:document-share',
    'support-request': 'urn:terr-esante:simulateur:consentement:support-request',
  }),
  refusals: ours({
    'SIM-FHIR-BLOCKED': 'TE_BLOCKED_BY_PATIENT',
    'SIM-FHIR-NOT-IN-CIRCLE': 'TE_NOT_IN_CIRCLE',
    'SIM-FHIR-CLOSED': 'TE_DOSSIER_CLOSED',
    'SIM-FHIR-DOSSIER-CLOSED': 'TE_DOSSIER_CLOSED',
    'SIM-FHIR-DOSSIER-EXISTS': 'TE_DOSSIER_EXISTS',
    'SIM-FHIR-IDENTITY-MISMATCH': 'TE_IDENTITY_MISMATCH',
    'SIM-FHIR-IDENTITY-AMBIGUOUS': 'TE_IDENTITY_AMBIGUOUS',
    'SIM-FHIR-IDENTITY-INCOMPLETE': 'TE_IDENTITY_INCOMPLETE',
    'SIM-FHIR-CONSENT': 'TE_CONSENT_REQUIRED',
    'SIM-FHIR-SUPPORT-STRUCTURE': 'TE_RECIPIENT_UNKNOWN',
  }),
  support: ours({ category: "Demande d'appui à la coordination", structures: 'listed' }),
  plans: {
    value: { interventions: "Plan d'interventions à domicile", homeAccess: 'Accès au domicile' },
    confidence: 'assumption',
    evidence: 'No national guide has a profile, or a code, for these plans: the words are ours.',
  },
};

const portal: NonNullable<PlatformDescriptor['portal']> = {
  mode: {
    value: 'saml-post',
    confidence: 'inferred',
    evidence:
      'The éO guide speaks of the SAML that is needed to talk to the platform; how its portal opens is not published.',
  },
  address: ours('portal/acs'),
  allowedHosts: ours(['127.0.0.1:*', 'localhost:*']),
  pages: ours({
    home: '/accueil',
    dossier: '/dossier',
    documents: '/documents',
    'care-circle': '/cercle',
    alerts: '/alertes',
  }),
  audience: ours('urn:terr-esante:simulateur:portail'),
  lifetimeSeconds: {
    value: 300,
    confidence: 'inferred',
    evidence: 'SAML 2.0 Profiles, section 4.1.4: a bearer assertion is short-lived; five minutes is usual.',
  },
  referrerPolicy: ours('strict-origin'),
  form: {
    value: { systemPrefix: 'urn:oid:', gender: { M: 'male', F: 'female', I: 'unknown' }, consent: 'true' },
    confidence: 'inferred',
    evidence:
      'ANS, test server of the contextual call of DRIM-M (ansforge/DRIM-M_DRIMbox): names of the parameters are those of FHIR, the form of their values is not published.',
  },
};

/**
 * The simulator on this machine: every operation is bound. Its values are made up and tell nothing
 * about the real platform.
 *
 * @group Descriptor
 */
export const simulatorDescriptor: PlatformDescriptor = {
  format: 1,
  version: '1',
  id: 'terr-esante-simulator',
  brand: ours('Terr-eSanté (simulateur)'),
  environment: 'simulator',
  serviceHosts: ours(['127.0.0.1', 'localhost']),
  identity: { regionalOid: ours('2.999.1.1'), requireValidated: ours(false) },
  authentication: {
    oneTimeCode: ours(true),
    oneTimeCodeClass: ours({
      sms: 'urn:oasis:names:tc:SAML:2.0:ac:classes:MobileTwoFactorUnregistered',
      email: 'urn:oasis:names:tc:SAML:2.0:ac:classes:unspecified',
      totp: 'urn:oasis:names:tc:SAML:2.0:ac:classes:TimeSyncToken',
    }),
  },
  capabilities: ours({
    'dossier.status': { purposes: accessPurposes },
    'documents.list': { purposes: accessPurposes },
  }),
  vihf: {
    version: { value: '3.0', confidence: 'national-practice', evidence: 'Version of the published DMP messages.' },
    resourceUrn: ours('urn:terr-esante:simulateur'),
    audience: ours('urn:terr-esante:simulateur'),
    lifetimeSeconds: ours(3600),
    accessReason: ours('Mode_Acces_Raison'),
    patientIdentifier: ours('local-id'),
  },
  bindings: {
    'dossier.status': ours('simulator-http'),
    'dossier.create': ours('simulator-http'),
    consent: ours('simulator-http'),
    careCircle: ours('simulator-http'),
    alerts: ours('fhir-r4'),
    notes: ours('fhir-r4'),
    support: ours('fhir-r4'),
    measures: ours('fhir-r4'),
    interventionPlan: ours('fhir-r4'),
    notifications: ours('simulator-http'),
    'documents.list': ours('simulator-http'),
    'documents.deposit': ours('mssante'),
    'portal.launch': ours('portal'),
    insi: ours('soap-insi'),
  },
  soap,
  fhir,
  portal,
  mssante: { mailbox: ours('documents@simulateur.mssante.fr'), subject: ours('extended'), pdfCopy: ours(true) },
  documents: { typeCodeSet: ours('eo-9.05'), consentRequired: ours(true), families: inferredFamilies },
  limits: { minPollSeconds: ours(300), maxDocumentBytes: ours(10_485_760), maxStatuses: ours(200) },
  support: { url: ours(null), phone: ours(null) },
};
