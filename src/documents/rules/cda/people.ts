import type { RuleCatalogue } from '../../../internal/finding.ts';
import { minimalStructure } from '../references.ts';

/** Authors, authenticators, recipients and structures. */
export const cdaPeopleRules = {
  'CDA-AUTHOR': {
    severity: 'error',
    fr: "L'auteur manque ou est incomplet.",
    en: 'The author is missing or incomplete.',
    fix: {
      fr: 'Donner au moins un auteur avec sa date et son identifiant.',
      en: 'Give at least one author with a time and an identifier.',
    },
    expected: 'author/time author/assignedAuthor/id',
    reference: `${minimalStructure}, section 3.5.5.13`,
  },
  'CDA-AUTHOR-KIND': {
    severity: 'error',
    fr: 'Un auteur est une personne ou un dispositif, pas les deux.',
    en: 'An author is a person or a device, not both.',
    fix: {
      fr: 'Garder assignedPerson ou assignedAuthoringDevice.',
      en: 'Keep assignedPerson or assignedAuthoringDevice.',
    },
    expected: 'assignedPerson | assignedAuthoringDevice',
    reference: `${minimalStructure}, section 3.5.5.13`,
  },
  'CDA-AUTHOR-PROFESSION': {
    severity: 'warning',
    fr: 'Un auteur professionnel ou un dispositif doit avoir sa profession (code).',
    en: 'A professional or device author must have a profession code.',
    fix: { fr: 'Ajouter assignedAuthor/code, un code de JDV_J01.', en: 'Add assignedAuthor/code, a code of JDV_J01.' },
    expected: 'JDV_J01',
    reference: `${minimalStructure}, section 3.5.5.13`,
  },
  'CDA-AUTHOR-STRUCTURE': {
    severity: 'warning',
    fr: 'Un auteur professionnel ou un dispositif doit avoir sa structure, avec identifiant et nom.',
    en: 'A professional or device author must have a structure with id and name.',
    fix: {
      fr: 'Ajouter representedOrganization avec son identifiant et son nom.',
      en: 'Add representedOrganization with its identifier and name.',
    },
    expected: 'representedOrganization/id representedOrganization/name',
    reference: `${minimalStructure}, section 3.5.5.13.3.7`,
  },
  'CDA-FUNCTION': {
    severity: 'error',
    fr: "Le rôle fonctionnel n'est pas dans la table JDV_J47.",
    en: 'The function code is not in JDV_J47.',
    fix: { fr: 'Choisir un rôle de JDV_J47, par exemple PCP.', en: 'Choose a role of JDV_J47, for example PCP.' },
    expected: 'JDV_J47',
    reference: 'JDV_J47-FunctionCode-CISIS',
  },
  'CDA-PROFESSION': {
    severity: 'error',
    fr: "La profession n'est pas dans la table JDV_J01.",
    en: 'The profession is not in JDV_J01.',
    fix: {
      fr: 'Choisir un code de JDV_J01, par exemple G15_10/SM54.',
      en: 'Choose a code of JDV_J01, for example G15_10/SM54.',
    },
    expected: 'JDV_J01',
    reference: 'JDV_J01-XdsAuthorSpecialty-CISIS',
  },
  'CDA-PERSON-NAME': {
    severity: 'error',
    fr: "Le nom d'une personne a un seul family, et au plus un given, un prefix et un suffix.",
    en: 'The name of a person has one family and at most one given, prefix and suffix.',
    fix: {
      fr: "Regrouper les prénoms dans un seul given, et ne garder qu'un name.",
      en: 'Put the given names in a single given, and keep one name.',
    },
    expected: 'name 1..1 family 1..1',
    reference: `${minimalStructure}, section 3.5.5`,
  },
  'CDA-CIVILITY': {
    severity: 'error',
    fr: "La civilité ou le titre n'est pas un code de la table.",
    en: 'The civility or the title is not a code of the table.',
    fix: {
      fr: 'Écrire le code (MME, DR), pas le mot (Madame, Docteur) : M ou MME dans prefix ; DR, PR, MC, MG, PC ou PG dans suffix.',
      en: 'Write the code (MME, DR), not the word (Madame, Docteur): M or MME in prefix; DR, PR, MC, MG, PC or PG in suffix.',
    },
    expected: 'JDV_J245 | JDV_J246',
    reference: 'JDV_J245-Civilite-CISIS; JDV_J246-Titre-CISIS',
  },
  'CDA-DEVICE': {
    severity: 'error',
    fr: 'Un dispositif auteur a un modèle et un nom de logiciel.',
    en: 'An author device has a model and a software name.',
    fix: {
      fr: 'Donner manufacturerModelName et softwareName, une fois chacun.',
      en: 'Give manufacturerModelName and softwareName, each once.',
    },
    expected: 'manufacturerModelName 1..1 softwareName 1..1',
    reference: `${minimalStructure}, section 3.5.5.13`,
  },
  'CDA-PROFESSIONAL-ID': {
    severity: 'warning',
    fr: "L'identifiant national d'un professionnel ou d'une structure est mal formé.",
    en: 'The national identifier of a professional or a structure is malformed.',
    fix: {
      fr: 'Vérifier le numéro et son premier chiffre (8 et le RPPS, 1 et le FINESS…).',
      en: 'Check the number and its first digit (8 and the RPPS, 1 and the FINESS…).',
    },
    expected: 'PS_IdNat | Struct_IdNat',
    reference: 'Identifiants nationaux PS_IdNat et Struct_IdNat',
  },
  'CDA-ENTITY': {
    severity: 'error',
    fr: "Une personne ou une structure citée n'a pas exactement un identifiant.",
    en: 'A person or structure named in the header does not have exactly one identifier.',
    fix: { fr: 'Donner un identifiant, un seul.', en: 'Give one identifier, and only one.' },
    expected: 'id 1..1',
    reference: `${minimalStructure}, section 3.5.5`,
  },
  'CDA-INFORMANT': {
    severity: 'error',
    fr: 'Un informateur est un professionnel (assignedEntity) ou un proche (relatedEntity), avec un nom.',
    en: 'An informant is a professional (assignedEntity) or a relative (relatedEntity), with a name.',
    fix: {
      fr: 'Donner un professionnel (assignedEntity), ou un proche (relatedEntity) avec son nom et classCode ECON, NOK, CON, CAREGIVER ou PAT.',
      en: 'Give a professional (assignedEntity), or a relative (relatedEntity) with a name and classCode ECON, NOK, CON, CAREGIVER or PAT.',
    },
    expected: 'ECON | NOK | CON | CAREGIVER | PAT',
    reference: `${minimalStructure}, section 3.5.5`,
  },
  'CDA-RELATION': {
    severity: 'error',
    fr: "Le lien avec le patient n'est pas dans la table JDV_J11.",
    en: 'The relation to the patient is not in JDV_J11.',
    fix: { fr: 'Choisir un lien de JDV_J11, par exemple MTH.', en: 'Choose a relation of JDV_J11, for example MTH.' },
    expected: 'JDV_J11',
    reference: 'JDV_J11-RelationPatient-CISIS',
  },
  'CDA-CUSTODIAN': {
    severity: 'error',
    fr: "La structure qui conserve le document manque ou n'a pas d'identifiant national.",
    en: 'The custodian is missing or has no national identifier.',
    fix: {
      fr: 'Donner la structure conservatrice avec son Struct_IdNat.',
      en: 'Give the custodian structure with its Struct_IdNat.',
    },
    expected: '1.2.250.1.71.4.2.2',
    reference: `${minimalStructure}, section 3.5.5`,
  },
  'CDA-LEGAL': {
    severity: 'error',
    fr: 'Le responsable du document manque ou est incomplet.',
    en: 'The legal authenticator is missing or incomplete.',
    fix: {
      fr: 'Donner un legalAuthenticator complet : time, signatureCode S et assignedEntity.',
      en: 'Give a complete legalAuthenticator: time, signatureCode S and assignedEntity.',
    },
    expected: 'legalAuthenticator 1..1',
    reference: `${minimalStructure}, section 3.5.5.18`,
  },
  'CDA-LEGAL-PROFESSIONAL': {
    severity: 'warning',
    fr: 'Le responsable professionnel doit avoir sa profession, son nom et sa structure.',
    en: 'A professional legal authenticator must have profession, name and structure.',
    fix: {
      fr: 'Compléter legalAuthenticator/assignedEntity : code, assignedPerson et representedOrganization.',
      en: 'Complete legalAuthenticator/assignedEntity: code, assignedPerson and representedOrganization.',
    },
    expected: 'code assignedPerson representedOrganization',
    reference: `${minimalStructure}, section 3.5.5.18`,
  },
  'CDA-AUTHENTICATOR': {
    severity: 'error',
    fr: 'Un validateur est incomplet.',
    en: 'An authenticator is incomplete.',
    fix: {
      fr: 'Compléter authenticator : time, signatureCode S et un identifiant national de professionnel.',
      en: 'Complete authenticator: time, signatureCode S and one national identifier of a professional.',
    },
    expected: '1.2.250.1.71.4.2.1',
    reference: `${minimalStructure}, section 3.5.5`,
  },
  'CDA-RECIPIENT': {
    severity: 'error',
    fr: 'Un destinataire est incomplet.',
    en: 'A recipient is incomplete.',
    fix: { fr: 'Compléter informationRecipient.', en: 'Complete informationRecipient.' },
    expected: 'intendedRecipient 1..1',
    reference: `${minimalStructure}, section 3.5.5`,
  },
  'CDA-PARTICIPANT': {
    severity: 'error',
    fr: "Un participant est incomplet ou d'un type inconnu.",
    en: 'A participant is incomplete or of an unknown type.',
    fix: {
      fr: 'Corriger le participant : typeCode de JDV_J144, time, associatedEntity de classCode PROV ou AGNT, un identifiant au plus.',
      en: 'Correct the participant: typeCode of JDV_J144, time, associatedEntity of classCode PROV or AGNT, at most one identifier.',
    },
    reference: 'JDV_J144-ParticipationType-CISIS; JDV_J141-RoleClass-CISIS',
  },
} as const satisfies RuleCatalogue;
