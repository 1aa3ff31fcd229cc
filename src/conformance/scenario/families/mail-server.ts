import { act, deposit, every, must, should, state, unawaited, type ScenarioRow } from '../row.ts';
import { transport, inferred, guide, notArrived, told } from './mail-deposit.ts';

/** Mail servers that break off, refuse, or ask for something. */
export const mailServerRows: readonly ScenarioRow[] = [
  {
    id: 'DEP-16',
    title: { fr: 'Réponse perdue après le point final', en: 'Reply lost after the final dot' },
    purpose: {
      fr: "Le message repart avec les mêmes identifiants et n'est classé qu'une fois.",
      en: 'The message is sent again with the same identifiers and is filed once.',
    },
    sources: transport('RFC 5321, section 4.2.5'),
    steps: [{ fault: { at: 'data-end', do: 'keep-and-close' } }, deposit(), { await: { mails: 2 }, ms: 15_000 }],
    assert: [must('K-ONCE', 'S', { filed: 1 }), must('K-SAMEID', 'W', { same: ['messageId', 'uniqueId'] })],
    fix: {
      fr: 'Garder le message entier et le renvoyer tel quel.',
      en: 'Keep the whole message and send it again as it is.',
    },
  },
  {
    id: 'DEP-17',
    title: { fr: 'Coupure au milieu de DATA', en: 'Cut in the middle of DATA' },
    purpose: {
      fr: "Le message repart et n'est classé qu'une fois.",
      en: 'The message is sent again and is filed once.',
    },
    sources: transport('RFC 5321, section 4.5.4'),
    steps: [{ fault: { at: 'data-half', do: 'close' } }, deposit(), { await: { mails: 1 }, ms: 15_000 }],
    assert: [must('K-ONCE', 'S', { filed: 1 }), must('K-ONCE', 'W', { mails: 1 })],
    fix: { fr: 'Réessayer après une coupure.', en: 'Try again after a cut.' },
  },
  {
    id: 'DEP-18',
    title: { fr: 'Destinataire inconnu', en: 'Unknown recipient' },
    purpose: { fr: 'Un avis de non-remise fait dire « non remis ».', en: 'A bounce makes the deposit undeliverable.' },
    sources: transport('RFC 3464'),
    steps: told({ kind: 'bounce' }),
    assert: [state(3, ['undeliverable']), must('K-TOLD', 'A', { answer: 3, told: [] })],
    fix: { fr: "Lire les DSN, et dire de vérifier l'adresse.", en: 'Read DSNs, and say to check the address.' },
  },
  {
    id: 'DEP-19',
    title: { fr: 'Serveur qui demande de patienter', en: 'Greylisting' },
    purpose: {
      fr: 'Un refus temporaire est suivi d’un nouvel essai.',
      en: 'A temporary refusal is followed by another attempt.',
    },
    sources: transport('RFC 5321, section 4.5.4.1'),
    steps: [
      { fault: { at: 'rcpt', do: 'reply', reply: { code: 451, text: '4.7.1 Greylisted, try again later' } } },
      deposit(),
      { await: { mails: 1 }, ms: 15_000 },
    ],
    assert: [should('K-PACE', 'W', { mails: 1 }), must('K-ONCE', 'S', { filed: { max: 1 } })],
    fix: { fr: 'Réessayer plus tard un code 4xx.', en: 'Try a 4xx code again later.' },
  },
  {
    id: 'DEP-20',
    title: { fr: 'Message plus grand que SIZE', en: 'Message over SIZE' },
    purpose: {
      fr: 'Un message trop grand est refusé avant DATA, avec les deux tailles.',
      en: 'A message that is too large is refused before DATA, with both sizes.',
    },
    sources: transport('RFC 1870'),
    exclusive: true,
    steps: [{ server: 'small' }, unawaited({ file: 'scan.pdf' }), { pauseMs: 1_000 }, act('deposit.state')],
    assert: [
      should('K-TOLD', 'A', { answer: 0, told: ['taille', 'grand', 'volumineux'] }),
      must('K-WIRE', 'W', { untouched: 'data-half' }),
      must('K-TOLD', 'A', { answer: 1, outcome: ['refused', 'failed', 'pending'] }),
    ],
    fix: { fr: 'Lire SIZE dans la réponse à EHLO.', en: 'Read SIZE in the reply to EHLO.' },
  },
  ...(
    [
      ['a', 'documents@simulateur.mssante.fr.exemple.fr', 'adresse ressemblante', 'look-alike address'],
      ['b', 'd\u043ecuments@simulateur.mssante.fr', 'lettre d’un autre alphabet', 'letter of another alphabet'],
      [
        'c',
        'documents@simulateur.mssante.fr\r\nBcc: autre@exemple.fr',
        'fin de ligne dans l’adresse',
        'line end in the address',
      ],
    ] as const
  ).map(([variant, value, fr, en]): ScenarioRow => ({
    id: `DEP-22${variant}`,
    title: { fr: `Adresse de dépôt : ${fr}`, en: `Deposit address: ${en}` },
    purpose: {
      fr: "Une adresse qui n'est pas celle d'un domaine MSSanté est refusée.",
      en: 'An address that is none of the MSSanté space is refused.',
    },
    sources: guide,
    steps: [act('config.set', { name: 'depositAddress', value })],
    assert: [
      must('CFG-08', 'A', { answer: 1, outcome: ['refused'] }, 'un document de santé partirait chez un inconnu'),
      must('CFG-08', 'W', { silent: true }),
    ],
    fix: { fr: 'Contrôler l’adresse à la saisie.', en: 'Check the address when it is entered.' },
  })),
  {
    id: 'DEP-23',
    title: { fr: 'Rapport hostile', en: 'Hostile report' },
    purpose: {
      fr: "Un message en HTML avec un script n'a aucun effet.",
      en: 'A mail in HTML with a script has no effect.',
    },
    sources: inferred,
    steps: told({ kind: 'hostile' }),
    assert: [
      should('K-ESC', 'A', { answer: 3, value: 'state', is: { in: notArrived } }),
      should('K-BOUND', 'A', { answer: 2, outcome: ['done'] }),
    ],
    fix: { fr: 'Ne lire que du texte.', en: 'Read text only.' },
  },
  {
    id: 'DEP-24',
    title: { fr: 'Certificat de structure demandé', en: 'Structure certificate asked for' },
    purpose: {
      fr: 'Le logiciel montre le certificat de la structure.',
      en: 'The software shows the certificate of the structure.',
    },
    sources: transport('Authentification des serveurs et clients'),
    exclusive: true,
    steps: [{ server: 'certificate-asked' }, deposit(), { await: { mails: 1 }, ms: 5_000 }],
    assert: [should('K-TLS', 'W', every('clientCertificate', { equals: true })), must('K-ONCE', 'S', { filed: 1 })],
    fix: {
      fr: 'Donner la clé et le certificat à la connexion TLS.',
      en: 'Give key and certificate to the TLS connection.',
    },
  },
];
