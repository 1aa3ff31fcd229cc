import type { RuleCatalogue } from '../../internal/finding.ts';

/** Rules of a deposit mail, beside those of its archive. */
export const mailRules = {
  'MAIL-REPORT': {
    severity: 'info',
    fr: "Ce message est un rapport sur un dépôt (accusé, refus ou avis de remise), pas un dépôt : il n'y a pas d'archive à vérifier.",
    en: 'This mail is a report on a deposit (receipt, refusal or delivery notice), not a deposit: there is no archive to check.',
    fix: {
      fr: 'Lire le rapport avec `terr-esante inspect` ; vérifier plutôt le message déposé.',
      en: 'Read the report with `terr-esante inspect`; check the mail that was deposited instead.',
    },
    reference: 'RFC 3464, RFC 8098 ; volet Transmission au LPS',
  },
  'MAIL-ARCHIVE': {
    severity: 'error',
    fr: "Le message n'a pas de pièce jointe IHE_XDM.zip.",
    en: 'The mail has no IHE_XDM.zip attachment.',
    fix: {
      fr: "Joindre l'archive IHE XDM sous ce nom exact.",
      en: 'Attach the IHE XDM archive under this very name.',
    },
    expected: 'IHE_XDM.zip',
    reference: 'IHE ITI-32 ; volet Échange de documents de santé',
  },
  'MAIL-SUBJECT': {
    severity: 'error',
    fr: "L'objet du message ne commence pas par XDM/1.0/DDM, seul ou suivi de +.",
    en: 'The subject does not start with XDM/1.0/DDM, alone or followed by +.',
    fix: {
      fr: "Écrire l'objet étendu : XDM/1.0/DDM+libellé NOM prénom date.",
      en: 'Write the extended subject: XDM/1.0/DDM+label NAME given-name date.',
    },
    expected: 'XDM/1.0/DDM',
    reference: 'IHE ITI-32 ; référentiel socle MSSanté n° 2',
  },
  'MAIL-RECEIPT': {
    severity: 'warning',
    fr: "Le message ne demande pas d'accusé : un refus peut rester inconnu.",
    en: 'The mail asks for no disposition report: a refusal may stay unknown.',
    fix: {
      fr: "Ajouter l'en-tête Disposition-Notification-To, avec l'adresse de l'expéditeur.",
      en: 'Add the header Disposition-Notification-To, with the address of the sender.',
    },
    reference: 'RFC 8098, section 2.1',
  },
} as const satisfies RuleCatalogue;
