import type { RuleCatalogue } from '../../internal/finding.ts';

const keep = {
  fr: 'Garder le dossier du journal tel quel, prévenir le responsable de la sécurité, ouvrir un autre journal.',
  en: 'Keep the folder of the journal as it is, tell who answers for security, open another journal.',
};

/** What the verification of a journal of accesses finds. */
export const auditRules = {
  'AUDIT-CHANGED': {
    severity: 'error',
    fr: 'Un enregistrement du journal ne se laisse plus ouvrir : il a été modifié, ou abîmé.',
    en: 'A record of the journal cannot be opened any more: it was changed, or damaged.',
    fix: keep,
    reference: "NIST SP 800-38D : étiquette d'authentification",
  },
  'AUDIT-REMOVED': {
    severity: 'error',
    fr: 'Des enregistrements manquent au journal, {case}.',
    en: 'Records are missing from the journal, {case}.',
    fix: keep,
    reference: 'PGSSI-S, imputabilité : intégrité des traces',
    cases: {
      start: { fr: 'au début, sans purge qui les nomme', en: 'at its beginning, and no purge names them' },
      middle: { fr: 'entre deux autres', en: 'between two others' },
      end: { fr: 'à la fin : la tête du journal en connaît davantage', en: 'at its end: the head knows of more' },
    },
  },
  'AUDIT-REORDERED': {
    severity: 'error',
    fr: "Un enregistrement n'est pas à sa place, ou se trouve deux fois dans le journal.",
    en: 'A record is out of its place, or stands twice in the journal.',
    fix: keep,
    reference: 'PGSSI-S, imputabilité : intégrité des traces',
  },
  'AUDIT-CHAIN': {
    severity: 'error',
    fr: 'La chaîne est rompue : {case}.',
    en: 'The chain is broken: {case}.',
    fix: keep,
    reference: 'PGSSI-S, imputabilité : intégrité des traces',
    cases: {
      link: {
        fr: 'un enregistrement ne suit pas celui qui le précède',
        en: 'a record does not follow the one before it',
      },
      head: {
        fr: 'la tête du journal manque, ou ne le suit pas',
        en: 'the head of the journal is absent or does not follow',
      },
      known: {
        fr: "l'enregistrement gardé ailleurs comme repère n'est pas celui du journal",
        en: 'the record that was noted elsewhere is not the one of the journal',
      },
    },
  },
  'AUDIT-CUT': {
    severity: 'warning',
    fr: 'La dernière écriture avant un arrêt est incomplète : rien de ce qui a été rendu au logiciel ne manque.',
    en: 'The last write before a stop is incomplete: nothing that was given to the software is missing.',
    fix: { fr: 'Ne rien faire : un arrêt brutal laisse cette trace.', en: 'Do nothing: a crash leaves this mark.' },
    reference: 'Conception du journal : une écriture est confirmée par la tête du journal',
  },
} as const satisfies RuleCatalogue;
