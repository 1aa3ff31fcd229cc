import type { TerrESanteErrorCode } from '../../src/errors.ts';

/** Functions and classes of an entry that have no door, each with its reason. */
export const withoutDoor: Readonly<Record<string, string>> = {
  'auth.Vihf': 'made by createVihf: its constructor is internal, the class is there to be recognised',
  'transport.RegistryRefusal': 'made by the XDS client: the class is there to be recognised',
};

/**
 * The interface of what a function gives, by its door: each method of it needs a door of its own.
 * `null` where no host calls the methods, with the reason beside.
 */
export const given: Readonly<Record<string, string | null>> = {
  'auth.createReplayGuard': 'ReplayGuard',
  'auth.createVihf': 'Vihf',
  'auth.createVihfCache': 'VihfCache',
  'auth.createPemProvider': 'SigningProvider',
  'auth.createPkcs12Provider': 'SigningProvider',
  'auth.createOtpProvider': 'OtpProvider',
  'OtpProvider.begin': 'OtpChallenge',
  'auth.createProSanteConnectProvider': 'ProSanteConnectProvider',
  'documents.loadNomenclature': 'Nomenclature',
  'identity/reference.combineLookups': 'CogLookup',
  'identity/reference.createCommuneLookup': 'CogLookup',
  'identity/reference.createCountryLookup': 'CogLookup',
  'identity/reference.loadCommuneLookup': 'CogLookup',
  'root.createClient': 'TerrESanteClient',
  'root.createClient.dossier': 'DossierOperations',
  'root.createClient.consent': 'ConsentOperations',
  'root.createClient.notifications': 'NotificationOperations',
  'root.createClient.documents': 'DocumentOperations',
  'root.createClient.outbox': 'OutboxOperations',
  'root.TerrESanteError': 'TerrESanteError',
  'root.openAuditJournal': 'StoredAuditJournal',
  'simulator.createInsiServer': 'InsiServer',
  'simulator.createOtpSimulator': 'OtpSimulator',
  'simulator.createPscSimulator': 'PscSimulator',
  'simulator.createSimulator': 'Simulator',
  'Simulator.replies': 'Mailbox',
  'testing.createMockCard': 'MockCard',
  'testing.createTestHierarchy': 'TestHierarchy',
  'transport.createDirectory': 'Directory',
  'transport.createHttpClient': 'HttpClient',
  'transport.createInsiClient': 'InsiPort',
  'transport.createMailbox': 'Mailbox',
  'transport.createMssTransport': 'MssTransport',
  'transport.createOutbox': 'Outbox',
  'transport.createXdsClient': 'XdsClient',
  // The same as those of the client and of the outbox they come from.
  'TerrESanteClient.as': null,
  'Outbox.forDepositor': null,
  'VihfCache.get': null,
  'auth.verifyAssertion': null,
  // Asked by the outbox only.
  'transport.createMemoryStore': null,
  'transport.openSpoolStore': null,
  // Bytes to be read, which take no value.
  'documents.fileSource': null,
  'documents.writeDocumentBundle': null,
  'HttpClient.stream': null,
  // The methods of a card stand under the name of its provider.
  'MockCard.provider': 'Pkcs11Provider',
};

/** Methods of these without a value, or of the class behind the interface. */
export const withoutValue: ReadonlySet<string> = new Set([
  'InsiServer.listen',
  'OtpChallenge.cancel',
  'Pkcs11Provider.certificates',
  'Pkcs11Provider.sign',
  'PscSimulator.refuse',
  'PscSimulator.endSessions',
]);

/** Doors whose good values cannot be taken, since the far side is not there, and what they say. */
export const refusedWhenGood: Readonly<Record<string, TerrESanteErrorCode>> = {
  // The library of a card is not on this machine.
  'auth.createPkcs11Provider': 'TE_CONFIG_INVALID',
  'OtpProvider.accessToken': 'TE_AUTHN_REQUIRED',
  'OtpChallenge.complete': 'TE_CODE_INVALID',
  'OtpChallenge.resend': 'TE_RATE_LIMITED',
  'ProSanteConnectProvider.authorize': 'TE_UNAVAILABLE',
  'ProSanteConnectProvider.complete': 'TE_UNAVAILABLE',
  'ProSanteConnectProvider.startCiba': 'TE_UNAVAILABLE',
  'OutboxOperations.cancel': 'TE_NOT_FOUND',
  'OutboxOperations.retry': 'TE_NOT_FOUND',
  'OutboxOperations.wait': 'TE_NOT_FOUND',
  'Outbox.retry': 'TE_NOT_FOUND',
  // Nobody waits for an answer on a phone.
  'PscSimulator.approve': 'TE_NOT_FOUND',
};

/**
 * What is data, not options: its members are judged one by one by the rules of its kind, which say
 * what is wrong in their own sentences, and a host's record may hold more. Recognised by a member.
 */
export const data: Readonly<Record<string, string>> = {
  traits: 'a patient',
  submissionSet: 'a submission',
  submissionSets: 'the metadata of an archive or of a registry',
  patientConsent: 'what a document says',
  header: 'a document',
  content: 'an archive or a message',
  quai: 'a configuration',
  serviceHosts: 'the descriptor of a platform',
  familyName: 'a professional',
  messageIds: 'the report of a mail',
  open: 'bytes to be read',
  applyReport: 'an outbox of the host',
  compose: 'a depositor',
  has: 'a list of places of the host',
  entryUuid: 'the record of a document',
  resourceType: 'a resource of FHIR',
  subsets: 'a received archive',
};
