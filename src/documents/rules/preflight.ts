import type { RuleCatalogue } from '../../internal/finding.ts';
import { insReferential, prudence } from './references.ts';

/** What a platform would refuse although the documents are right. */
export const preflightRules = {
  'PRE-DOCUMENT-SIZE': {
    severity: 'error',
    fr: 'Un document dépasse la taille que la plateforme accepte (en octets).',
    en: 'A document is larger than the platform takes (in bytes).',
    fix: {
      fr: 'Réduire la résolution du document numérisé, ou le déposer en plusieurs parties.',
      en: 'Lower the resolution of the scanned document, or deposit it in several parts.',
    },
    reference: prudence,
  },
  'PRE-MESSAGE-SIZE': {
    severity: 'error',
    fr: "Le message dépasserait la taille acceptée par l'opérateur de messagerie (en octets).",
    en: 'The mail (archive and PDF copies, encoded) would be larger than the operator takes (in bytes).',
    fix: {
      fr: 'Envoyer les documents séparément, ou réduire leur résolution.',
      en: 'Send the documents separately, or lower their resolution.',
    },
    reference: 'RFC 1870 (SIZE)',
  },
  'PRE-TYPE-RETIRED': {
    severity: 'error',
    fr: 'La plateforme refuse un type de document retiré de la table nationale.',
    en: 'This platform takes current types only; the typeCode is retired.',
    fix: { fr: 'Choisir le type qui le remplace.', en: 'Choose the type that replaces it.' },
    expected: 'JDV_J07',
    reference: 'JDV_J07-XdsTypeCode-CISIS',
  },
  'PRE-INS': {
    severity: 'error',
    fr: "La plateforme demande une identité qualifiée (INS), et le document n'en porte pas.",
    en: 'The platform asks for a qualified INS, and the document carries none.',
    fix: {
      fr: "Qualifier l'identité du patient (téléservice INSi et pièce d'identité), puis refaire le document.",
      en: 'Qualify the identity of the patient (INSi service and identity document), then make the document again.',
    },
    expected: 'QUAL',
    reference: insReferential,
  },
  'PRE-CERTIFICATE': {
    severity: 'error',
    fr: "Le certificat n'est pas valide à cette date.",
    en: 'The certificate is expired, not yet valid or unreadable.',
    fix: { fr: 'Renouveler la carte ou le certificat.', en: 'Renew the card or the certificate.' },
    reference: 'RFC 5280, section 4.1.2.5',
  },
  'PRE-CLOCK': {
    severity: 'error',
    fr: "L'horloge du poste est décalée de plus d'une minute.",
    en: 'The clock of the machine is off by more than one minute.',
    fix: { fr: "Synchroniser l'horloge du poste.", en: 'Synchronise the clock of the machine.' },
    expected: '60 s',
    reference: prudence,
  },
  'PRE-FUTURE': {
    severity: 'error',
    fr: "La date d'un document ou de l'envoi est dans le futur.",
    en: 'A document or the submission set is dated in the future.',
    fix: {
      fr: "Vérifier l'horloge du poste et les dates du document.",
      en: 'Check the clock of the machine and the dates of the document.',
    },
    reference: prudence,
  },
} as const satisfies RuleCatalogue;
