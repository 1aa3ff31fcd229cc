import type { RuleCatalogue } from '../../../internal/finding.ts';
import { contentModels, medicalSummary } from '../references.ts';

/** The medical summary (VSM): header, sections and entries. */
export const vsmRules = {
  'VSM-CODE': {
    severity: 'error',
    fr: "Le type d'une synthèse VSM est SYNTH.",
    en: 'The type of a VSM summary is SYNTH.',
    fix: {
      fr: "Utiliser SYNTH (1.2.250.1.213.1.1.4.12) ; 60591-5 est le type de l'IPS-FR.",
      en: 'Use SYNTH (1.2.250.1.213.1.1.4.12); 60591-5 is the type of the IPS-FR.',
    },
    expected: 'SYNTH',
    reference: medicalSummary,
  },
  'VSM-ACT': {
    severity: 'warning',
    fr: "L'acte d'une synthèse VSM est 34117-2, avec son libellé exact.",
    en: 'The act of a VSM summary is 34117-2, with its exact label.',
    fix: {
      fr: 'Corriger serviceEvent/code du premier documentationOf : 34117-2, « Historique et clinique », LOINC.',
      en: 'Correct serviceEvent/code of the first documentationOf: 34117-2, "Historique et clinique", LOINC.',
    },
    expected: '34117-2',
    reference: medicalSummary,
  },
  'VSM-TREATING-DOCTOR': {
    severity: 'warning',
    fr: "Le médecin traitant n'est pas désigné.",
    en: 'The treating doctor is not named.',
    fix: {
      fr: 'Ajouter le médecin traitant : un participant INF avec functionCode PCP.',
      en: 'Add the treating doctor: one participant INF with functionCode PCP.',
    },
    expected: 'participant[@typeCode="INF"]/functionCode[@code="PCP"] 1..1',
    reference: medicalSummary,
  },
  'VSM-SECTION': {
    severity: 'error',
    fr: 'Une section obligatoire de la synthèse manque.',
    en: 'A mandatory section of the summary is missing.',
    fix: { fr: 'Ajouter la section.', en: 'Add the section.' },
    reference: medicalSummary,
  },
  'VSM-SECTION-CODE': {
    severity: 'error',
    fr: "Une section n'a pas le code de son modèle.",
    en: 'A section does not have the code of its model.',
    fix: { fr: 'Corriger le code de la section.', en: 'Correct the code of the section.' },
    reference: contentModels,
  },
  'VSM-SECTION-ID': {
    severity: 'error',
    fr: "Une section n'a pas son identifiant.",
    en: 'A section has no identifier.',
    fix: { fr: 'Ajouter un id à la section.', en: 'Add an id to the section.' },
    expected: 'id 1..1',
    reference: contentModels,
  },
  'VSM-SECTION-TEMPLATE': {
    severity: 'error',
    fr: "Une section n'a pas les templateId de ses modèles parents.",
    en: 'A section lacks the templateIds of its parent models.',
    fix: { fr: 'Ajouter les templateId manquants.', en: 'Add the missing templateIds.' },
    reference: contentModels,
  },
  'VSM-SECTION-TEXT': {
    severity: 'error',
    fr: "Le texte d'une section manque, ou s'ajoute à toutes ses sous-sections.",
    en: 'The text of a section is missing, or stands beside all its sub-sections.',
    fix: {
      fr: 'Donner un texte à une section sans sous-section, et aucun à une section qui a toutes les siennes.',
      en: 'Give a text to a section without sub-sections, and none to a section that has them all.',
    },
    reference: contentModels,
  },
  'VSM-SECTION-ENTRY': {
    severity: 'error',
    fr: "Une section n'a pas d'entrée de son modèle, ou en a alors qu'elle n'en prend pas.",
    en: 'A section has no entry of its model, or has some although it takes none.',
    fix: { fr: 'Ajouter les entrées, ou retirer la sous-section.', en: 'Add the entries, or remove the sub-section.' },
    reference: contentModels,
  },
  'VSM-ENTRY-TEMPLATE': {
    severity: 'error',
    fr: "Une entrée n'a pas les templateId de ses modèles parents.",
    en: 'An entry lacks the templateIds of its parent models.',
    fix: { fr: 'Ajouter les templateId manquants.', en: 'Add the missing templateIds.' },
    reference: contentModels,
  },
  'VSM-VALUE-SET': {
    severity: 'error',
    fr: "Un code ne fait pas partie du jeu de valeurs que son modèle d'entrée impose.",
    en: 'A code is not part of the value set that the model of its entry requires.',
    fix: {
      fr: 'Prendre un code du jeu de valeurs nommé, avec son codeSystem.',
      en: 'Take a code of the value set that is named, with its codeSystem.',
    },
    reference: contentModels,
  },
  'VSM-CONCERN': {
    severity: 'error',
    fr: 'Une entrée de liste (problème, allergie) est mal formée.',
    en: 'A concern entry is malformed.',
    fix: {
      fr: "Compléter l'entrée : ACT/EVN, id, code nullFlavor NA, statusCode, effectiveTime/low, entryRelationship SUBJ.",
      en: 'Complete the entry: ACT/EVN, id, code nullFlavor NA, statusCode, effectiveTime/low, entryRelationship SUBJ.',
    },
    reference: contentModels,
  },
  'VSM-CONCERN-END': {
    severity: 'error',
    fr: "La fin d'un état terminé manque, ou un état actif en a une.",
    en: 'The end of a finished state is missing, or an active state has one.',
    fix: {
      fr: 'Accorder statusCode et effectiveTime/high : high si completed ou aborted, sinon non.',
      en: 'Make statusCode and effectiveTime/high agree: high when completed or aborted, otherwise none.',
    },
    expected: 'effectiveTime/high',
    reference: contentModels,
  },
  'VSM-PROBLEM': {
    severity: 'error',
    fr: 'Un problème ou une allergie est mal formé.',
    en: 'A problem or an allergy is malformed.',
    fix: {
      fr: "Compléter l'observation : OBS/EVN, un id, un code, text/reference, statusCode completed, low, un value de type CD.",
      en: 'Complete the observation: OBS/EVN, one id, one code, text/reference, statusCode completed, low, one value of type CD.',
    },
    reference: contentModels,
  },
  'VSM-ORIGINAL-TEXT': {
    severity: 'error',
    fr: 'Une valeur codée ne renvoie pas à son texte.',
    en: 'A coded value does not point to its text.',
    fix: {
      fr: 'Ajouter originalText/reference vers le texte de la section.',
      en: 'Add originalText/reference that points to the text of the section.',
    },
    expected: 'originalText/reference',
    reference: contentModels,
  },
  'VSM-PROCEDURE': {
    severity: 'error',
    fr: 'Un acte est mal formé.',
    en: 'A procedure is malformed.',
    fix: {
      fr: "Compléter l'acte : PROC, id, code, text/reference et statusCode.",
      en: 'Complete the procedure: PROC, id, code, text/reference and statusCode.',
    },
    reference: contentModels,
  },
  'VSM-HABIT': {
    severity: 'error',
    fr: 'Une habitude de vie est mal formée.',
    en: 'A social history observation is malformed.',
    fix: {
      fr: "Compléter l'observation : OBS/EVN, un code, text/reference, statusCode, effectiveTime et value.",
      en: 'Complete the observation: OBS/EVN, one code, text/reference, statusCode, effectiveTime and value.',
    },
    reference: contentModels,
  },
  'VSM-FAMILY': {
    severity: 'error',
    fr: 'Un antécédent familial est mal formé.',
    en: 'A family history entry is malformed.',
    fix: {
      fr: "Compléter l'entrée : CLUSTER/EVN, subject SBJ, relatedSubject PRS avec code, au moins une observation.",
      en: 'Complete the entry: CLUSTER/EVN, subject SBJ, relatedSubject PRS with a code, at least one observation.',
    },
    reference: contentModels,
  },
  'VSM-MEDICATION': {
    severity: 'error',
    fr: 'Un traitement est mal formé.',
    en: 'A medication entry is malformed.',
    fix: {
      fr: 'Compléter le traitement : SBADM, un id, text/reference, statusCode completed, durée, produit avec son nom.',
      en: 'Complete the medication: SBADM, one id, text/reference, statusCode completed, duration, product with its name.',
    },
    reference: contentModels,
  },
} as const satisfies RuleCatalogue;
