import type { RuleCatalogue } from '../../internal/finding.ts';

const format = 'Agence du Numérique en Santé, format du datamatrix INS, version 2.2, sections 3.3 et 5';

const scanAgain = {
  fr: 'Scanner de nouveau ; si le lecteur modifie les séparateurs, lire avec strict: false.',
  en: 'Scan again; when the reader alters the separators, read with strict: false.',
} as const;

/** What may be wrong with the message of an INS datamatrix. */
export const datamatrixRules = {
  'IDENTITY-HEADER': {
    severity: 'error',
    fr: 'Datamatrix INS : en-tête de version 01 attendu.',
    en: 'INS datamatrix: header of version 01 expected.',
    fix: {
      fr: "Vérifier que le symbole scanné est un datamatrix INS, et non le QR code d'une ordonnance.",
      en: 'Verify that the scanned symbol is an INS datamatrix, not the QR code of a prescription.',
    },
    expected: 'IS01',
    reference: format,
  },
  'IDENTITY-DATAMATRIX-LENGTH': {
    severity: 'error',
    fr: 'Datamatrix INS : message trop long.',
    en: 'INS datamatrix: message too long.',
    fix: scanAgain,
    expected: '1-400',
    reference: format,
  },
  'IDENTITY-UNKNOWN-BLOCK': {
    severity: 'error',
    fr: 'Datamatrix INS : bloc inconnu.',
    en: 'INS datamatrix: unknown block.',
    fix: scanAgain,
    expected: 'S1-S7',
    reference: format,
  },
  'IDENTITY-DUPLICATE-BLOCK': {
    severity: 'error',
    fr: 'Datamatrix INS : {label} présent deux fois.',
    en: 'INS datamatrix: block {field} twice.',
    fix: scanAgain,
    reference: format,
  },
  'IDENTITY-MISSING-BLOCK': {
    severity: 'error',
    fr: 'Datamatrix INS : {label} absent.',
    en: 'INS datamatrix: block {field} missing.',
    fix: scanAgain,
    reference: format,
  },
} as const satisfies RuleCatalogue;
