import { act, deposit, every, isDone, must, should, unawaited, type ScenarioRow } from '../row.ts';
import { guide, transport } from './mail-deposit.ts';

const platform = 'documents@simulateur.mssante.fr';

/** Deposit by mail: what leaves, and to whom. */
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
];
