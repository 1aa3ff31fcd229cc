import type { RuleCatalogue } from '../../../internal/finding.ts';
import { sharing } from '../references.ts';

/** The patient that the metadata designate. */
export const xdsPatientRules = {
  'XDS-PATIENT-SAME': {
    severity: 'error',
    fr: "L'envoi désigne plusieurs patients.",
    en: 'The objects do not all carry the same patientId.',
    fix: {
      fr: "N'envoyer que les documents d'un seul patient : le même patientId dans le SubmissionSet, chaque DocumentEntry et chaque Folder.",
      en: 'Send the documents of one patient only: the same patientId in the SubmissionSet, each DocumentEntry and each Folder.',
    },
    expected: 'patientId 1..1',
    reference: 'IHE ITI TF-3, section 4.2.3',
  },
  'XDS-PATIENT-ID': {
    severity: 'error',
    fr: "L'identifiant du patient n'a pas la forme attendue.",
    en: 'patientId is not an INS in CX form, with its control key and OID.',
    fix: {
      fr: "Reprendre le matricule et l'OID renvoyés par le téléservice INSi.",
      en: 'Use the INS and the OID that the INSi service returned.',
    },
    expected: 'matricule^^^&OID&ISO^NH',
    reference: sharing,
  },
  'XDS-PATIENT-LOCAL': {
    severity: 'warning',
    fr: "Le patient n'est désigné que par un identifiant local.",
    en: 'patientId is a local identifier, not an INS.',
    fix: {
      fr: "Qualifier l'identité du patient avant un dépôt en partage.",
      en: 'Qualify the identity of the patient before sharing the document.',
    },
    expected: 'matricule^^^&OID&ISO^NH',
    reference: sharing,
  },
  'XDS-PATIENT-TEST': {
    severity: 'error',
    fr: 'Une INS de test ou de démonstration est refusée en production.',
    en: 'A test or demonstration INS is refused in production.',
    fix: { fr: "N'utiliser que des INS réelles en production.", en: 'Use only real INS in production.' },
    expected: '1.2.250.1.213.1.4.8 | 1.2.250.1.213.1.4.9',
    reference: sharing,
  },
  'XDS-SOURCE-PATIENT-ID': {
    severity: 'error',
    fr: "L'identifiant local du patient n'a pas la forme attendue.",
    en: 'sourcePatientId is not in CX form.',
    fix: {
      fr: "Écrire l'identifiant, l'OID de son domaine et le type PI.",
      en: 'Write the identifier, the OID of its domain and the type PI.',
    },
    expected: 'id^^^&OID&ISO^PI',
    reference: sharing,
  },
  'XDS-PATIENT-INFO': {
    severity: 'error',
    fr: "Une valeur de sourcePatientInfo n'est pas un champ PID que le cadre technique admet.",
    en: 'A value of sourcePatientInfo is no PID field that the framework allows.',
    fix: {
      fr: 'Retirer ce champ : PID-2, 4, 12 et 19 sont interdits, et le segment finit à PID-39.',
      en: 'Remove this field: PID-2, 4, 12 and 19 are forbidden, and the segment ends at PID-39.',
    },
    expected: 'PID-5 | PID-7 | PID-8',
    reference: 'IHE ITI TF-3, section 4.2.3.2.23',
  },
} as const satisfies RuleCatalogue;
