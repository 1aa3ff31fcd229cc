/**
 * Names of the attributes of a VIHF: exact and case-sensitive (CI-SIS, Volet Transport synchrone
 * pour client lourd).
 */
export const vihfAttribute = {
  version: 'VIHF_Version',
  structure: 'Identifiant_Structure',
  sector: 'Secteur_Activite',
  subjectName: 'urn:oasis:names:tc:xspa:1.0:subject:subject-id',
  role: 'urn:oasis:names:tc:xacml:2.0:subject:role',
  mode: 'Authentification_Mode',
  patient: 'urn:oasis:names:tc:xacml:2.0:resource:resource-id',
  resourceUrn: 'Ressource_URN',
  purpose: 'urn:oasis:names:tc:xspa:1.0:subject:purposeofuse',
  softwareId: 'LPS_ID',
  softwareName: 'LPS_Nom',
  softwareVersion: 'LPS_Version',
  dmpApproval: 'LPS_ID_HOMOLOGATION_DMP',
  profile: 'VIHF_Profil',
  userProfile: 'Profil_Utilisateur',
} as const;

export const samlAssertion = 'urn:oasis:names:tc:SAML:2.0:assertion';
export const hl7v3 = 'urn:hl7-org:v3';
export const xsi = 'http://www.w3.org/2001/XMLSchema-instance';
export const x509SubjectName = 'urn:oasis:names:tc:SAML:1.1:nameid-format:X509SubjectName';
export const bearerConfirmation = 'urn:oasis:names:tc:SAML:2.0:cm:bearer';
export const contextClassPrefix = 'urn:oasis:names:tc:SAML:2.0:ac:classes:';

/** Modes as they are written in the assertion. */
export const modeValues = { direct: 'DIRECTE', indirect: 'INDIRECTE', reinforced: 'INDIRECTE_RENFORCEE' } as const;

/** Versions seen in published texts; what each asks beyond the common attributes. */
export const vihfVersions = {
  '2.0': { alsoRequired: [vihfAttribute.profile, vihfAttribute.userProfile] },
  '3.0': { alsoRequired: [] },
  '4.0': { alsoRequired: [] },
} as const satisfies Record<string, { readonly alsoRequired: readonly string[] }>;

/** Version of the profile; `3.0` is that of all published DMP examples. @group VIHF */
export type VihfVersion = keyof typeof vihfVersions;
