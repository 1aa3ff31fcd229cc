import type { RuleCatalogue } from '../internal/finding.ts';

const guide = "Terr-eSanté, guide d'intégration : création du dossier, cinq traits obligatoires";
const insi = "Guide d'intégration INSi (SEL-MP-043), section 3.4.1 : noms et prénoms";
const rniv = "Référentiel national d'identitovigilance (RNIV)";
const strictTraits =
  'CI-SIS, volet Structuration minimale de documents de santé, section 3.5.5 : traits qui accompagnent une INS';
const cog = 'INSEE, Code officiel géographique';
const prudence = 'Règle de prudence de la bibliothèque';

const correctName = {
  fr: "Reprendre le nom ou le prénom tel qu'il figure sur la pièce d'identité.",
  en: 'Type the name again as the identity document has it.',
} as const;
const correctPlace = {
  fr: 'Choisir le lieu dans une liste de communes ou de pays, plutôt que de le saisir.',
  en: 'Choose the place from a list of communes or countries rather than typing it.',
} as const;

/** What may be wrong with the traits of a person, one by one and together. */
export const traitRules = {
  'IDENTITY-INPUT': {
    severity: 'error',
    fr: "{label} : la valeur n'a pas le type attendu, ou ne peut pas être lue.",
    en: '{field}: the value is not of the expected type, or cannot be read.',
    fix: {
      fr: 'Donner un objet PatientInput dont les textes sont des chaînes de caractères.',
      en: 'Give a PatientInput object whose texts are strings.',
    },
    reference: prudence,
  },
  'IDENTITY-TRAIT-MISSING': {
    severity: 'error',
    fr: '{label} : trait obligatoire absent.',
    en: '{field}: mandatory trait missing.',
    fix: {
      fr: "Compléter le dossier administratif du patient à partir de sa pièce d'identité.",
      en: "Complete the patient's administrative record from the identity document.",
    },
    reference: guide,
  },

  // Names
  'IDENTITY-NAME-EMPTY': {
    severity: 'error',
    fr: '{label} : aucune lettre.',
    en: '{field}: no letter.',
    fix: correctName,
    expected: 'A-Z',
    reference: insi,
  },
  'IDENTITY-NAME-START': {
    severity: 'error',
    fr: "{label} : commence par un trait d'union ou une espace.",
    en: '{field}: begins with a hyphen or a space.',
    fix: correctName,
    reference: insi,
  },
  'IDENTITY-NAME-END': {
    severity: 'error',
    fr: "{label} : finit par un trait d'union ou une apostrophe.",
    en: '{field}: ends with a hyphen or an apostrophe.',
    fix: correctName,
    reference: insi,
  },
  'IDENTITY-NAME-SEPARATORS': {
    severity: 'error',
    fr: "{label} : trait d'union, apostrophe ou espace mal placé ou doublé.",
    en: '{field}: hyphen, apostrophe or space misplaced or doubled.',
    fix: correctName,
    reference: insi,
  },
  'IDENTITY-NAME-APOSTROPHE': {
    severity: 'info',
    fr: '{label} : un signe est pris pour une apostrophe.',
    en: '{field}: a sign is taken for an apostrophe.',
    fix: correctName,
    reference: insi,
  },
  'IDENTITY-NAME-PLACEHOLDER': {
    severity: 'warning',
    fr: '{label} : semble tenir lieu de valeur inconnue.',
    en: '{field}: seems to stand for an unknown value.',
    fix: correctName,
    reference: prudence,
  },
  'IDENTITY-FIRST-NAME-NOT-IN-LIST': {
    severity: 'warning',
    fr: 'Prénoms de naissance : ne commencent pas par le premier prénom.',
    en: 'Birth given names: do not begin with the first given name.',
    fix: {
      fr: "Vérifier le premier prénom et la liste sur la pièce d'identité.",
      en: 'Verify the first given name and the list on the identity document.',
    },
    reference: `${rniv}, EXI ID 10`,
  },

  // Birth date and sex
  'IDENTITY-DATE': {
    severity: 'error',
    fr: 'Date de naissance : absente du calendrier, ou pas au format AAAA-MM-JJ.',
    en: 'Birth date: not in the calendar, or not of the form YYYY-MM-DD.',
    fix: {
      fr: "Corriger la date ; si elle n'est que partiellement connue, la compléter avec completeBirthDate.",
      en: 'Correct the date; when only part of it is known, complete it with completeBirthDate.',
    },
    reference: `${rniv}, EXI ID 11`,
  },
  'IDENTITY-DATE-FUTURE': {
    severity: 'error',
    fr: 'Date de naissance : dans le futur.',
    en: 'Birth date: in the future.',
    fix: { fr: "Corriger la date, ou l'horloge du poste.", en: 'Correct the date, or the clock of the machine.' },
    reference: prudence,
  },
  'IDENTITY-SEX-INVALID': {
    severity: 'error',
    fr: 'Sexe : M, F ou I attendu.',
    en: 'Sex: M, F or I expected.',
    fix: {
      fr: 'Traduire le code du logiciel en M (masculin), F (féminin) ou I (indéterminé).',
      en: 'Map the code of the software to M (male), F (female) or I (indeterminate).',
    },
    expected: 'M, F, I',
    reference: guide,
  },
  'IDENTITY-SEX-UNKNOWN': {
    severity: 'warning',
    fr: 'Sexe : inconnu ou indéterminé, peut être refusé par la plateforme.',
    en: 'Sex: unknown or indeterminate, may be refused by the platform.',
    fix: {
      fr: "Vérifier le sexe sur la pièce d'identité ; s'il est bien indéterminé, s'attendre à un refus.",
      en: 'Verify the sex on the identity document; when it is indeterminate, expect a refusal.',
    },
    expected: 'M, F',
    reference: prudence,
  },

  // Birth place
  'IDENTITY-COG': {
    severity: 'error',
    fr: "Lieu de naissance : ce n'est pas un code INSEE de commune ou de pays.",
    en: 'Birth place: not an INSEE code of a commune or a country.',
    fix: correctPlace,
    reference: cog,
  },
  'IDENTITY-COG-UNKNOWN': {
    severity: 'warning',
    fr: 'Lieu de naissance : code absent de la liste actuelle, ancien ou mal saisi.',
    en: 'Birth place: code absent from the current list, former or mistyped.',
    fix: {
      fr: 'Vérifier le code ; celui du lieu au moment de la naissance est légitime, même ancien.',
      en: 'Verify the code; that of the time of birth is legitimate, even when it no longer exists.',
    },
    reference: cog,
  },
  'IDENTITY-POSTAL-CODE': {
    severity: 'error',
    fr: 'Lieu de naissance : code postal attendu (cinq chiffres).',
    en: 'Birth place: postal code expected (five digits).',
    fix: correctPlace,
    reference: guide,
  },
  'IDENTITY-BIRTH-PLACE-CONFLICT': {
    severity: 'error',
    fr: 'Lieu de naissance : commune et pays ne vont pas ensemble.',
    en: 'Birth place: the commune and the country do not go together.',
    fix: {
      fr: "Ne garder que la commune pour une naissance en France, que le pays pour une naissance à l'étranger.",
      en: 'Keep only the commune for a birth in France, only the country for a birth abroad.',
    },
    reference: cog,
  },
  'IDENTITY-BIRTH-PLACE-COUNTRY-ONLY': {
    severity: 'warning',
    fr: 'Lieu de naissance en France : commune ou code postal à renseigner.',
    en: 'Birth place in France: the commune or the postal code is needed.',
    fix: correctPlace,
    reference: guide,
  },
  'IDENTITY-BIRTH-PLACE-UNKNOWN': {
    severity: 'warning',
    fr: 'Lieu de naissance : déclaré inconnu (99999).',
    en: 'Birth place: declared unknown (99999).',
    fix: {
      fr: "Vérifier le lieu sur la pièce d'identité ; 99999 n'est légitime que s'il y est inconnu.",
      en: 'Verify the place on the identity document; 99999 is legitimate only when it is unknown there.',
    },
    reference: cog,
  },

  // Status and INS, as the platform sees them
  'IDENTITY-IDENTITY-NOT-VALIDATED': {
    severity: 'warning',
    fr: 'Identité provisoire : peut être refusée par la plateforme.',
    en: 'Provisional identity: may be refused by the platform.',
    fix: {
      fr: "Valider l'identité avec une pièce à haut niveau de confiance, ou interroger l'INSi.",
      en: 'Validate the identity with a high-confidence document, or ask the INSi.',
    },
    expected: 'VALI, RECUP, QUAL',
    reference: guide,
  },
  'IDENTITY-NO-INS': {
    severity: 'warning',
    fr: 'Matricule INS : inconnu.',
    en: 'INS: unknown.',
    fix: { fr: "Interroger l'INSi.", en: 'Ask the INSi.' },
    reference: 'Référentiel Identifiant national de santé (INS)',
  },

  // Strict traits that the INS cannot be transmitted without
  'IDENTITY-FIRST-NAMES-MISSING': {
    severity: 'error',
    fr: 'Prénoms de naissance : à renseigner pour transmettre le matricule INS.',
    en: 'Birth given names: needed to transmit the INS.',
    fix: {
      fr: "Reprendre tous les prénoms de l'état civil, tels que l'INSi les a donnés.",
      en: 'Take all the given names of the civil status, as the INSi gave them.',
    },
    reference: strictTraits,
  },
  'IDENTITY-BIRTH-PLACE-NOT-CODED': {
    severity: 'error',
    fr: 'Lieu de naissance : code INSEE à renseigner pour transmettre le matricule INS.',
    en: 'Birth place: INSEE code needed to transmit the INS.',
    fix: {
      fr: "Reprendre le code du lieu que l'INSi a donné ; un code postal ne suffit pas.",
      en: 'Take the code of the place that the INSi gave; a postal code is not enough.',
    },
    reference: strictTraits,
  },
  'IDENTITY-SEX-NOT-TRANSMISSIBLE': {
    severity: 'error',
    fr: 'Sexe : indéterminé, ne correspond à aucun matricule INS.',
    en: 'Sex: indeterminate, agrees with no INS.',
    fix: {
      fr: "Reprendre le sexe que l'INSi a donné, ou ne pas transmettre le matricule.",
      en: 'Take the sex that the INSi gave, or do not transmit the INS.',
    },
    expected: 'M, F',
    reference: strictTraits,
  },
} as const satisfies RuleCatalogue;
