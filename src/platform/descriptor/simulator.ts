import type { Graded, PlatformDescriptor } from './model.ts';

function ours<T>(value: T): Graded<T> {
  return { value, confidence: 'assumption', evidence: 'Chosen for the simulator.' };
}

/**
 * The simulator on this machine: every operation is bound. Its values are made up and tell nothing
 * about the real platform.
 *
 * @group Descriptor
 */
export const simulatorDescriptor: PlatformDescriptor = {
  id: 'terr-esante-simulator',
  brand: 'Terr-eSanté (simulateur)',
  environment: 'simulator',
  serviceHosts: ours(['127.0.0.1', 'localhost']),
  identity: { regionalOid: ours('2.999.1.1'), requireValidated: ours(false) },
  authentication: { oneTimeCode: ours(true) },
  vihf: {
    version: { value: '3.0', confidence: 'national-practice', evidence: 'Version of the published DMP messages.' },
    resourceUrn: ours('urn:terr-esante:simulateur'),
    audience: ours('urn:terr-esante:simulateur'),
    lifetimeSeconds: ours(3600),
    patientIdentifier: ours('local-id'),
  },
  bindings: {
    'dossier.status': ours('simulator-http'),
    'dossier.create': ours('simulator-http'),
    consent: ours('simulator-http'),
    notifications: ours('simulator-http'),
    'documents.list': ours('simulator-http'),
    'documents.deposit': ours('mssante'),
    insi: ours('soap-insi'),
  },
  mssante: { mailbox: ours('documents@simulateur.mssante.fr'), subject: ours('extended'), pdfCopy: ours(true) },
  documents: { typeCodeSet: ours('eo-9.05'), consentRequired: ours(true) },
  limits: { minPollSeconds: ours(300), maxDocumentBytes: ours(10_485_760) },
  support: { url: null, phone: null },
};
