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
    fr: 'Date de naissance {case} dans le message : écartée.',
    en: 'Birth date {case} in the message: left out.',
    fix: {
      fr: "Reprendre la date sur la pièce d'identité ; rien n'est complété à la place de l'émetteur.",
      en: 'Take the date from the identity document; nothing is completed on behalf of the sender.',
    },
    cases: {
      partial: {
        fr: 'incomplète',
        en: 'incomplete',
        fix: {
          fr: "Reprendre la date sur la pièce d'identité ; à défaut, compléter partialBirthDate avec completeBirthDate.",
          en: 'Take the date from the identity document; failing that, complete partialBirthDate with completeBirthDate.',
        },
      },
      impossible: { fr: 'absente du calendrier', en: 'that is not in the calendar' },
      unreadable: { fr: 'illisible', en: 'unreadable' },
    },
    reference: "Référentiel national d'identitovigilance (RNIV), EXI ID 11",
  },
  'IDENTITY-WIRE-DELETE': {
    severity: 'warning',
    fr: "Le message demande d'effacer cette donnée (valeur nulle de HL7), ce qui n'est pas la même chose que ne pas la donner.",
    en: 'The message asks to delete this datum (null of HL7), which is not the same as leaving it out.',
    fix: {
      fr: "Décider avec l'émetteur si la donnée enregistrée doit être effacée.",
      en: 'Decide with the sender whether the stored datum is to be deleted.',
    },
    reference: 'HL7 v2.5, section 2.5.3 : valeur nulle',
  },
  'IDENTITY-WIRE-ESCAPE': {
    severity: 'warning',
    fr: "Séquence d'échappement HL7 {case}.",
    en: 'HL7 escape sequence {case}.',
    fix: askSender,
    cases: {
      kept: { fr: "propre à l'émetteur : gardée telle quelle", en: 'that is local to the sender: kept as it is' },
      charset: {
        fr: "de caractères qui ne sont pas de l'UTF-8 : lus comme ISO 8859-1",
        en: 'of characters that are no UTF-8: read as ISO 8859-1',
      },
    },
    reference: 'HL7 v2.5, section 2.7',
  },
  'IDENTITY-WIRE-LEFT': {
    severity: 'warning',
    fr: "Le message porte aussi {case} : ce n'est pas repris.",
    en: 'The message also carries {case}: it is not taken.',
    fix: {
      fr: "Comparer l'identité lue avec le message d'origine ; compléter à la main si besoin.",
      en: 'Compare the identity read with the message it comes from; complete it by hand where needed.',
    },
    cases: {
      identifier: {
        fr: "un identifiant qui n'est ni une INS ni le premier identifiant local",
        en: 'an identifier that is neither an INS nor the first local identifier',
      },
      'ins-oid': {
        fr: "un identifiant avec l'OID d'une INS mais un autre type (numéro de sécurité sociale par exemple)",
        en: 'an identifier with the OID of an INS but another type (a social security number for example)',
      },
      'former-ins': { fr: 'une ancienne INS illisible', en: 'a former INS that cannot be read' },
      name: {
        fr: "un nom, ou une partie de nom, qui n'a pas sa place parmi les traits",
        en: 'a name, or a part of one, that has no place among the traits',
      },
      place: { fr: 'un autre lieu de naissance', en: 'another birth place' },
      status: {
        fr: "un code illisible parmi les statuts d'identité",
        en: 'an unreadable code among the identity statuses',
      },
    },
    reference: prudence,
  },

  // Writing
  'IDENTITY-WIRE-NULL': {
    severity: 'error',
    fr: 'La valeur est la valeur nulle de HL7 : le récepteur effacerait la sienne.',
    en: 'The value is the null of HL7: the receiver would delete its own.',
    fix: completePatient,
    reference: 'HL7 v2.5, section 2.5.3 : valeur nulle',
  },
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
