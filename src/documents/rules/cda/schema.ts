import type { RuleCatalogue } from '../../../internal/finding.ts';
import { cdaSchema } from '../references.ts';

/** Order and presence of elements and attributes, as the CDA schema has them. */
export const cdaSchemaRules = {
  'CDA-SCHEMA-UNKNOWN': {
    severity: 'error',
    fr: "Un élément n'est pas permis à cet endroit.",
    en: 'An element is not allowed here.',
    fix: {
      fr: 'Retirer cet élément, ou le placer là où le modèle le prévoit.',
      en: 'Remove this element, or move it to where the model has it.',
    },
    reference: cdaSchema,
  },
  'CDA-SCHEMA-ORDER': {
    severity: 'error',
    fr: "Un élément n'est pas à sa place dans l'ordre imposé.",
    en: 'An element is out of its mandatory order.',
    fix: {
      fr: "Remettre les éléments dans l'ordre du schéma CDA.",
      en: 'Put the elements back in the order of the CDA schema.',
    },
    reference: cdaSchema,
  },
  'CDA-SCHEMA-MISSING': {
    severity: 'error',
    fr: 'Un élément obligatoire manque.',
    en: 'A mandatory element is missing.',
    fix: { fr: "Ajouter l'élément attendu.", en: 'Add the expected element.' },
    reference: cdaSchema,
  },
  'CDA-SCHEMA-REPEATED': {
    severity: 'error',
    fr: "Un élément est répété alors qu'un seul est permis.",
    en: 'An element is repeated where only one is allowed.',
    fix: { fr: "Ne garder qu'un seul de ces éléments.", en: 'Keep only one of these elements.' },
    reference: cdaSchema,
  },
  'CDA-SCHEMA-ATTRIBUTE': {
    severity: 'error',
    fr: "Un attribut manque, est en trop ou n'a pas sa valeur imposée.",
    en: 'An attribute is missing, unknown or does not have its fixed value.',
    fix: {
      fr: "Corriger l'attribut indiqué : le retirer s'il n'est pas du modèle, sinon lui donner la valeur attendue.",
      en: 'Correct the attribute: remove it when the model does not have it, otherwise give it the expected value.',
    },
    reference: cdaSchema,
  },
  'CDA-SCHEMA-TEXT': {
    severity: 'error',
    fr: "Du texte se trouve entre des éléments qui n'en contiennent pas.",
    en: 'Text stands between elements that take none.',
    fix: {
      fr: 'Retirer ce texte, ou le placer dans un élément qui en prend.',
      en: 'Remove this text, or move it into an element that takes some.',
    },
    reference: cdaSchema,
  },
  'CDA-NAMESPACE': {
    severity: 'error',
    fr: "Un élément de l'en-tête n'est pas dans l'espace de noms HL7 V3.",
    en: 'A header element is not in the HL7 V3 namespace.',
    fix: {
      fr: "Déclarer l'espace de noms urn:hl7-org:v3 sur la racine.",
      en: 'Declare the namespace urn:hl7-org:v3 on the root element.',
    },
    expected: 'urn:hl7-org:v3',
    reference: cdaSchema,
  },
} as const satisfies RuleCatalogue;
