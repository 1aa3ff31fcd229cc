import { models, vsm, type Row } from './row.ts';

type SummaryRuleId =
  | 'VSM-CODE'
  | 'VSM-ACT'
  | 'VSM-TREATING-DOCTOR'
  | 'VSM-SECTION'
  | 'VSM-SECTION-CODE'
  | 'VSM-SECTION-ID'
  | 'VSM-SECTION-TEMPLATE'
  | 'VSM-SECTION-TEXT'
  | 'VSM-SECTION-ENTRY'
  | 'VSM-ENTRY-TEMPLATE'
  | 'VSM-CONCERN'
  | 'VSM-CONCERN-END'
  | 'VSM-PROBLEM'
  | 'VSM-ORIGINAL-TEXT'
  | 'VSM-PROCEDURE'
  | 'VSM-HABIT'
  | 'VSM-FAMILY'
  | 'VSM-MEDICATION';

/** The medical summary (VSM). */
export const summaryRows: Readonly<Record<SummaryRuleId, Row>> = {
  'VSM-CODE': [
    'error',
    "Le type d'une synthèse VSM est SYNTH.",
    'The type of a VSM summary is SYNTH.',
    'SYNTH, 1.2.250.1.213.1.1.4.12',
    "Utilisez SYNTH ; 60591-5 est le type de l'IPS-FR.",
    vsm,
  ],
  'VSM-ACT': [
    'warning',
    "L'acte d'une synthèse VSM est 34117-2, avec son libellé exact.",
    'The act of a VSM summary is 34117-2, with its exact label.',
    '34117-2, Historique et clinique, LOINC',
    'Corrigez serviceEvent/code du premier documentationOf.',
    vsm,
  ],
  'VSM-TREATING-DOCTOR': [
    'warning',
    "Le médecin traitant n'est pas désigné.",
    'The treating doctor is not named.',
    'participant INF avec functionCode PCP',
    'Ajoutez le médecin traitant.',
    vsm,
  ],
  'VSM-SECTION': [
    'error',
    'Une section obligatoire de la synthèse manque.',
    'A required section of the summary is missing.',
    null,
    'Ajoutez la section.',
    vsm,
  ],
  'VSM-SECTION-CODE': [
    'error',
    "Une section n'a pas le code de son modèle.",
    'A section does not have the code of its model.',
    null,
    'Corrigez le code de la section.',
    models,
  ],
  'VSM-SECTION-ID': [
    'error',
    "Une section n'a pas son identifiant.",
    'A section has no identifier.',
    'un id',
    'Ajoutez un id à la section.',
    models,
  ],
  'VSM-SECTION-TEMPLATE': [
    'error',
    "Une section n'a pas les templateId de ses modèles parents.",
    'A section lacks the templateIds of its parent models.',
    null,
    'Ajoutez les templateId manquants.',
    models,
  ],
  'VSM-SECTION-TEXT': [
    'error',
    "Le texte d'une section manque, ou est en trop à côté de toutes ses sous-sections.",
    'The text of a section is missing, or is too much beside all its sub-sections.',
    null,
    "Une section sans sous-section a un texte ; une section qui les a toutes n'en a pas.",
    models,
  ],
  'VSM-SECTION-ENTRY': [
    'error',
    "Une section n'a pas d'entrée de son modèle, ou en a alors qu'elle n'en prend pas.",
    'A section has no entry of its model, or has some although it takes none.',
    null,
    'Ajoutez les entrées, ou retirez la sous-section.',
    models,
  ],
  'VSM-ENTRY-TEMPLATE': [
    'error',
    "Une entrée n'a pas les templateId de ses modèles parents.",
    'An entry lacks the templateIds of its parent models.',
    null,
    'Ajoutez les templateId manquants.',
    models,
  ],
  'VSM-CONCERN': [
    'error',
    'Une entrée de liste (problème, allergie) est mal formée.',
    'A concern entry is malformed.',
    'ACT/EVN, id, code nullFlavor NA, statusCode, effectiveTime/low, entryRelationship SUBJ',
    "Complétez l'entrée.",
    models,
  ],
  'VSM-CONCERN-END': [
    'error',
    "La fin d'un état terminé manque, ou un état actif en a une.",
    'The end of a finished state is missing, or an active state has one.',
    'high si completed ou aborted, sinon non',
    'Accordez statusCode et effectiveTime/high.',
    models,
  ],
  'VSM-PROBLEM': [
    'error',
    'Un problème ou une allergie est mal formé.',
    'A problem or an allergy is malformed.',
    'OBS/EVN, un id, un code, text/reference, statusCode completed, low, un value CD',
    "Complétez l'observation.",
    models,
  ],
  'VSM-ORIGINAL-TEXT': [
    'error',
    'Une valeur codée ne renvoie pas à son texte.',
    'A coded value does not point to its text.',
    'originalText/reference',
    'Ajoutez originalText/reference vers le texte de la section.',
    models,
  ],
  'VSM-PROCEDURE': [
    'error',
    'Un acte est mal formé.',
    'A procedure is malformed.',
    'PROC, code, text et statusCode',
    "Complétez l'acte.",
    models,
  ],
  'VSM-HABIT': [
    'error',
    'Une habitude de vie est mal formée.',
    'A social history observation is malformed.',
    'OBS/EVN, un code, text/reference, statusCode, effectiveTime et value',
    "Complétez l'observation.",
    models,
  ],
  'VSM-FAMILY': [
    'error',
    'Un antécédent familial est mal formé.',
    'A family history entry is malformed.',
    'CLUSTER/EVN, subject SBJ, relatedSubject PRS avec code, au moins une observation',
    "Complétez l'entrée.",
    models,
  ],
  'VSM-MEDICATION': [
    'error',
    'Un traitement est mal formé.',
    'A medication entry is malformed.',
    'SBADM, un id, text/reference, statusCode completed, durée, produit avec nom',
    'Complétez le traitement.',
    models,
  ],
};
