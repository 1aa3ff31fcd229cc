import type { RuleCatalogue } from '../../internal/finding.ts';

const reference = 'ANS, Référentiel socle MSSanté n° 2, clients de messageries';
const patientReference = 'ANS, Référentiel socle MSSanté n° 2, exigence ECO.3.1.1';

/** Rules of an MSSanté address. */
export const addressRules = {
  'MSS-FORM': {
    severity: 'error',
    fr: "L'adresse MSSanté n'est pas une adresse simple (une seule adresse, sans accent, sans guillemet, sans « % », sans nom).",
    en: 'The MSSanté address is not a plain one (one address, without accent, quotation mark, percent sign or display name).',
    fix: {
      fr: "Recopier l'adresse seule, sans nom ni chevrons.",
      en: 'Copy the address alone, without name or brackets.',
    },
    reference,
  },
  'MSS-DOMAIN': {
    severity: 'error',
    fr: "L'adresse n'appartient pas à l'espace de confiance : le domaine doit se terminer par .mssante.fr.",
    en: 'The address is outside the trusted space: its domain must end in .mssante.fr.',
    fix: {
      fr: "Prendre l'adresse MSSanté de ce correspondant, par exemple dans l'annuaire.",
      en: 'Take the MSSanté address of this correspondent, for example from the directory.',
    },
    expected: '*.mssante.fr',
    reference,
  },
  'MSS-DOTS': {
    severity: 'error',
    fr: "L'adresse MSSanté a un point au début, à la fin ou doublé avant l'arobase.",
    en: 'The MSSanté address has a dot at the start, at the end or doubled before the at sign.',
    fix: { fr: 'Retirer le point de trop.', en: 'Remove the dot.' },
    reference,
  },
  'MSS-PATIENT': {
    severity: 'error',
    fr: "L'adresse patient n'est pas formée d'un matricule INS de quinze caractères avec une clé juste.",
    en: 'The patient address is not made of an INS of fifteen characters with a right key.',
    fix: {
      fr: "Former l'adresse avec `patientAddress`, à partir d'une identité qualifiée.",
      en: 'Make the address with `patientAddress`, from a qualified identity.',
    },
    reference: patientReference,
  },
} as const satisfies RuleCatalogue;
