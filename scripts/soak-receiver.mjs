// The far side of the soak run, in a process of its own: what it keeps is not counted. It decides
// what must become of each document, plays the faults and writes the reports.
import { importSource } from './bundle-source.mjs';
import { certificates, documentIn, generator, source, to } from './outbox-fixture.mjs';

const { createMailServer, composeKo, composeMdn, readIncomingDeposit } = await importSource(
  'soak-receiver',
  `export { createMailServer } from './src/simulator/mail/server.ts';
   export { composeKo, composeMdn } from './src/transport/mss/answer.ts';
   export { readIncomingDeposit } from './src/transport/mss/incoming.ts';`,
);

const random = generator(Number(process.argv[2]));
const { caPem, tls } = await certificates();
const pick = (list) => list[Math.floor(random() * list.length)];

/** What the far side will report, and the state it must lead to. */
function plan() {
  const dice = random();
  // One in ten: a report that is missing, doubled, contradictory, or a refusal.
  if (dice > 0.1) return { reports: ['processed'], end: 'processed' };
  return pick([
    { reports: [], end: 'accepted' },
    { reports: ['processed', 'processed'], end: 'processed' },
    { reports: ['delivered'], end: 'delivered' },
    { reports: ['delayed', 'delivered', 'processed'], end: 'processed' },
    { reports: ['processed', 'delivered', 'delayed'], end: 'processed' },
    // A success that only a header proves does not outrank a bounce.
    { reports: ['processed', 'failed'], end: 'undeliverable' },
    { reports: ['failed'], end: 'undeliverable' },
    { reports: ['delivered', 'failed'], end: 'undeliverable' },
    { reports: ['error'], end: 'rejected' },
    { reports: ['error', 'error'], end: 'rejected' },
    { reports: ['ko'], end: 'rejected' },
  ]);
}

/** A delivery report as a mail server writes it. */
function deliveryReport(action, envelopeId, number) {
  const status = { failed: '5.2.1', delayed: '4.4.1', delivered: '2.0.0' }[action];
  return Buffer.from(
    [
      'Return-Path: <>',
      'From: MAILER-DAEMON@simulateur.mssante.fr',
      'Subject: Delivery Status Notification',
      `Message-ID: <report.${number}@simulateur.mssante.fr>`,
      'MIME-Version: 1.0',
      'Content-Type: multipart/report; report-type=delivery-status; boundary=b',
      '',
      '--b',
      'Content-Type: message/delivery-status',
      '',
      'Reporting-MTA: dns; simulateur.mssante.fr',
      `Original-Envelope-Id: ${envelopeId}`,
      '',
      `Final-Recipient: rfc822; ${to}`,
      `Action: ${action}`,
      `Status: ${status}`,
      '',
      '--b--',
      '',
    ].join('\r\n'),
  );
}

const receiver = { address: to, label: 'Plateforme fictive' };
/** uniqueId -> state it must end in; made when the document is filed for the first time. */
const ends = new Map();
let reportNumber = 0;

async function reportOf(report, original, envelopeId) {
  const options = { from: receiver, outcome: { kind: 'processed' } };
  if (report === 'processed') return (await composeMdn(original, options)).content;
  if (report === 'error') {
    return (
      await composeMdn(original, {
        ...options,
        outcome: { kind: 'error', code: '902' },
        form: random() < 0.5 ? 'current' : 'older',
      })
    ).content;
  }
  if (report === 'ko') {
    return (await composeKo(original, { ...options, outcome: { kind: 'error', code: '904' } })).content;
  }
  return source(deliveryReport(report, envelopeId, reportNumber));
}

async function answer(mail, head, { reports }) {
  const original = { ...head, returnPath: mail.from, recipient: to, content: source(mail.bytes) };
  const post = [];
  for (const report of reports) {
    reportNumber += 1;
    const chunks = [];
    for await (const chunk of (await reportOf(report, original, mail.envelopeId)).open()) chunks.push(chunk);
    const bytes = Buffer.concat(chunks);
    // The same report twice in the mailbox, now and then; some arrive late.
    if (random() < 0.1) post.push({ bytes, after: random() * 200 });
    post.push({ bytes, after: random() < 0.1 ? random() * 3_000 : 0 });
  }
  return post;
}

const faults = [
  { at: 'data-end', action: { cut: 'hang', keep: true } },
  { at: 'data-end', action: { cut: 'close', keep: true } },
  { at: 'data-end', action: { cut: 'close', keep: false } },
  { at: 'data-end', action: { cut: 'half-reply', keep: true } },
  { at: 'data-end', action: { reply: { code: 451, text: '4.3.0 Later' } } },
  { at: 'rcpt', action: { reply: { code: 450, text: '4.7.1 Greylisted' } } },
  { at: 'mail', action: { reply: { code: 421, text: '4.3.2 Busy' } } },
  { at: 'data-half', action: { cut: 'close' } },
];
let planned = null;
const server = await createMailServer({
  tls,
  fault: (at) => {
    if (at === 'mail') planned = random() < 0.1 ? pick(faults) : null;
    if (planned?.at !== at) return undefined;
    const { action } = planned;
    planned = null;
    return action;
  },
  onMessage: async (mail) => {
    const { archive, ...head } = await readIncomingDeposit(mail.bytes);
    const uniqueId = documentIn(archive);
    // The receiver recognises a message that comes again.
    if (ends.has(uniqueId)) return;
    const made = plan();
    ends.set(uniqueId, made.end);
    process.send({ filed: ends.size, reports: reportNumber, post: await answer(mail, head, made) });
  },
});

process.send({ port: server.port, caPem });
process.on('message', ({ ask }) => process.send({ ends: ask.map((uniqueId) => ends.get(uniqueId) ?? null) }));
process.on('disconnect', () => process.exit());
