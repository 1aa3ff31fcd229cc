import { schema, type Row } from './row.ts';

type SchemaRuleId =
  | 'CDA-SCHEMA-UNKNOWN'
  | 'CDA-SCHEMA-ORDER'
  | 'CDA-SCHEMA-MISSING'
  | 'CDA-SCHEMA-REPEATED'
  | 'CDA-SCHEMA-ATTRIBUTE'
  | 'CDA-SCHEMA-TEXT'
  | 'CDA-NAMESPACE';

/** The order and the presence of elements. */
export const schemaRows: Readonly<Record<SchemaRuleId, Row>> = {
  'CDA-SCHEMA-UNKNOWN': [
    'error',
    "Un élément n'est pas permis à cet endroit.",
    'An element is not allowed here.',
    null,
    'Retirez cet élément ou placez-le là où le modèle le prévoit.',
    schema,
  ],
  'CDA-SCHEMA-ORDER': [
    'error',
    "Un élément n'est pas à sa place dans l'ordre imposé.",
    'An element is out of the required order.',
    'ordre du schéma',
    "Remettez les éléments dans l'ordre du schéma CDA.",
    schema,
  ],
  'CDA-SCHEMA-MISSING': [
    'error',
    'Un élément obligatoire manque.',
    'A required element is missing.',
    null,
    "Ajoutez l'élément attendu.",
    schema,
  ],
  'CDA-SCHEMA-REPEATED': [
    'error',
    "Un élément est répété alors qu'un seul est permis.",
    'An element is repeated where one is allowed.',
    null,
    "Ne gardez qu'un seul de ces éléments.",
    schema,
  ],
  'CDA-SCHEMA-ATTRIBUTE': [
    'error',
    "Un attribut manque, est en trop ou n'a pas sa valeur imposée.",
    'An attribute is missing, unknown or not of its fixed value.',
    null,
    "Corrigez l'attribut indiqué.",
    schema,
  ],
  'CDA-SCHEMA-TEXT': [
    'error',
    "Du texte se trouve entre des éléments qui n'en contiennent pas.",
    'Text stands between elements that hold none.',
    null,
    'Retirez ce texte.',
    schema,
  ],
  'CDA-NAMESPACE': [
    'error',
    "Un élément de l'en-tête n'est pas dans l'espace de noms HL7 V3.",
    'A header element is not in the HL7 V3 namespace.',
    'urn:hl7-org:v3',
    "Déclarez l'espace de noms urn:hl7-org:v3 sur la racine.",
    schema,
  ],
};
