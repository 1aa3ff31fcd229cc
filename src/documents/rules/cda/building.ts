import type { RuleCatalogue } from '../../../internal/finding.ts';
import { insReferential, medicalSummary, minimalStructure } from '../references.ts';

/** What a builder of documents reports about the record that the host gave it. */
export const cdaBuildingRules = {
  'CDA-INS-LEFT-OUT': {
    severity: 'warning',
    fr: "Le matricule INS connu n'est pas écrit dans le document : l'identité n'est pas qualifiée.",
    en: 'The known INS is not written in the document: the identity is not qualified.',
    fix: {
      fr: "Qualifier l'identité (téléservice INSi et pièce d'identité), puis refaire le document.",
      en: 'Qualify the identity (INSi service and identity document), then make the document again.',
    },
    expected: 'QUAL',
    reference: `Référentiel national d'identitovigilance; ${insReferential}`,
  },
  'CDA-TYPE-RETIRED': {
    severity: 'warning',
    fr: 'Le type {code} a été retiré de la table nationale (date de retrait : {until}).',
    en: 'The type {code} was retired from the national table (retired on: {until}).',
    fix: {
      fr: "Utiliser le type actuel de même sens quand il est indiqué, sinon un type de JDV_J07, sauf si la plateforme destinataire demande expressément l'ancien.",
      en: 'Use the current type of the same meaning when one is given, otherwise a type of JDV_J07, unless the receiving platform expressly asks for the former one.',
    },
    reference: `JDV_J07-XdsTypeCode-CISIS; ${minimalStructure}, section 3.5.5`,
  },
  'VSM-NOT-NORMALISED': {
    severity: 'error',
    fr: '{title} : des données ne sont pas codées.',
    en: '{section}: some data are not coded.',
    fix: {
      fr: 'Coder ces données dans le dossier, ou déposer la synthèse non structurée (PDF).',
      en: 'Code these data in the record, or deposit the unstructured summary (PDF).',
    },
    reference: medicalSummary,
  },
} as const satisfies RuleCatalogue;
