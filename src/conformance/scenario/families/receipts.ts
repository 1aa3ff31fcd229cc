import { act, deposit, must, should, state, type ScenarioRow } from '../row.ts';
import { receipts, inferred, guide, notArrived, told } from './mail-deposit.ts';

const arrived = ['integrated', 'visible'];

const codes: readonly (readonly [string, string, readonly string[]])[] = [
  ['a', '900', ['version']],
  ['b', '901', ['auteur', 'autoris']],
  ['c', '902', ['patient', 'inconnu']],
  ['d', '903', ['INS', 'identité']],
  ['e', '904', ['904']],
  ['f', '905', ['905']],
  ['g', '906', ['906', 'erreur', 'refus']],
];

/** What a deposit becomes, as receipts and reports tell it. */
export const receiptRows: readonly ScenarioRow[] = [
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
];
