import type { RuleCatalogue } from '../../internal/finding.ts';

const rniv = "Référentiel national d'identitovigilance (RNIV)";
const statuses = "FR Core, système de codes fr-core-cs-identity-status ; Référentiel national d'identitovigilance";
const moves = "Référentiel national d'identitovigilance (RNIV) ; enchaînements : règle de prudence de la bibliothèque";

const correctStatus = {
  fr: "Mettre le statut et l'INS en accord : l'INS n'est gardée qu'avec RECUP et QUAL.",
  en: 'Make the status and the INS agree: the INS is kept with RECUP and QUAL only.',
} as const;
const correctAttributes = {
  fr: "Corriger les attributs de l'identité avec la personne qui les a posés.",
  en: 'Correct the attributes of the identity with the person who set them.',
} as const;

/** Which statuses, attributes and moves of an identity are allowed. */
export const statusRules = {
  'IDENTITY-STATUS-UNKNOWN': {
    severity: 'error',
    fr: "Statut d'identité : inconnu.",
    en: 'Identity status: unknown.',
    fix: {
      fr: "Traduire le statut du logiciel en l'un des quatre codes du RNIV.",
      en: 'Map the status of the software to one of the four codes of the RNIV.',
    },
    expected: 'PROV, RECUP, VALI, QUAL',
    reference: statuses,
  },
  'IDENTITY-ATTRIBUTE-UNKNOWN': {
    severity: 'error',
    fr: "Attribut d'identité : inconnu.",
    en: 'Identity attribute: unknown.',
    fix: correctAttributes,
    expected: 'HOMA, HOMD, DOUT, FICT',
    reference: `${rniv}, EXI ID 24`,
  },
  'IDENTITY-ATTRIBUTE-COMBINATION': {
    severity: 'error',
    fr: "Attribut d'identité : seuls « douteux » et « homonyme » vont ensemble.",
    en: 'Identity attribute: only "doubtful" and "homonym" go together.',
    fix: correctAttributes,
    reference: `${rniv}, EXI ID 24`,
  },
  'IDENTITY-ATTRIBUTE-STATUS': {
    severity: 'error',
    fr: "Attribut d'identité : « douteux » et « fictif » ne vont qu'avec une identité provisoire.",
    en: 'Identity attribute: "doubtful" and "fictitious" go with a provisional identity only.',
    fix: correctAttributes,
    expected: 'PROV',
    reference: `${rniv}, EXI ID 26`,
  },
  'IDENTITY-INS-FORBIDDEN': {
    severity: 'error',
    fr: "Statut d'identité : ne permet pas de conserver un matricule INS actif.",
    en: 'Identity status: does not allow an active INS to be kept.',
    fix: correctStatus,
    expected: 'RECUP, QUAL',
    reference: statuses,
  },
  'IDENTITY-INS-MISSING': {
    severity: 'error',
    fr: "Statut d'identité : suppose un matricule INS et son OID.",
    en: 'Identity status: supposes an INS and its OID.',
    fix: correctStatus,
    expected: 'PROV, VALI',
    reference: statuses,
  },
  'IDENTITY-TRANSMISSION-FORBIDDEN': {
    severity: 'error',
    fr: 'Seule une identité qualifiée permet de transmettre le matricule INS.',
    en: 'Only a qualified identity lets the INS be transmitted.',
    fix: {
      fr: "Qualifier l'identité (téléservice INSi et pièce d'identité), ou transmettre sans l'INS.",
      en: 'Qualify the identity (INSi and identity document), or transmit without the INS.',
    },
    expected: 'QUAL',
    reference: `${rniv}, EXI SI 08`,
  },

  // Moves from one status to the next.
  'IDENTITY-TRANSITION-CLOSED': {
    severity: 'error',
    fr: "Une identité douteuse ou fictive ne peut être ni soumise à l'INSi, ni validée, ni qualifiée.",
    en: 'A doubtful or fictitious identity can be neither sent to the INSi, nor validated, nor qualified.',
    fix: {
      fr: "Lever d'abord l'attribut, une fois le doute résolu.",
      en: 'Clear the attribute first, once the doubt is resolved.',
    },
    reference: `${rniv}, EXI ID 26`,
  },
  'IDENTITY-TRANSITION-INS-ACTIVE': {
    severity: 'error',
    fr: "Une INS est déjà active : elle doit être invalidée avant d'en recevoir une autre.",
    en: 'An INS is already active: it must be invalidated before another one comes.',
    fix: {
      fr: "Invalider l'INS active (événement ins-lost), puis recommencer.",
      en: 'Invalidate the active INS (event ins-lost), then start again.',
    },
    reference: moves,
  },
  'IDENTITY-TRANSITION-NO-INS': {
    severity: 'error',
    fr: "Aucune INS n'est active.",
    en: 'No INS is active.',
    fix: {
      fr: "N'invalider qu'une identité récupérée ou qualifiée.",
      en: 'Invalidate a retrieved or qualified identity only.',
    },
    expected: 'RECUP, QUAL',
    reference: moves,
  },
  'IDENTITY-TRANSITION-VERIFIED': {
    severity: 'error',
    fr: "L'identité est déjà validée.",
    en: 'The identity is already validated.',
    fix: {
      fr: "Ne pas valider deux fois ; retirer d'abord la validation si elle ne tient plus.",
      en: 'Do not validate twice; withdraw the validation first when it no longer holds.',
    },
    expected: 'PROV, RECUP',
    reference: moves,
  },
  'IDENTITY-TRANSITION-NOT-VERIFIED': {
    severity: 'error',
    fr: "L'identité n'est pas validée.",
    en: 'The identity is not validated.',
    fix: {
      fr: "Ne retirer la validation que d'une identité validée ou qualifiée.",
      en: 'Withdraw the validation of a validated or qualified identity only.',
    },
    expected: 'VALI, QUAL',
    reference: moves,
  },
  'IDENTITY-TRANSITION-PROOF': {
    severity: 'error',
    fr: "Cette pièce n'est pas un dispositif d'identité à haut niveau de confiance accepté.",
    en: 'This document is not an accepted high-confidence means of identity.',
    fix: {
      fr: 'Demander une autre pièce, ou compléter la liste acceptedProofs de la structure.',
      en: 'Ask for another document, or complete the list acceptedProofs of the structure.',
    },
    reference: `${rniv}, EXI ID 19`,
  },
  'IDENTITY-TRANSITION-EVENT': {
    severity: 'error',
    fr: "Événement d'identité inconnu.",
    en: 'Unknown identity event.',
    fix: {
      fr: "Utiliser l'un des types d'événement de IdentityEvent.",
      en: 'Use one of the event types of IdentityEvent.',
    },
    reference: 'Règle de prudence de la bibliothèque',
  },
} as const satisfies RuleCatalogue;
