import { header, type Row } from './row.ts';

type ActsRuleId =
  | 'CDA-ACT'
  | 'CDA-ACT-CODE'
  | 'CDA-ACT-TIME'
  | 'CDA-PERFORMER'
  | 'CDA-PRACTICE-SETTING'
  | 'CDA-ENCOUNTER'
  | 'CDA-ENCOUNTER-CODE'
  | 'CDA-FACILITY'
  | 'CDA-AUTHORIZATION';

/** What was done, and where. */
export const actRows: Readonly<Record<ActsRuleId, Row>> = {
  'CDA-ACT': [
    'error',
    "L'acte principal manque ou est incomplet.",
    'The main act is missing or incomplete.',
    'premier documentationOf : un performer et un effectiveTime',
    "Donnez l'exécutant et la date dans le premier documentationOf.",
    `${header}section 3.5.5`,
  ],
  'CDA-ACT-CODE': [
    'error',
    "Le code de l'acte est incomplet.",
    'The code of the act is incomplete.',
    'code et codeSystem, ou un nullFlavor',
    'Complétez serviceEvent/code.',
    `${header}section 3.5.5`,
  ],
  'CDA-ACT-TIME': [
    'error',
    "La date de l'acte est un intervalle dont le début est connu.",
    'The time of the act is an interval whose start is known.',
    'effectiveTime/low/@value',
    'Donnez low avec une valeur.',
    `${header}section 3.5.5`,
  ],
  'CDA-PERFORMER': [
    'error',
    "L'exécutant est incomplet.",
    'The performer is incomplete.',
    'typeCode PRF, un assignedEntity avec representedOrganization',
    'Complétez performer.',
    `${header}section 3.5.5`,
  ],
  'CDA-PRACTICE-SETTING': [
    'error',
    "Le cadre d'exercice de l'exécutant manque ou n'est pas dans la table JDV_J04.",
    'The practice setting of the performer is missing or not in JDV_J04.',
    'standardIndustryClassCode de JDV_J04',
    'Ajoutez par exemple AMBULATOIRE (1.2.250.1.213.1.1.4.9).',
    'JDV_J04-XdsPracticeSettingCode-CISIS',
  ],
  'CDA-ENCOUNTER': [
    'error',
    'Le contexte de prise en charge manque ou est incomplet.',
    'The encounter is missing or incomplete.',
    'componentOf/encompassingEncounter avec effectiveTime et location',
    'Ajoutez componentOf.',
    `${header}section 3.5.5`,
  ],
  'CDA-ENCOUNTER-CODE': [
    'error',
    "Le type de prise en charge n'est pas dans la table JDV_J142.",
    'The encounter type is not in JDV_J142.',
    'un code de JDV_J142',
    'Choisissez par exemple AMB.',
    'JDV_J142-TypeRencontre-CISIS',
  ],
  'CDA-FACILITY': [
    'error',
    "Le secteur d'activité manque ou n'est pas dans la table JDV_J02.",
    'The facility type is missing or not in JDV_J02.',
    'healthCareFacility/code de JDV_J02',
    'Ajoutez par exemple SA07 (1.2.250.1.71.4.2.4).',
    'JDV_J02-XdsHealthcareFacilityTypeCode-CISIS',
  ],
  'CDA-AUTHORIZATION': [
    'error',
    'Une autorisation est incomplète.',
    'An authorization is incomplete.',
    'consent avec code et statusCode completed',
    'Complétez authorization.',
    `${header}section 3.5.5`,
  ],
};
