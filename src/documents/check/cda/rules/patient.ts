import { header, type Row } from './row.ts';

type PatientRuleId =
  | 'CDA-PATIENT'
  | 'CDA-PATIENT-ID'
  | 'CDA-PATIENT-NAME'
  | 'CDA-PATIENT-QUALIFIER'
  | 'CDA-PATIENT-SEX'
  | 'CDA-PATIENT-BIRTH'
  | 'CDA-PATIENT-BIRTHPLACE'
  | 'CDA-GUARDIAN'
  | 'CDA-INS-TRAITS'
  | 'CDA-INS-KEY';

/** Who the document is about. */
export const patientRows: Readonly<Record<PatientRuleId, Row>> = {
  'CDA-PATIENT': [
    'error',
    'Le patient manque, ou il y en a plusieurs.',
    'The patient is missing, or there are several.',
    'un recordTarget/patientRole/patient',
    'Donnez un patient, un seul.',
    `${header}recordTarget`,
  ],
  'CDA-PATIENT-ID': [
    'error',
    "L'identifiant du patient manque ou est incomplet.",
    'The identifier of the patient is missing or incomplete.',
    'root et extension',
    "Donnez le domaine et l'identifiant.",
    `${header}recordTarget`,
  ],
  'CDA-PATIENT-NAME': [
    'error',
    'Le nom du patient est incomplet : un seul name, au moins un family et un given.',
    'The name of the patient is incomplete: one name, at least one family and one given.',
    'family et given',
    'Donnez au moins un nom et un prénom, avec leurs qualifiers.',
    `${header}recordTarget`,
  ],
  'CDA-PATIENT-QUALIFIER': [
    'error',
    "Un nom du patient n'a pas de qualifier permis : BR (naissance) ou CL (utilisé).",
    'A name of the patient has no allowed qualifier: BR (birth) or CL (used).',
    'BR ou CL sur family ; BR, CL ou aucun sur given',
    'Remplacez SP par CL ; ajoutez BR au nom de naissance.',
    `${header}recordTarget`,
  ],
  'CDA-PATIENT-SEX': [
    'error',
    'Le sexe est absent ou hors de la table.',
    'The sex is missing or not in the table.',
    'M, F ou UN',
    'Utilisez M, F ou UN (et non U).',
    `${header}recordTarget; JDV_J143`,
  ],
  'CDA-PATIENT-BIRTH': [
    'error',
    'La date de naissance manque.',
    'The birth date is missing.',
    'AAAAMMJJ',
    'Ajoutez birthTime.',
    `${header}recordTarget`,
  ],
  'CDA-PATIENT-BIRTHPLACE': [
    'error',
    'Le lieu de naissance est mal formé.',
    'The birth place is malformed.',
    'un place, au plus un addr',
    'Gardez un seul lieu de naissance.',
    `${header}recordTarget`,
  ],
  'CDA-GUARDIAN': [
    'error',
    'Un représentant est soit une personne avec un nom, soit une organisation.',
    'A guardian is either a person with a name or an organization.',
    'guardianPerson/name/family ou guardianOrganization',
    "Gardez l'un des deux.",
    `${header}recordTarget`,
  ],
  'CDA-INS-TRAITS': [
    'error',
    "L'INS est donnée sans tous ses traits.",
    'The INS is given without all its traits.',
    'nom de naissance, premier prénom (BR), liste des prénoms (sans qualifier), date et lieu de naissance (county), sexe',
    "Complétez les traits de l'INS, ou retirez le matricule.",
    `${header}recordTarget; Référentiel Identifiant national de santé`,
  ],
  'CDA-INS-KEY': [
    'error',
    'Le matricule INS est invalide.',
    'The INS number is invalid.',
    'quinze caractères, clé juste',
    'Vérifiez le matricule auprès du téléservice INSi.',
    'Référentiel Identifiant national de santé',
  ],
};
