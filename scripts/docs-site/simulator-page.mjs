// Text of docs/refus-du-simulateur.md: why the simulated platform refuses, rule by rule.
import { format, resolveConfig } from 'prettier';

/** What the intake of the simulator refuses a deposit for: integration code, cause, what to do. */
export const intakeRules = {
  'SIM-NO-ARCHIVE': ['906', "Le message n'a pas d'archive XDM.", 'Joindre IHE_XDM.ZIP : `packageXdm`.'],
  'SIM-SUBMISSION-SETS': [
    '906',
    "Un dossier de l'archive n'a pas un lot et un seul.",
    'Un lot par `createSubmission`.',
  ],
  'SIM-NO-DOCUMENT': ['906', "L'archive n'a pas de document.", 'Joindre le document au lot.'],
  'SIM-SEVERAL-PATIENTS': ['906', "L'archive porte plusieurs patients.", 'Un message par patient.'],
  'SIM-UNIQUE-ID-TWICE': ['906', 'Deux documents du message ont le même identifiant.', 'Un `uniqueId` par document.'],
  'SIM-UNIQUE-ID-TAKEN': [
    '906',
    'Un autre document porte déjà cet identifiant.',
    'Un nouvel identifiant pour un autre contenu ; remplacer avec `replaces`.',
  ],
  'SIM-CDA': ['906', "Le document n'est pas un CDA lisible.", 'Contrôler le document : `terr-esante check`.'],
  'SIM-HASH': [
    '906',
    'Taille ou empreinte ne sont pas celles du document.',
    'Refaire les métadonnées après tout changement.',
  ],
  'SIM-PDF': ['906', 'Le PDF porte ce qui pourrait agir (script, lancement, pièce jointe).', 'Convertir en PDF/A-1.'],
  'SIM-UNIQUE-ID': [
    '906',
    "Métadonnées et document n'ont pas le même identifiant.",
    'Tirer les métadonnées du document.',
  ],
  'SIM-TYPE': ['906', "Métadonnées et document n'ont pas le même type.", 'Tirer les métadonnées du document.'],
  'SIM-TITLE': ['906', "Métadonnées et document n'ont pas le même titre.", 'Tirer les métadonnées du document.'],
  'SIM-CONFIDENTIALITY': [
    '906',
    "Métadonnées et document n'ont pas la même confidentialité.",
    'Tirer les métadonnées du document.',
  ],
  'SIM-CREATION-TIME': [
    '906',
    "Métadonnées et document n'ont pas la même date de création.",
    'Tirer les métadonnées du document.',
  ],
  'SIM-PATIENT-ID': ['906', "patientId n'est pas un identifiant du document.", 'Tirer les métadonnées du document.'],
  'SIM-SOURCE-PATIENT-ID': [
    '906',
    "sourcePatientId n'est pas un identifiant du document.",
    'Tirer les métadonnées du document.',
  ],
  'SIM-AUTHOR': ['906', "L'auteur des métadonnées n'est pas celui du document.", 'Tirer les métadonnées du document.'],
  'SIM-DOSSIER-CLOSED': ['906', 'Le dossier est fermé.', 'Ne rien renvoyer ; montrer la phrase au médecin.'],
  'SIM-AUTHOR-BLOCKED': [
    '906',
    "Le patient a fermé l'accès à cet auteur.",
    'Ne rien renvoyer ; en parler avec le patient.',
  ],
  'SIM-INJECTED': ['906', 'Panne demandée au simulateur (`faults`).', 'Attendu par votre test.'],
  'SIM-REPLACED-VERSION': ['900', "Le document remplacé est inconnu, ou l'est déjà.", 'Remplacer la dernière version.'],
  'SIM-REPLACED-AUTHOR': ['901', "Le document remplacé est d'un autre auteur.", "Seul l'auteur remplace son document."],
  'SIM-PATIENT-UNKNOWN': ['902', "Aucun dossier n'a cet identifiant.", "Créer le dossier, avec l'accord du patient."],
  'SIM-PATIENT-AMBIGUOUS': ['902', 'Plusieurs dossiers ont cet INS.', "Vérifier l'identité ; ne pas choisir."],
  'SIM-INS-ABSENT': ['903', "L'INS manque, et il est exigé (`requireIns`).", "Qualifier l'identité (INSi)."],
  'SIM-IDENTIFIERS-DISAGREE': ['904', "L'identifiant local et l'INS mènent à deux dossiers.", "Vérifier l'identité."],
  'SIM-INS-DIFFERENT': ['904', 'Le dossier porte un autre INS.', "Vérifier l'identité."],
  'SIM-TRAITS-DIFFERENT': ['904', "Le dossier porte d'autres traits.", "Vérifier l'identité."],
  'SIM-INS-INCOMPLETE': ['905', "Des traits qui accompagnent l'INS manquent.", "Compléter l'identité."],
};

const later = new Set(['transient', 'lock-error', 'no-store', 'timeout', 'throttled']);

/**
 * The page.
 *
 * @param {Record<string, readonly [number, string, string]>} fhirRules - Status, code of the issue, sentence.
 * @param {{ cases: Record<string, { fix?: { fr: string } }>, fix: { fr: string } }} issue - What to do by code.
 */
export async function simulatorPage(fhirRules, issue) {
  const intake = Object.entries(intakeRules).map(
    ([id, [code, cause, fix]]) => `| \`${id}\` | ${code} | ${cause} | ${fix} | non |`,
  );
  const fhir = Object.entries(fhirRules).map(([id, [status, code, sentence]]) => {
    const fix = issue.cases[code]?.fix?.fr ?? issue.fix.fr;
    return `| \`${id}\` | ${status} ${code} | ${sentence} | ${fix} | ${later.has(code) ? 'oui' : 'non'} |`;
  });

  const page = `# Pourquoi le simulateur refuse

Le simulateur nomme chaque refus par une règle à lui, \`SIM-…\`. Ces règles ne sont pas celles de la plateforme, qui ne les publie pas : elles disent à votre test ce qui n'allait pas. [Le simulateur](simulator.md) dit où les lire.

Cette page est produite par \`node scripts/build-refusal-page.mjs\` : ne la modifiez pas.

## Dépôts par messagerie et au registre

Le code est celui du rapport d'intégration ([déposer un document](deposer-un-document.md#les-codes-de-refus)). Une règle de [la page des refus](documents-refus.md) peut accompagner le code 906.

| règle | code | cause | que faire | nouvel essai |
| --- | --- | --- | --- | --- |
${intake.join('\n')}

## Base FHIR

La règle est dans \`details.coding\` de l'\`OperationOutcome\`.

| règle | statut et code | cause | que faire | nouvel essai |
| --- | --- | --- | --- | --- |
${fhir.join('\n')}
`;

  return format(page, { ...(await resolveConfig('docs/refus-du-simulateur.md')), parser: 'markdown' });
}
