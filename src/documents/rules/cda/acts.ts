import type { RuleCatalogue } from '../../../internal/finding.ts';
import { minimalStructure } from '../references.ts';

/** The act that is documented, its performer and the encounter. */
export const cdaActRules = {
  'CDA-ACT': {
    severity: 'error',
    fr: "L'acte principal manque ou est incomplet.",
    en: 'The main act is missing or incomplete.',
    fix: {
      fr: "Donner l'exécutant et la date dans le premier documentationOf.",
      en: 'Give the performer and the time in the first documentationOf.',
    },
    expected: 'performer 1..1 effectiveTime 1..1',
    reference: `${minimalStructure}, section 3.5.5`,
  },
  'CDA-ACT-CODE': {
    severity: 'error',
    fr: "Le code de l'acte est incomplet.",
    en: 'The code of the act is incomplete.',
    fix: {
      fr: 'Compléter serviceEvent/code : code et codeSystem, ou un nullFlavor seul.',
      en: 'Complete serviceEvent/code: code and codeSystem, or only a nullFlavor.',
    },
    expected: '@code @codeSystem | @nullFlavor',
    reference: `${minimalStructure}, section 3.5.5`,
  },
  'CDA-ACT-TIME': {
    severity: 'error',
    fr: "La date de l'acte est un intervalle dont le début est connu.",
    en: 'The time of the act is an interval whose start is known.',
    fix: { fr: 'Donner low, avec une valeur.', en: 'Give low, with a value.' },
    expected: 'effectiveTime/low/@value',
    reference: `${minimalStructure}, section 3.5.5`,
  },
  'CDA-PERFORMER': {
    severity: 'error',
    fr: "L'exécutant est incomplet.",
    en: 'The performer is incomplete.',
    fix: {
      fr: 'Compléter performer : typeCode PRF, un assignedEntity avec representedOrganization.',
      en: 'Complete performer: typeCode PRF, one assignedEntity with representedOrganization.',
    },
    expected: 'PRF',
    reference: `${minimalStructure}, section 3.5.5`,
  },
  'CDA-PRACTICE-SETTING': {
    severity: 'error',
    fr: "Le cadre d'exercice de l'exécutant manque ou n'est pas dans la table JDV_J04.",
    en: 'The practice setting of the performer is missing or not in JDV_J04.',
    fix: {
      fr: 'Ajouter standardIndustryClassCode, par exemple AMBULATOIRE (1.2.250.1.213.1.1.4.9).',
      en: 'Add standardIndustryClassCode, for example AMBULATOIRE (1.2.250.1.213.1.1.4.9).',
    },
    expected: 'JDV_J04',
    reference: 'JDV_J04-XdsPracticeSettingCode-CISIS',
  },
  'CDA-ENCOUNTER': {
    severity: 'error',
    fr: 'Le contexte de prise en charge manque ou est incomplet.',
    en: 'The encounter is missing or incomplete.',
    fix: {
      fr: 'Ajouter componentOf/encompassingEncounter, avec effectiveTime et location.',
      en: 'Add componentOf/encompassingEncounter, with effectiveTime and location.',
    },
    expected: 'componentOf/encompassingEncounter',
    reference: `${minimalStructure}, section 3.5.5`,
  },
  'CDA-ENCOUNTER-CODE': {
    severity: 'error',
    fr: "Le type de prise en charge n'est pas dans la table JDV_J142.",
    en: 'The encounter type is not in JDV_J142.',
    fix: { fr: 'Choisir un code de JDV_J142, par exemple AMB.', en: 'Choose a code of JDV_J142, for example AMB.' },
    expected: 'JDV_J142',
    reference: 'JDV_J142-TypeRencontre-CISIS',
  },
  'CDA-FACILITY': {
    severity: 'error',
    fr: "Le secteur d'activité manque ou n'est pas dans la table JDV_J02.",
    en: 'The facility type is missing or not in JDV_J02.',
    fix: {
      fr: 'Ajouter healthCareFacility/code, par exemple SA07 (1.2.250.1.71.4.2.4).',
      en: 'Add healthCareFacility/code, for example SA07 (1.2.250.1.71.4.2.4).',
    },
    expected: 'JDV_J02',
    reference: 'JDV_J02-XdsHealthcareFacilityTypeCode-CISIS',
  },
  'CDA-AUTHORIZATION': {
    severity: 'error',
    fr: 'Une autorisation est incomplète.',
    en: 'An authorization is incomplete.',
    fix: {
      fr: 'Compléter authorization : un consent avec code et statusCode completed.',
      en: 'Complete authorization: a consent with code and statusCode completed.',
    },
    expected: 'completed',
    reference: `${minimalStructure}, section 3.5.5`,
  },
} as const satisfies RuleCatalogue;
