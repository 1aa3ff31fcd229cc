/** ebRIM 3.0 and IHE identifiers (IHE ITI TF-3, section 4.2). */
export const ns = {
  rim: 'urn:oasis:names:tc:ebxml-regrep:xsd:rim:3.0',
  lcm: 'urn:oasis:names:tc:ebxml-regrep:xsd:lcm:3.0',
  xds: 'urn:ihe:iti:xds-b:2007',
} as const;

export const stableDocument = 'urn:uuid:7edca82f-054d-47f2-a032-9b2a5b5186c1';

/** Documents that are made when they are asked for. */
export const onDemandDocument = 'urn:uuid:34268e47-fdf5-41a6-ba33-82133c465248';

/**
 * Statuses of a registered document; the last two are French.
 *
 * @see IHE ITI TF-3, table 4.2.3.2-1; CI-SIS, volet Partage de documents de santé
 */
export const documentStatus = {
  approved: 'urn:oasis:names:tc:ebxml-regrep:StatusType:Approved',
  deprecated: 'urn:oasis:names:tc:ebxml-regrep:StatusType:Deprecated',
  archived: 'urn:asip:ci-sis:2010:StatusType:Archived',
  deleted: 'urn:asip:ci-sis:2010:StatusType:Deleted',
} as const;

export const classificationNode = {
  submissionSet: 'urn:uuid:a54d6aa5-d40d-43f9-88c5-b4633d873bdd',
  folder: 'urn:uuid:d9d542f3-6cc4-48b6-8870-ea235fbc94c2',
} as const;

export const scheme = {
  document: {
    author: 'urn:uuid:93606bcf-9494-43ec-9b4e-a7748d1a838d',
    classCode: 'urn:uuid:41a5887f-8865-4c09-adf7-e362475b143a',
    typeCode: 'urn:uuid:f0306f51-975f-434e-a61c-c59651d33983',
    confidentialityCode: 'urn:uuid:f4f85eac-e6cb-4883-b524-f2705394840f',
    eventCodeList: 'urn:uuid:2c6b8cb7-8b2a-4051-b291-b1ae6a575ef4',
    formatCode: 'urn:uuid:a09d5840-386c-46f2-b5ad-9c3699a4309d',
    healthcareFacilityTypeCode: 'urn:uuid:f33fb8ac-18af-42cc-ae0e-ed0b0bdb91e1',
    practiceSettingCode: 'urn:uuid:cccf5598-8b07-4b77-a05e-ae952c785ead',
  },
  submissionSet: {
    author: 'urn:uuid:a7058bb9-b4e4-4307-ba5b-e3f0ab85e12d',
    contentTypeCode: 'urn:uuid:aa543740-bdda-424e-8c96-df4873be8500',
  },
  folder: { codeList: 'urn:uuid:1ba97051-7806-41a8-a48b-8fce7af683c5' },
} as const;

export const identifier = {
  document: {
    patientId: { scheme: 'urn:uuid:58a6f841-87b3-4a3e-92fd-a8ffeff98427', name: 'XDSDocumentEntry.patientId' },
    uniqueId: { scheme: 'urn:uuid:2e82c1f6-a085-4c72-9da3-8640a32e42ab', name: 'XDSDocumentEntry.uniqueId' },
  },
  submissionSet: {
    patientId: { scheme: 'urn:uuid:6b5aea1a-874d-4603-a4bc-96a0a7b38446', name: 'XDSSubmissionSet.patientId' },
    sourceId: { scheme: 'urn:uuid:554ac39e-e3fe-47fe-b233-965d2a147832', name: 'XDSSubmissionSet.sourceId' },
    uniqueId: { scheme: 'urn:uuid:96fdda7c-d067-4183-912e-bf5ee74998a8', name: 'XDSSubmissionSet.uniqueId' },
  },
  folder: {
    patientId: { scheme: 'urn:uuid:f64ffdf0-4b97-4e06-b79f-a52b38ec2f8a', name: 'XDSFolder.patientId' },
    uniqueId: { scheme: 'urn:uuid:75df8f67-9973-4fbe-a900-df66cefecc5a', name: 'XDSFolder.uniqueId' },
  },
} as const;

export const association = {
  hasMember: 'urn:oasis:names:tc:ebxml-regrep:AssociationType:HasMember',
  replace: 'urn:ihe:iti:2007:AssociationType:RPLC',
  transform: 'urn:ihe:iti:2007:AssociationType:XFRM',
  append: 'urn:ihe:iti:2007:AssociationType:APND',
  transformAndReplace: 'urn:ihe:iti:2007:AssociationType:XFRM_RPLC',
  signs: 'urn:ihe:iti:2007:AssociationType:signs',
  isSnapshotOf: 'urn:ihe:iti:2010:AssociationType:IsSnapshotOf',
  submitAssociation: 'urn:ihe:iti:2010:AssociationType:SubmitAssociation',
  updateAvailabilityStatus: 'urn:ihe:iti:2010:AssociationType:UpdateAvailabilityStatus',
} as const;

const objectTypeRoot = 'urn:oasis:names:tc:ebxml-regrep:ObjectType:RegistryObject:';
export const objectType = {
  registryPackage: `${objectTypeRoot}RegistryPackage`,
  classification: `${objectTypeRoot}Classification`,
  externalIdentifier: `${objectTypeRoot}ExternalIdentifier`,
  association: `${objectTypeRoot}Association`,
} as const;

/** Code systems and national identifier roots that the metadata rules name. */
export const oid = {
  professionals: '1.2.250.1.71.4.2.1',
  structures: '1.2.250.1.71.4.2.2',
  confidentiality: '2.16.840.1.113883.5.25',
  masks: '1.2.250.1.213.1.1.4.13',
  ihe: '1.3.6.1.4.1.19376.1.2.3',
  frenchFormats: '1.2.250.1.213.1.1.4.2.282',
  activity: '1.2.250.1.213.2.2',
} as const;
