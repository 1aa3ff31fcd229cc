import type { RuleCatalogue } from '../../internal/finding.ts';

const forms = 'IHE PAM France ; CI-SIS, volet Structuration minimale de documents de santé ; FR Core';
const statuses = "Table HL7 0445 et FR Core : statuts d'identité";
const prudence = 'Règle de prudence de la bibliothèque';

const askSender = {
  fr: "Faire corriger le message par le logiciel qui l'a émis.",
  en: 'Have the message corrected by the software that sent it.',
} as const;
const completePatient = {
  fr: "Compléter l'identité du patient avant de l'écrire.",
  en: 'Complete the identity of the patient before it is written.',
} as const;

/** What may be wrong with a patient written in, or read from, HL7 v2, CX, CDA and FHIR. */
export const wireRules = {
  // Reading
  'IDENTITY-WIRE-SHAPE': {
    severity: 'error',
    fr: "Le contenu n'est pas un patient de la forme attendue ({form}).",
    en: 'The content is not a patient of the expected form ({form}).',
    fix: askSender,
    reference: forms,
  },
  'IDENTITY-WIRE-CONTROL': {
    severity: 'error',
    fr: 'Segment PID : caractère de contrôle interdit.',
    en: 'PID segment: a control character is not allowed.',
    fix: askSender,
    reference: 'HL7 v2, encodage des messages',
  },
  'IDENTITY-WIRE-CX-INS': {
    severity: 'error',
    fr: "Identifiant du patient : OID de l'INS sans matricule INS valable.",
    en: 'Patient identifier: OID of the INS without a valid matricule.',
    fix: askSender,
    expected: 'NH',
    reference: 'CI-SIS, volet Partage de documents de santé : patientId',
  },
  'IDENTITY-WIRE-OID': {
    severity: 'error',
    fr: "Un identifiant annoncé comme INS n'a pas l'OID d'une INS : écarté.",
    en: 'An identifier announced as an INS has no OID of the INS: left out.',
    fix: askSender,
    reference: 'FR Core, profil fr-core-patient-ins : OID des identifiants INS',
  },
  'IDENTITY-WIRE-SEVERAL-INS': {
    severity: 'error',
    fr: "Plusieurs INS actives dans le message : aucune n'est retenue.",
    en: 'Several active INS in the message: none is taken.',
    fix: {
      fr: "Interroger l'INSi avec les traits de la personne.",
      en: 'Ask the INSi with the traits of the person.',
    },
    reference: prudence,
  },
  'IDENTITY-WIRE-SEVERAL-STATUSES': {
    severity: 'error',
    fr: "Plusieurs statuts d'identité : aucun n'est retenu.",
    en: 'Several identity statuses: none is taken.',
    fix: askSender,
    reference: statuses,
  },
  'IDENTITY-WIRE-UNVERIFIED-INS': {
    severity: 'warning',
    fr: "Le statut reçu ne permet pas de retenir l'INS : à vérifier auprès de l'INSi.",
    en: 'The received status does not allow the INS to be kept: to be verified with the INSi.',
    fix: {
      fr: "Interroger l'INSi avec les traits de la personne.",
      en: 'Ask the INSi with the traits of the person.',
    },
    expected: 'RECUP, QUAL',
    reference: statuses,
  },
  'IDENTITY-WIRE-COG': {
    severity: 'warning',
    fr: 'Code du lieu de naissance illisible : écarté.',
    en: 'Unreadable code of the birth place: left out.',
    fix: askSender,
    reference: 'INSEE, Code officiel géographique',
  },
  'IDENTITY-WIRE-DATE': {
    severity: 'warning',
    fr: 'Date de naissance incomplète ou illisible dans le message : écartée.',
    en: 'Birth date incomplete or unreadable in the message: left out.',
    fix: {
      fr: "Reprendre la date sur la pièce d'identité ; rien n'est complété à la place de l'émetteur.",
      en: 'Take the date from the identity document; nothing is completed on behalf of the sender.',
    },
    reference: prudence,
  },

  // Writing
  'IDENTITY-WIRE-NO-IDENTIFIER': {
    severity: 'error',
    fr: 'Identifiant du patient nécessaire : INS qualifiée ou identifiant local.',
    en: 'Patient identifier needed: qualified INS or local identifier.',
    fix: completePatient,
    reference: forms,
  },
  'IDENTITY-WIRE-NO-NAME': {
    severity: 'error',
    fr: 'Nom de naissance et prénom nécessaires.',
    en: 'Birth name and given name needed.',
    fix: completePatient,
    reference: forms,
  },
  'IDENTITY-WIRE-LOCAL-ID': {
    severity: 'error',
    fr: "L'identifiant local ou son domaine n'est pas utilisable.",
    en: 'The local identifier or its domain cannot be used.',
    fix: {
      fr: "Donner une valeur non vide et l'OID du domaine du logiciel, qui n'est pas celui de l'INS.",
      en: 'Give a value that is not empty and the OID of the domain of the software, which is not one of the INS.',
    },
    reference: forms,
  },
  'IDENTITY-WIRE-INS-HISTORY': {
    severity: 'error',
    fr: "Une INS de l'historique n'est pas valable.",
    en: 'An INS of the history is not valid.',
    fix: {
      fr: "Reprendre l'historique tel que l'INSi l'a donné.",
      en: 'Take the history as the INSi gave it.',
    },
    reference: 'FR Core, profil fr-core-patient-ins : identifiant désactivé (use=old)',
  },
  'IDENTITY-WIRE-SEX': {
    severity: 'error',
    fr: 'Sexe indéterminé : son code HL7 doit être configuré.',
    en: 'Indeterminate sex: its HL7 code must be configured.',
    fix: {
      fr: "Donner l'option indeterminateSex, selon ce que le récepteur attend.",
      en: 'Give the option indeterminateSex, as the receiver expects it.',
    },
    reference: prudence,
  },
  'IDENTITY-WIRE-STATUS': {
    severity: 'error',
    fr: 'Cette version de FR Core ne sait pas dire « validée sans INS ».',
    en: 'This version of FR Core has no code for "validated without INS".',
    fix: {
      fr: "Choisir le dialecte identity-status, ou interroger l'INSi.",
      en: 'Choose the dialect identity-status, or ask the INSi.',
    },
    expected: 'identity-status',
    reference: 'FR Core, invariants fr-core-1 et fr-core-2',
  },
} as const satisfies RuleCatalogue;
