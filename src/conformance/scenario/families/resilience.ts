import { act, deposit, must, should, state, unawaited, type ScenarioRow } from '../row.ts';

const tls = [{ doc: 'Référentiel socle MSSanté n° 2', section: 'Sécurisation des échanges', grade: 'N' as const }];
const queue = [{ doc: 'RFC 5321', section: '4.5.4', grade: 'D' as const }];

const servers = (
  [
    ['a', 'unknown-authority', "d'une autorité inconnue", 'of an unknown authority'],
    ['b', 'wrong-name', "au nom d'un autre", 'of another name'],
    ['c', 'expired', 'périmé', 'expired'],
  ] as const
).map(([variant, server, fr, en]): ScenarioRow => ({
  id: `RES-06${variant}`,
  title: { fr: `Certificat de serveur ${fr}`, en: `Server certificate ${en}` },
  purpose: {
    fr: 'Rien ne part vers un serveur qui ne prouve pas qui il est.',
    en: 'Nothing is sent to a server that does not prove who it is.',
  },
  sources: tls,
  exclusive: true,
  steps: [{ server }, unawaited(), { pauseMs: 600 }, act('deposit.state')],
  assert: [
    must('K-TLS', 'W', { untouched: 'mail' }),
    must('K-TOLD', 'A', { answer: 1, outcome: ['refused', 'failed', 'pending'] }),
    must('K-TOLD', 'A', { answer: 0, told: ['chiffr', 'TLS', 'sécuris', 'certificat', 'serveur'] }),
  ],
  fix: { fr: "Vérifier l'autorité, le nom et la date.", en: 'Verify authority, name and date.' },
}));

const kills = (
  [
    ['a', 'avant l’envoi', 'before sending', { server: 'away' }],
    ['b', 'pendant DATA', 'in DATA', { fault: { at: 'data-half', do: 'close' } }],
    ['c', 'après le point final', 'after the final dot', { fault: { at: 'data-end', do: 'keep-and-close' } }],
  ] as const
).map(([variant, fr, en, before]): ScenarioRow => ({
  id: `RES-09${variant}`,
  title: { fr: `Arrêt brutal ${fr}`, en: `Killed ${en}` },
  purpose: {
    fr: 'Après le redémarrage, le document est classé une seule fois.',
    en: 'After the restart, the document is filed once.',
  },
  sources: queue,
  exclusive: true,
  steps: [
    before,
    unawaited(),
    { pauseMs: 100 },
    act('app.kill'),
    { server: 'usual' },
    act('app.start'),
    { await: { mails: 1 }, ms: 15_000 },
  ],
  assert: [
    must('K-RESUME', 'S', { filed: 1 }, "un document que l'utilisateur croit parti ne doit pas se perdre"),
    must(
      'K-RESUME',
      'A',
      { answer: 1, outcome: ['done', 'pending'] },
      "un document que l'utilisateur croit parti ne doit pas se perdre",
    ),
  ],
  fix: { fr: "Écrire le dépôt sur disque avant de l'envoyer.", en: 'Write the deposit to disk before sending it.' },
}));

/** What happens when the far side or the machine fails. */
export const resilienceRows: readonly ScenarioRow[] = [
  {
    id: 'RES-05',
    title: { fr: 'Serveur absent un moment', en: 'Server away for a while' },
    purpose: { fr: 'Le dépôt attend, puis part une seule fois.', en: 'The deposit waits, then is sent once.' },
    sources: queue,
    exclusive: true,
    steps: [{ server: 'away' }, unawaited(), { server: 'usual' }, { await: { mails: 1 }, ms: 20_000 }],
    assert: [
      must('K-KEEP', 'S', { filed: 1 }, 'un dépôt pris en charge ne se perd pas'),
      must('K-ONCE', 'W', { mails: 1 }, 'un dépôt ne part pas deux fois'),
    ],
    fix: { fr: "Réessayer seul, sans l'utilisateur.", en: 'Try again alone, without the user.' },
  },
  ...servers,
  ...kills,
  {
    id: 'RES-10',
    title: { fr: "Rapport arrivé pendant l'arrêt", en: 'Report that came while stopped' },
    purpose: { fr: 'Il est lu au démarrage.', en: 'It is read at the start.' },
    sources: queue,
    exclusive: true,
    steps: [
      deposit(),
      act('app.stop'),
      { report: { kind: 'processed' } },
      act('app.start'),
      act('reports.read'),
      act('deposit.state'),
    ],
    assert: [should('K-KEEP', 'A', { answer: 5, value: 'state', is: { in: ['integrated', 'visible'] } })],
    fix: {
      fr: 'Relire la boîte depuis le dernier message traité.',
      en: 'Read the mailbox from the last message dealt with.',
    },
  },
  {
    id: 'RES-13',
    title: { fr: 'Pas de réseau au démarrage', en: 'No network at start' },
    purpose: { fr: 'Le logiciel marche, la file attend.', en: 'The software works, the queue waits.' },
    sources: [{ doc: "Guide d'intégration Terr-eSanté", section: 'Dépôt par messagerie', grade: 'N' }],
    exclusive: true,
    steps: [{ server: 'away' }, act('app.stop'), act('app.start'), unawaited(), act('deposit.state')],
    assert: [
      must('K-BOUND', 'A', { answer: 3, outcome: ['done', 'pending', 'failed', 'refused'] }),
      state(4, ['waiting', 'delayed', 'unknown'], 'K-BOUND'),
    ],
    fix: { fr: "Ne pas bloquer l'écran sur le réseau.", en: 'Do not block the screen on the network.' },
  },
  {
    id: 'RES-14',
    title: { fr: 'La plateforme redémarre avant son rapport', en: 'The far side restarts before its report' },
    purpose: { fr: 'Le rapport tardif est appliqué.', en: 'The late report is applied.' },
    sources: queue,
    steps: [
      deposit(),
      { server: 'usual' },
      { report: { kind: 'processed' } },
      act('reports.read'),
      act('deposit.state'),
    ],
    assert: [
      should('K-STATE', 'A', { answer: 1, outcome: ['done', 'pending'] }),
      should('K-LINK', 'A', { answer: 3, value: 'state', is: { in: ['integrated', 'visible'] } }),
    ],
    fix: { fr: 'Rattacher par identifiant, pas par connexion.', en: 'Tie by identifier, not by connection.' },
  },
];
