import { header, type Row } from './row.ts';

type PeopleRuleId =
  | 'CDA-AUTHOR'
  | 'CDA-AUTHOR-KIND'
  | 'CDA-AUTHOR-PROFESSION'
  | 'CDA-AUTHOR-STRUCTURE'
  | 'CDA-FUNCTION'
  | 'CDA-PROFESSION'
  | 'CDA-PERSON-NAME'
  | 'CDA-CIVILITY'
  | 'CDA-DEVICE'
  | 'CDA-PROFESSIONAL-ID'
  | 'CDA-ENTITY'
  | 'CDA-INFORMANT'
  | 'CDA-RELATION'
  | 'CDA-CUSTODIAN'
  | 'CDA-LEGAL'
  | 'CDA-LEGAL-PROFESSIONAL'
  | 'CDA-AUTHENTICATOR'
  | 'CDA-RECIPIENT'
  | 'CDA-PARTICIPANT';

/** Authors, authenticators, recipients, structures. */
export const peopleRows: Readonly<Record<PeopleRuleId, Row>> = {
  'CDA-AUTHOR': [
    'error',
    "L'auteur manque ou est incomplet.",
    'The author is missing or incomplete.',
    'author/time et author/assignedAuthor/id',
    'Donnez au moins un auteur avec sa date et son identifiant.',
    `${header}section 3.5.5.13`,
  ],
  'CDA-AUTHOR-KIND': [
    'error',
    'Un auteur est une personne ou un dispositif, pas les deux.',
    'An author is a person or a device, not both.',
    null,
    'Gardez assignedPerson ou assignedAuthoringDevice.',
    `${header}section 3.5.5.13`,
  ],
  'CDA-AUTHOR-PROFESSION': [
    'warning',
    'Un auteur professionnel ou un dispositif doit avoir sa profession (code).',
    'A professional or device author must have a profession code.',
    'un code de JDV_J01',
    'Ajoutez assignedAuthor/code.',
    `${header}section 3.5.5.13`,
  ],
  'CDA-AUTHOR-STRUCTURE': [
    'warning',
    'Un auteur professionnel ou un dispositif doit avoir sa structure, avec identifiant et nom.',
    'A professional or device author must have a structure with id and name.',
    'representedOrganization avec id et name',
    'Ajoutez representedOrganization.',
    `${header}section 3.5.5.13.3.7`,
  ],
  'CDA-FUNCTION': [
    'error',
    "Le rôle fonctionnel n'est pas dans la table JDV_J47.",
    'The function code is not in JDV_J47.',
    'un code de JDV_J47',
    'Choisissez un rôle de JDV_J47, par exemple PCP.',
    'JDV_J47-FunctionCode-CISIS',
  ],
  'CDA-PROFESSION': [
    'error',
    "La profession n'est pas dans la table JDV_J01.",
    'The profession is not in JDV_J01.',
    'un code de JDV_J01',
    'Choisissez un code de JDV_J01, par exemple G15_10/SM54.',
    'JDV_J01-XdsAuthorSpecialty-CISIS',
  ],
  'CDA-PERSON-NAME': [
    'error',
    "Le nom d'une personne a un seul family, et au plus un given, un prefix et un suffix.",
    'The name of a person has one family and at most one given, prefix and suffix.',
    'un seul name',
    'Regroupez les prénoms dans un seul given.',
    `${header}section 3.5.5`,
  ],
  'CDA-CIVILITY': [
    'error',
    "La civilité ou le titre n'est pas un code de la table.",
    'The civility or the title is not a code of the table.',
    'prefix M ou MME ; suffix DR, PR, MC, MG, PC ou PG',
    'Écrivez le code (MME, DR), pas le mot (Madame, Docteur).',
    'JDV_J245-Civilite-CISIS; JDV_J246-Titre-CISIS',
  ],
  'CDA-DEVICE': [
    'error',
    'Un dispositif auteur a un modèle et un nom de logiciel.',
    'An author device has a model and a software name.',
    'manufacturerModelName et softwareName',
    'Donnez les deux.',
    `${header}section 3.5.5.13`,
  ],
  'CDA-PROFESSIONAL-ID': [
    'warning',
    "L'identifiant national d'un professionnel ou d'une structure est mal formé.",
    'The national identifier of a professional or a structure is malformed.',
    '8 + RPPS ; 1 + FINESS…',
    'Vérifiez le numéro et son premier chiffre.',
    'Identifiants nationaux PS_IdNat et Struct_IdNat',
  ],
  'CDA-ENTITY': [
    'error',
    "Une personne citée n'a pas un identifiant, et un seul.",
    'A named person does not have exactly one identifier.',
    'un id',
    'Donnez un identifiant, un seul.',
    `${header}section 3.5.5`,
  ],
  'CDA-INFORMANT': [
    'error',
    'Un informateur est un professionnel (assignedEntity) ou un proche (relatedEntity), avec un nom.',
    'An informant is a professional or a relative, with a name.',
    'classCode ECON, NOK, CON, CAREGIVER ou PAT pour un proche',
    "Corrigez l'informateur.",
    `${header}section 3.5.5`,
  ],
  'CDA-RELATION': [
    'error',
    "Le lien avec le patient n'est pas dans la table JDV_J11.",
    'The relation to the patient is not in JDV_J11.',
    'un code de JDV_J11',
    'Choisissez un lien de JDV_J11, par exemple MTH.',
    'JDV_J11-RelationPatient-CISIS',
  ],
  'CDA-CUSTODIAN': [
    'error',
    "La structure qui conserve le document manque ou n'a pas d'identifiant national.",
    'The custodian is missing or has no national identifier.',
    'id de racine 1.2.250.1.71.4.2.2',
    'Donnez la structure conservatrice avec son Struct_IdNat.',
    `${header}section 3.5.5`,
  ],
  'CDA-LEGAL': [
    'error',
    'Le responsable du document manque ou est incomplet.',
    'The legal authenticator is missing or incomplete.',
    'time, signatureCode S et assignedEntity',
    'Donnez un legalAuthenticator complet.',
    `${header}section 3.5.5.18`,
  ],
  'CDA-LEGAL-PROFESSIONAL': [
    'warning',
    'Le responsable professionnel doit avoir sa profession, son nom et sa structure.',
    'A professional legal authenticator must have profession, name and structure.',
    'code, assignedPerson et representedOrganization',
    'Complétez legalAuthenticator/assignedEntity.',
    `${header}section 3.5.5.18`,
  ],
  'CDA-AUTHENTICATOR': [
    'error',
    'Un validateur est incomplet.',
    'An authenticator is incomplete.',
    'time, signatureCode S et un id de racine 1.2.250.1.71.4.2.1',
    'Complétez authenticator.',
    `${header}section 3.5.5`,
  ],
  'CDA-RECIPIENT': [
    'error',
    'Un destinataire est incomplet.',
    'A recipient is incomplete.',
    'intendedRecipient',
    'Complétez informationRecipient.',
    `${header}section 3.5.5`,
  ],
  'CDA-PARTICIPANT': [
    'error',
    "Un participant est incomplet ou d'un type inconnu.",
    'A participant is incomplete or of an unknown type.',
    'typeCode de JDV_J144, time, associatedEntity PROV ou AGNT',
    'Corrigez le participant.',
    'JDV_J144-ParticipationType-CISIS; JDV_J141-RoleClass-CISIS',
  ],
};
