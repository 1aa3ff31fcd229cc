import type { RuleCatalogue } from '../../../internal/finding.ts';
import { dataTypes, minimalStructure } from '../references.ts';

/** Values against their HL7 V3 data type. */
export const cdaDataTypeRules = {
  'CDA-NULL-FLAVOR': {
    severity: 'error',
    fr: "Un nullFlavor est refusé ici, inconnu, ou accompagné d'une valeur.",
    en: 'A nullFlavor is refused here, unknown, or beside a value.',
    fix: {
      fr: "Donner la valeur, ou retirer l'élément s'il est facultatif.",
      en: 'Give the value, or remove the element when it is optional.',
    },
    reference: `${minimalStructure}, section 3.5.4`,
  },
  'CDA-ID-SYNTAX': {
    severity: 'error',
    fr: "La racine d'un identifiant n'est ni un OID ni un UUID.",
    en: 'The root of an identifier is neither an OID nor a UUID.',
    fix: {
      fr: "Corriger l'attribut root : OID aux arcs sans zéro de tête, ou UUID en majuscules.",
      en: 'Correct the root attribute: an OID whose arcs have no leading zero, or an upper-case UUID.',
    },
    expected: 'OID | UUID',
    reference: dataTypes,
  },
  'CDA-ID-EXTENSION': {
    severity: 'error',
    fr: "L'extension d'un identifiant manque ou est vide.",
    en: 'The extension of an identifier is missing or empty.',
    fix: {
      fr: "Donner l'identifiant dans l'attribut extension.",
      en: 'Give the identifier in the extension attribute.',
    },
    expected: '@extension',
    reference: `${minimalStructure}, section 3.5.5`,
  },
  'CDA-DUPLICATE': {
    severity: 'error',
    fr: 'Deux éléments voisins sont identiques.',
    en: 'Two sibling elements are identical.',
    fix: { fr: 'Retirer le doublon.', en: 'Remove the duplicate.' },
    reference: dataTypes,
  },
  'CDA-CODE-SYNTAX': {
    severity: 'error',
    fr: 'Un code est incomplet ou mal formé.',
    en: 'A code is incomplete or malformed.',
    fix: {
      fr: 'Donner code, codeSystem et displayName, sans espace dans le code.',
      en: 'Give code, codeSystem and displayName, with no space in the code.',
    },
    expected: '@code @codeSystem @displayName',
    reference: dataTypes,
  },
  'CDA-DATE': {
    severity: 'error',
    fr: "Une date est absente, mal formée ou n'existe pas.",
    en: 'A date is missing, malformed or not a real date.',
    fix: {
      fr: 'Écrire la date sans tiret ni deux-points, avec un décalage horaire de quatre chiffres, jamais « Z ».',
      en: 'Write the date without dashes or colons, with an offset of four digits, never "Z".',
    },
    expected: 'AAAAMMJJhhmmss±ZZzz',
    reference: dataTypes,
  },
  'CDA-DATE-ZONE': {
    severity: 'warning',
    fr: "Une date avec heure n'a pas de décalage horaire.",
    en: 'A date with a time has no offset.',
    fix: { fr: 'Ajouter le décalage, par exemple +0100.', en: 'Add the offset, for example +0100.' },
    expected: 'AAAAMMJJhhmmss±ZZzz',
    reference: `${minimalStructure}, section 3.5.4`,
  },
  'CDA-DATE-OFFSET': {
    severity: 'warning',
    fr: "Le décalage horaire d'une date est incomplet : quatre chiffres sont attendus.",
    en: 'The offset of a date is not complete: four digits are expected.',
    fix: { fr: 'Écrire le décalage en entier, par exemple +0100.', en: 'Write the whole offset, for example +0100.' },
    expected: 'AAAAMMJJhhmmss±ZZzz',
    reference: `${minimalStructure}, section 3.5.4`,
  },
  'CDA-INTERVAL': {
    severity: 'error',
    fr: 'Un intervalle de temps est mal formé : début et fin égaux ou inversés, ou éléments incompatibles.',
    en: 'A time interval is malformed: equal or reversed ends, or elements that exclude each other.',
    fix: { fr: 'Donner low puis high, high après low.', en: 'Give low, then high, with high later than low.' },
    expected: 'low < high',
    reference: dataTypes,
  },
  'CDA-INTERVAL-EQUAL': {
    severity: 'warning',
    fr: 'Un intervalle de temps a deux bornes égales.',
    en: 'A time interval has equal ends.',
    fix: { fr: 'Retirer high, ou donner la vraie fin.', en: 'Remove high, or give the real end.' },
    expected: 'low < high',
    reference: dataTypes,
  },
  'CDA-NUMBER': {
    severity: 'error',
    fr: 'Un nombre ou un booléen est attendu.',
    en: 'A number or a boolean is expected.',
    fix: {
      fr: 'Écrire un nombre (point décimal, sans espace), ou true ou false.',
      en: 'Write a number (decimal point, no space), or true or false.',
    },
    reference: dataTypes,
  },
  'CDA-TELECOM': {
    severity: 'error',
    fr: 'Un moyen de contact est mal formé.',
    en: 'A telecom is malformed.',
    fix: {
      fr: 'Préfixer la valeur (tel:, fax:, mailto:, http:, ftp: ou mllp:) et retirer les espaces ; sans valeur, écrire nullFlavor UNK, NASK, ASKU, NAV ou MSK.',
      en: 'Prefix the value (tel:, fax:, mailto:, http:, ftp: or mllp:) and remove the spaces; without a value, write nullFlavor UNK, NASK, ASKU, NAV or MSK.',
    },
    expected: 'tel:0102030405',
    reference: `${minimalStructure}, section 3.5.4`,
  },
  'CDA-ADDRESS': {
    severity: 'error',
    fr: 'Une adresse est mal formée.',
    en: 'An address is malformed.',
    fix: {
      fr: 'Utiliser soit au plus sept streetAddressLine, soit un seul de chaque élément détaillé, jamais vides.',
      en: 'Use either at most seven streetAddressLine, or one of each detailed element, never empty.',
    },
    reference: `${minimalStructure}, section 3.5.4`,
  },
  'CDA-ADDRESS-MIXED': {
    severity: 'warning',
    fr: 'Une adresse mêle lignes libres et éléments.',
    en: 'An address mixes free lines and parts.',
    fix: {
      fr: 'Utiliser soit des lignes libres, soit des éléments détaillés.',
      en: 'Use either free lines or detailed elements.',
    },
    reference: `${minimalStructure}, section 3.5.4`,
  },
  'CDA-NAME': {
    severity: 'error',
    fr: 'Un nom est vide ou mêle texte et éléments.',
    en: 'A name is empty or mixes text and elements.',
    fix: {
      fr: 'Donner family et given, ou un texte seul pour une organisation.',
      en: 'Give family and given, or only a text for an organization.',
    },
    reference: dataTypes,
  },
  'CDA-EMPTY': {
    severity: 'error',
    fr: 'Un texte obligatoire est vide.',
    en: 'A mandatory text is empty.',
    fix: { fr: "Donner le texte, ou retirer l'élément.", en: 'Give the text, or remove the element.' },
    reference: dataTypes,
  },
} as const satisfies RuleCatalogue;
