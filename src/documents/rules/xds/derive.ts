import type { RuleCatalogue } from '../../../internal/finding.ts';
import { sharing } from '../references.ts';

/** Metadata that are made from the header of a document. */
export const xdsDeriveRules = {
  'XDS-DERIVE': {
    severity: 'error',
    fr: "L'en-tête du document ne permet pas d'écrire une métadonnée obligatoire.",
    en: 'The document header lacks what a mandatory metadata attribute is made from.',
    fix: {
      fr: "Compléter l'élément indiqué de l'en-tête du document.",
      en: 'Complete the given element of the document header.',
    },
    expected: '1..1',
    reference: `${sharing}, lien avec l'en-tête CDA`,
  },
} as const satisfies RuleCatalogue;
