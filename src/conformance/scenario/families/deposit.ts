import { act, deposit, every, isDone, must, should, state, unawaited, type ScenarioRow } from '../row.ts';

const transport = (section: string, grade: 'S' | 'N' | 'D' = 'N') => [
  { doc: 'Référentiel socle MSSanté n° 2', section, grade },
];
const receipts = [
  {
    doc: "CI-SIS, volet Transmission au LPS d'un document CDA",
    section: "Accusés et messages d'erreur",
    grade: 'N' as const,
  },
];
/** What no text says, and we infer. */
const inferred = receipts.map((source) => ({ ...source, grade: 'D' as const }));
const guide = [{ doc: "Guide d'intégration Terr-eSanté", section: 'Dépôt par messagerie', grade: 'S' as const }];

const arrived = ['integrated', 'visible'];
const notArrived = ['waiting', 'accepted', 'delayed', 'delivered', 'unknown'];
const platform = 'documents@simulateur.mssante.fr';

/** A deposit, what the far side says of it, and what the user then reads. */
const told = (...reports: readonly Record<string, unknown>[]): ScenarioRow['steps'] =>
  [
    deposit(),
    ...reports.map((report) => ({ report })),
    act('reports.read'),
    act('deposit.state'),
  ] as unknown as ScenarioRow['steps'];

const codes: readonly (readonly [string, string, readonly string[]])[] = [
  ['a', '900', ['version']],
  ['b', '901', ['auteur', 'autoris']],
  ['c', '902', ['patient', 'inconnu']],
  ['d', '903', ['INS', 'identité']],
  ['e', '904', ['904']],
  ['f', '905', ['905']],
  ['g', '906', ['906', 'erreur', 'refus']],
];

/** Deposit by mail and its receipts. */
export const depositRows: readonly ScenarioRow[] = [
  {
    id: 'DEP-01',
    title: { fr: 'Dépôt nominal', en: 'Nominal deposit' },
    purpose: {
      fr: 'Un document déposé part vers la boîte exacte, à un seul destinataire, avec son archive et sa copie PDF.',
      en: 'A deposited document goes to the exact mailbox, to one recipient, with its archive and its PDF copy.',
    },
    sources: guide,
    steps: [deposit(), { await: { mails: 1 }, ms: 5_000 }],
    assert: [
      isDone(),
      must('K-ONCE', 'W', { mails: 1 }),
      must('K-WIRE', 'W', every('to.length', { equals: 1 })),
      must('K-WIRE', 'W', every('to.0', { equals: platform })),
      must('MAIL-ARCHIVE', 'W', { check: ['MAIL-', 'XDM-LAYOUT'] }),
      must('K-ONCE', 'S', { filed: 1 }),
      should('MAIL-RECEIPT', 'W', every('notificationTo', { present: true })),
    ],
    fix: {
      fr: "Écrire à l'adresse de dépôt de la configuration, avec IHE_XDM.zip et la copie PDF.",
      en: 'Write to the deposit address of the configuration, with IHE_XDM.zip and the PDF copy.',
    },
  },
  {
    id: 'DEP-02',
    title: { fr: 'Objet étendu, sans INS', en: 'Extended subject, without an INS' },
    purpose: {
      fr: "L'objet a la forme étendue, ses accents sont codés, et il ne porte jamais l'INS.",
      en: 'The subject has the extended form, its accents are encoded, and it never holds the INS.',
    },
    sources: transport('Objet du message'),
    patients: [{ traits: { birthName: 'ÉLAN-ESSAI', firstName: 'ZOÉ' } }],
    steps: [deposit()],
    assert: [
      must('MAIL-SUBJECT', 'W', every('subject', { matches: '^XDM/1\\.0/DDM(\\+|$)' })),
      must('K-CANARY', 'W', every('subject', { lacks: ['$patient.ins.value'] })),
      must('MAIL-SUBJECT', 'W', every('rawSubject', { matches: '^[\\x20-\\x7e]*$' })),
    ],
    fix: {
      fr: 'Écrire XDM/1.0/DDM+libellé NOM prénom date, codé selon RFC 2047.',
      en: 'Write XDM/1.0/DDM+label NAME given-name date, encoded by RFC 2047.',
    },
  },
  {
    id: 'DEP-03a',
    title: { fr: 'X-MSS-CODECDA', en: 'X-MSS-CODECDA' },
    purpose: { fr: "L'en-tête nomme le type du document.", en: 'The header names the type of the document.' },
    sources: transport('ECO.2.4.1'),
    steps: [deposit({ type: '11488-4' })],
    assert: [must('K-WIRE', 'W', every('headers.x-mss-codecda', { equals: '11488-4' }))],
    fix: { fr: 'Reprendre le code du CDA.', en: 'Take the code of the CDA.' },
  },
  {
    id: 'DEP-03b',
    title: { fr: 'X-MSS-INS', en: 'X-MSS-INS' },
    purpose: {
      fr: "L'en-tête dit O quand l'INS est dans le document.",
      en: 'The header says O when the INS is in the document.',
    },
    sources: transport('ECO.2.4.2'),
    steps: [deposit()],
    assert: [must('K-WIRE', 'W', every('headers.x-mss-ins', { equals: 'O' }))],
    fix: { fr: 'Écrire O pour une identité qualifiée, N sinon.', en: 'Write O for a qualified identity, N otherwise.' },
  },
  {
    id: 'DEP-04',
    title: { fr: 'Serveur sans STARTTLS', en: 'Server without STARTTLS' },
    purpose: {
      fr: "Un serveur qui n'offre pas le chiffrement ne reçoit rien.",
      en: 'A server that offers no encryption gets nothing.',
    },
    sources: transport('Sécurisation des échanges'),
    exclusive: true,
    steps: [{ server: 'no-starttls' }, unawaited(), { pauseMs: 600 }, act('deposit.state')],
    assert: [
      must('K-TLS', 'W', { untouched: 'mail' }),
      must('K-TOLD', 'A', { answer: 1, outcome: ['refused', 'failed', 'pending'] }),
      must('K-TOLD', 'A', { answer: 0, told: ['chiffr', 'TLS', 'sécuris', 'certificat'] }),
    ],
    fix: { fr: 'Exiger STARTTLS avant MAIL FROM.', en: 'Demand STARTTLS before MAIL FROM.' },
  },
  {
    id: 'DEP-05',
    title: { fr: 'Réponse 250 : pris en charge, rien de plus', en: 'Reply 250: taken in charge, no more' },
    purpose: {
      fr: "Sans rapport, un dépôt accepté par le serveur n'est jamais dit arrivé.",
      en: 'Without a report, a deposit that the server accepted is never said to have arrived.',
    },
    sources: guide,
    steps: [deposit(), act('deposit.state')],
    assert: [must('K-ONCE', 'W', { mails: 1 }), state(2, notArrived)],
    fix: { fr: 'Afficher « pris en charge ».', en: 'Show "taken in charge".' },
  },
  {
    id: 'DEP-06',
    title: { fr: 'Accusé de traitement : intégré', en: 'Disposition report: integrated' },
    purpose: {
      fr: 'Le rapport « processed » de la plateforme fait passer le dépôt à « intégré ».',
      en: 'The report "processed" of the platform makes the deposit integrated.',
    },
    sources: receipts,
    steps: [{ reports: 'by-the-platform' }, deposit(), act('reports.read'), act('deposit.state')],
    assert: [state(3, arrived), must('K-LINK', 'S', { filed: 1 })],
    fix: {
      fr: 'Lire le MDN et le rattacher par Original-Message-ID.',
      en: 'Read the MDN and tie it by Original-Message-ID.',
    },
  },
  {
    id: 'DEP-07',
    title: { fr: 'Dix jours sans rapport', en: 'Ten days without a report' },
    purpose: { fr: 'Le silence ne vaut pas réception.', en: 'Silence is no reception.' },
    sources: receipts,
    steps: [deposit(), { clock: 'P10D' }, act('reports.read'), act('deposit.state')],
    assert: [state(3, [...notArrived, 'failed'])],
    fix: { fr: 'Garder « pris en charge » et proposer de vérifier.', en: 'Keep "taken in charge" and offer to look.' },
  },
  {
    id: 'DEP-08',
    title: { fr: 'Rapport trois jours après', en: 'Report three days late' },
    purpose: { fr: 'Un rapport tardif compte.', en: 'A late report counts.' },
    sources: receipts,
    steps: [deposit(), { clock: 'P3D' }, { report: { kind: 'processed' } }, act('reports.read'), act('deposit.state')],
    assert: [
      should('K-LINK', 'A', { answer: 3, value: 'state', is: { in: arrived } }),
      must('K-STATE', 'A', { answer: 3, value: 'state', is: { present: true } }),
    ],
    fix: { fr: 'Ne pas oublier les envois anciens.', en: 'Do not forget old deposits.' },
  },
  {
    id: 'DEP-09',
    title: { fr: 'Le même rapport deux fois', en: 'The same report twice' },
    purpose: { fr: 'Un rapport en double ne change rien.', en: 'A report that comes twice changes nothing.' },
    sources: receipts,
    steps: told({ kind: 'processed' }, { kind: 'processed', again: true }),
    assert: [state(3, arrived, 'K-ONCE')],
    fix: { fr: 'Reconnaître un rapport par son Message-ID.', en: 'Know a report by its Message-ID.' },
  },
  {
    id: 'DEP-10a',
    title: { fr: 'Refus après un succès', en: 'Refusal after a success' },
    purpose: {
      fr: 'Deux rapports contraires : les deux sont gardés, et le refus est dit.',
      en: 'Two contrary reports: both are kept, and the refusal is told.',
    },
    sources: inferred,
    steps: told({ kind: 'processed' }, { kind: 'error', code: '902' }),
    assert: [
      must(
        'K-STATE',
        'A',
        { answer: 3, value: 'state', is: { present: true } },
        'un état est toujours dit, même contredit',
      ),
      should('K-KEEP', 'A', { answer: 3, value: 'reports', is: { in: [2] } }),
    ],
    fix: { fr: 'Garder chaque rapport, montrer le plus défavorable.', en: 'Keep each report, show the worst.' },
  },
  ...codes.map(([variant, code, words]): ScenarioRow => ({
    id: `DEP-11${variant}`,
    title: { fr: `Refus ${code}`, en: `Refusal ${code}` },
    purpose: {
      fr: `Le code ${code} est dit en français, avec le geste à faire.`,
      en: `Code ${code} is told in French, with what to do.`,
    },
    sources: receipts,
    steps: told(variant === 'c' ? { kind: 'ko-mail', code } : { kind: 'error', code }),
    assert: [
      state(3, ['rejected'], 'K-TOLD'),
      must('K-TOLD', 'A', { answer: 3, value: 'code', is: { equals: code } }),
      must('K-TOLD', 'A', { answer: 3, told: words }),
    ],
    fix: {
      fr: 'Lire aussi les messages [KO …], et traduire le code.',
      en: 'Read the [KO …] mails too, and translate the code.',
    },
  })),
  {
    id: 'DEP-12a',
    title: { fr: 'Ancienne forme : code dans Disposition', en: 'Older form: code in Disposition' },
    purpose: { fr: 'Le code écrit dans Disposition est lu.', en: 'The code written in Disposition is read.' },
    sources: receipts,
    steps: told({ kind: 'error', code: '902', form: 'older' }),
    assert: [
      should('K-LINK', 'A', { answer: 3, value: 'state', is: { in: ['rejected'] } }),
      must('K-STATE', 'A', { answer: 3, value: 'state', is: { lacks: arrived } }),
    ],
    fix: { fr: 'Lire processed/Error: CODE^libellé.', en: 'Read processed/Error: CODE^label.' },
  },
  {
    id: 'DEP-12b',
    title: { fr: 'Message [KO …]', en: '[KO …] mail' },
    purpose: {
      fr: "Le refus d'un logiciel qui n'écrit pas d'accusé est lu.",
      en: 'The refusal of a program that writes no report is read.',
    },
    sources: receipts,
    steps: told({ kind: 'ko-mail', code: '903' }),
    assert: [
      should('K-LINK', 'A', { answer: 3, value: 'state', is: { in: ['rejected'] } }),
      must('K-STATE', 'A', { answer: 3, value: 'state', is: { lacks: arrived } }),
    ],
    fix: {
      fr: 'Rattacher par In-Reply-To ou par le message joint.',
      en: 'Tie it by In-Reply-To or by the attached message.',
    },
  },
  {
    id: 'DEP-13',
    title: { fr: 'Code inconnu 999', en: 'Unknown code 999' },
    purpose: { fr: 'Un code inconnu est gardé et montré.', en: 'An unknown code is kept and shown.' },
    sources: receipts,
    steps: told({ kind: 'error', code: '999' }),
    assert: [
      should('K-KEEP', 'A', { answer: 3, value: 'code', is: { equals: '999' } }),
      must('K-STATE', 'A', { answer: 3, value: 'state', is: { lacks: arrived } }),
    ],
    fix: { fr: 'Montrer le code tel quel.', en: 'Show the code as it is.' },
  },
  {
    id: 'DEP-14',
    title: { fr: 'Expéditeur forgé, bons identifiants', en: 'Forged sender, right identifiers' },
    purpose: {
      fr: "Un rapport venu d'ailleurs que de la boîte écrite ne change pas l'état.",
      en: 'A report from elsewhere than the mailbox written to does not change the state.',
    },
    sources: inferred,
    steps: told({ kind: 'processed', from: 'documents@pirate.exemple.mssante.fr' }),
    assert: [
      must(
        'K-LINK',
        'A',
        { answer: 3, value: 'state', is: { in: notArrived } },
        "un tiers ne doit pas pouvoir faire croire qu'un document est arrivé",
      ),
      should('K-KEEP', 'A', { answer: 2, value: 'unmatched', is: { present: true } }),
    ],
    fix: {
      fr: "Comparer l'expéditeur du rapport avec le destinataire du dépôt.",
      en: 'Compare the sender of the report with the recipient of the deposit.',
    },
  },
  {
    id: 'DEP-15',
    title: { fr: "Le bon objet, et rien d'autre", en: 'The right subject only' },
    purpose: {
      fr: "Un message rattaché par son seul objet ne change pas l'état.",
      en: 'A mail that only the subject ties does not change the state.',
    },
    sources: inferred,
    steps: told({ kind: 'subject-only', code: '902' }),
    assert: [
      must(
        'K-LINK',
        'A',
        { answer: 3, value: 'state', is: { in: notArrived } },
        "deux dépôts ont souvent le même objet : le refus de l'un n'est pas celui de l'autre",
      ),
      should('K-KEEP', 'A', { answer: 2, value: 'unmatched', is: { present: true } }),
    ],
    fix: { fr: 'Lister le message à part, sans conclure.', en: 'List the mail apart, without concluding.' },
  },
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
