import { deposit, must, should, type ScenarioRow } from '../row.ts';

const secrecy = [
  { doc: 'Référentiel général de sécurité ; code de la santé publique', section: 'L.1110-4', grade: 'N' as const },
];

/** Where nothing of the patient may stand: judged at the end, on the files of the whole run. */
export const privacyRows: readonly ScenarioRow[] = [
  {
    id: 'PRV-01',
    title: { fr: 'Traits et INS absents des journaux', en: 'Traits and INS not in logs' },
    purpose: {
      fr: 'Aucun nom, aucun matricule dans les journaux du logiciel.',
      en: 'No name, no matricule in the logs of the software.',
    },
    sources: secrecy,
    steps: [deposit()],
    assert: [must('K-CANARY', 'F', { files: 'logs', lack: ['traits', 'ins'] })],
    fix: { fr: 'Journaliser des identifiants techniques.', en: 'Log technical identifiers.' },
  },
  {
    id: 'PRV-02',
    title: { fr: 'Secrets absents des journaux', en: 'Secrets not in logs' },
    purpose: { fr: 'Ni mot de passe ni clé dans les journaux.', en: 'Neither password nor key in logs.' },
    sources: secrecy,
    steps: [deposit()],
    assert: [must('K-CANARY', 'F', { files: 'logs', lack: ['secrets'] })],
    fix: { fr: 'Ne jamais écrire un secret.', en: 'Never write a secret.' },
  },
  {
    id: 'PRV-03',
    title: { fr: 'Objet des messages absent des journaux', en: 'Mail subjects not in logs' },
    purpose: {
      fr: "L'objet nomme le patient : il n'est pas journalisé.",
      en: 'The subject names the patient: it is not logged.',
    },
    sources: secrecy,
    steps: [deposit()],
    assert: [should('K-CANARY', 'F', { files: 'logs', lack: ['subjects'] })],
    fix: { fr: 'Journaliser le Message-ID.', en: 'Log the Message-ID.' },
  },
];
