import { dataTypes, header, type Row } from './row.ts';

type DataTypesRuleId =
  | 'CDA-NULL-FLAVOR'
  | 'CDA-ID-SYNTAX'
  | 'CDA-ID-EXTENSION'
  | 'CDA-ID-ROOT'
  | 'CDA-DUPLICATE'
  | 'CDA-CODE-SYNTAX'
  | 'CDA-DATE'
  | 'CDA-DATE-ZONE'
  | 'CDA-INTERVAL'
  | 'CDA-INTERVAL-EQUAL'
  | 'CDA-NUMBER'
  | 'CDA-TELECOM'
  | 'CDA-ADDRESS'
  | 'CDA-ADDRESS-MIXED'
  | 'CDA-NAME'
  | 'CDA-EMPTY';

/** Values against their data type. */
export const dataTypeRows: Readonly<Record<DataTypesRuleId, Row>> = {
  'CDA-NULL-FLAVOR': [
    'error',
    "Un nullFlavor est refusé ici, inconnu, ou accompagné d'une valeur.",
    'A nullFlavor is refused here, unknown, or beside a value.',
    null,
    "Donnez la valeur, ou retirez l'élément s'il est facultatif.",
    `${header}section 3.5.4`,
  ],
  'CDA-ID-SYNTAX': [
    'error',
    "La racine d'un identifiant n'est ni un OID ni un UUID.",
    'The root of an identifier is neither an OID nor a UUID.',
    'OID sans zéro de tête, ou UUID',
    "Corrigez l'attribut root : OID aux arcs sans zéro de tête, ou UUID en majuscules.",
    dataTypes,
  ],
  'CDA-ID-EXTENSION': [
    'error',
    "L'extension d'un identifiant manque ou est vide.",
    'The extension of an identifier is missing or empty.',
    'extension non vide',
    "Donnez l'identifiant dans l'attribut extension.",
    `${header}section 3.5.5`,
  ],
  'CDA-ID-ROOT': [
    'error',
    "L'identifiant n'est pas dans le domaine attendu.",
    'The identifier is not in the expected domain.',
    null,
    'Utilisez le domaine national : 1.2.250.1.71.4.2.1 pour un professionnel, 1.2.250.1.71.4.2.2 pour une structure.',
    `${header}section 3.5.5`,
  ],
  'CDA-DUPLICATE': [
    'error',
    'Deux éléments voisins sont identiques.',
    'Two sibling elements are identical.',
    'valeurs distinctes',
    'Retirez le doublon.',
    dataTypes,
  ],
  'CDA-CODE-SYNTAX': [
    'error',
    'Un code est incomplet ou mal formé.',
    'A code is incomplete or malformed.',
    'code, codeSystem (OID) et displayName',
    'Donnez code, codeSystem et displayName, sans espace dans le code.',
    dataTypes,
  ],
  'CDA-DATE': [
    'error',
    "Une date est absente, mal formée ou n'existe pas.",
    'A date is missing, malformed or not a real date.',
    'AAAAMMJJhhmmss±ZZzz',
    'Écrivez la date sans tiret ni deux-points, avec un décalage horaire de quatre chiffres, jamais « Z ».',
    dataTypes,
  ],
  'CDA-DATE-ZONE': [
    'warning',
    "Une date avec heure n'a pas de décalage horaire.",
    'A date with a time has no offset.',
    'AAAAMMJJhhmmss±ZZzz',
    'Ajoutez le décalage, par exemple +0100.',
    `${header}section 3.5.4`,
  ],
  'CDA-INTERVAL': [
    'error',
    'Un intervalle de temps est mal formé : début et fin égaux, inversés, ou éléments incompatibles.',
    'A time interval is malformed: ends equal, reversed, or elements that exclude each other.',
    'low avant high',
    'Donnez low puis high, high après low.',
    dataTypes,
  ],
  'CDA-INTERVAL-EQUAL': [
    'warning',
    'Un intervalle de temps a deux bornes égales.',
    'A time interval has equal ends.',
    'low avant high',
    'Retirez high, ou donnez la vraie fin.',
    dataTypes,
  ],
  'CDA-NUMBER': [
    'error',
    'Un nombre ou un booléen est attendu.',
    'A number or a boolean is expected.',
    'entier',
    'Corrigez la valeur.',
    dataTypes,
  ],
  'CDA-TELECOM': [
    'error',
    'Un moyen de contact est mal formé.',
    'A telecom is malformed.',
    'tel:, fax:, mailto:, http:, ftp: ou mllp:, sans espace',
    'Préfixez la valeur (tel:0102030405) et retirez les espaces ; sans valeur, nullFlavor UNK, NASK, ASKU, NAV ou MSK.',
    `${header}section 3.5.4`,
  ],
  'CDA-ADDRESS': [
    'error',
    'Une adresse est mal formée.',
    'An address is malformed.',
    'au plus sept streetAddressLine, ou un seul de chaque élément',
    'Utilisez soit des lignes libres, soit des éléments.',
    `${header}section 3.5.4`,
  ],
  'CDA-ADDRESS-MIXED': [
    'warning',
    'Une adresse mêle lignes libres et éléments.',
    'An address mixes free lines and parts.',
    'lignes ou éléments',
    'Utilisez soit des lignes libres, soit des éléments.',
    `${header}section 3.5.4`,
  ],
  'CDA-NAME': [
    'error',
    'Un nom est vide ou mêle texte et éléments.',
    'A name is empty or mixes text and elements.',
    null,
    'Donnez family et given, ou un texte seul pour une organisation.',
    dataTypes,
  ],
  'CDA-EMPTY': [
    'error',
    'Un texte obligatoire est vide.',
    'A required text is empty.',
    null,
    "Donnez le texte, ou retirez l'élément.",
    dataTypes,
  ],
};
