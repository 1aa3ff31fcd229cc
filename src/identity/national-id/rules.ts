import type { RuleCatalogue } from '../../internal/finding.ts';

const rpps = 'Agence du Numérique en Santé, Annuaire Santé : numéro RPPS';

const copyRpps = {
  fr: 'Recopier les onze chiffres du numéro RPPS depuis la carte CPS ou annuaire.sante.fr.',
  en: 'Copy the eleven digits of the RPPS number from the CPS card or annuaire.sante.fr.',
} as const;

/** What may be wrong with the national identifier of a professional or a structure. */
export const nationalIdRules = {
  'IDENTITY-RPPS-CHARACTER': {
    severity: 'error',
    fr: 'Le numéro RPPS ne contient que des chiffres.',
    en: 'An RPPS number holds digits only.',
    fix: copyRpps,
    expected: '0-9',
    reference: rpps,
  },
  'IDENTITY-RPPS-LENGTH': {
    severity: 'error',
    fr: 'Le numéro RPPS compte onze chiffres.',
    en: 'An RPPS number has eleven digits.',
    fix: copyRpps,
    expected: '11',
    reference: rpps,
  },
  'IDENTITY-RPPS-PREFIX': {
    severity: 'error',
    fr: 'Identifiant national (8 et RPPS) saisi à la place du numéro RPPS.',
    en: 'National identifier (8 and RPPS) typed in the place of the RPPS number.',
    fix: {
      fr: 'Retirer le chiffre 8 placé devant le numéro RPPS.',
      en: 'Remove the digit 8 in front of the RPPS number.',
    },
    expected: '11',
    reference: 'Agence du Numérique en Santé, nomenclature TRE_G08-TypeIdentifiantPersonne',
  },
  'IDENTITY-RPPS-KEY': {
    severity: 'error',
    fr: 'La clé du numéro RPPS est fausse : au moins un chiffre a été mal saisi.',
    en: 'The key of the RPPS number is wrong: at least one digit is mistyped.',
    fix: copyRpps,
    reference: `${rpps}, clé de Luhn`,
  },
  'IDENTITY-PROFESSIONAL-ID': {
    severity: 'error',
    fr: "L'identifiant national du professionnel n'a pas une forme connue.",
    en: 'The national identifier of the professional has no known shape.',
    fix: {
      fr: "Donner le chiffre du type suivi du numéro, par exemple 8 suivi d'un RPPS.",
      en: 'Give the type digit and the number, for example 8 and an RPPS number.',
    },
    reference: 'Agence du Numérique en Santé, nomenclature TRE_G08-TypeIdentifiantPersonne',
  },
  'IDENTITY-STRUCTURE-ID': {
    severity: 'error',
    fr: "L'identifiant national de la structure n'a pas une forme connue.",
    en: 'The national identifier of the structure has no known shape.',
    fix: {
      fr: "Donner le chiffre du type suivi du numéro, par exemple 1 suivi d'un FINESS.",
      en: 'Give the type digit and the number, for example 1 and a FINESS number.',
    },
    reference: 'Agence du Numérique en Santé, nomenclature TRE_G07-TypeIdentifiantStructure',
  },
} as const satisfies RuleCatalogue;
