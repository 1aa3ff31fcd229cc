// Many deposits with one fault in ten, each followed to its end; the far side knows what the end must be.
//   node scripts/soak.mjs --deposits N [--seed S]
// Last line: deposits N, wrong state W, rss first A MB last B MB.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { createMailServer } from 'terr-esante-sdk/simulator';
import {
  composeKo,
  composeMdn,
  createOutbox,
  openSpoolStore,
  parseReport,
  readIncomingDeposit,
} from 'terr-esante-sdk/transport';

import {
  certificates,
  domain,
  generator,
  numberArgument,
  source,
  submissionOf,
  to,
  transportTo,
} from './outbox-fixture.mjs';

const deposits = numberArgument('deposits', 20_000);
const seed = numberArgument('seed', 1);
const random = generator(seed);
const folder = mkdtempSync(join(tmpdir(), 'te-soak-'));
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
    { reports: ['processed', 'failed'], end: 'processed' },
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
/** uniqueId -> plan; made when the document is filed for the first time. */
const ends = new Map();
/** Reports on their way: some arrive late. */
const post = [];
let reportNumber = 0;

async function answer(mail, head, { reports }) {
  const original = { ...head, returnPath: mail.from, recipient: to, content: source(mail.bytes) };
  for (const report of reports) {
    reportNumber += 1;
    const make = async () => {
      if (report === 'processed')
        return (await composeMdn(original, { from: receiver, outcome: { kind: 'processed' } })).content.open();
      if (report === 'error')
        return (
          await composeMdn(original, {
            from: receiver,
            outcome: { kind: 'error', code: '902' },
            form: random() < 0.5 ? 'current' : 'older',
          })
        ).content.open();
      if (report === 'ko')
        return (await composeKo(original, { from: receiver, outcome: { kind: 'error', code: '904' } })).content.open();
      return deliveryReport(report, mail.envelopeId, reportNumber);
    };
    const bytes = await make();
    // The same report twice in the mailbox, now and then.
    if (bytes instanceof Uint8Array && random() < 0.2) post.push({ bytes, after: random() * 200 });
    post.push({ bytes, after: random() < 0.1 ? random() * 3_000 : 0 });
  }
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
    const uniqueId = Buffer.from(archive).toString();
    // The receiver recognises a message that comes again.
    if (ends.has(uniqueId)) return;
    const made = plan();
    ends.set(uniqueId, made.end);
    await answer(mail, head, made);
  },
});

const transport = transportTo({ port: server.port, caPem }, { maxConnections: 8, idleTimeoutMs: 400 });
const outbox = createOutbox({
  store: await openSpoolStore({ folder }),
  carrier: transport,
  senderDomain: domain,
  concurrency: 8,
  pollMs: 20,
  retry: { firstDelayMs: 5, longestDelayMs: 50, maxAttempts: 1_000 },
});

const wait = (ms) => new Promise((resolve) => setTimeout(resolve, ms));
const names = Array.from({ length: deposits }, (_, index) => `2.999.8.${seed}.${index + 1}`);
const rss = () => Math.round(process.memoryUsage.rss() / 1e6);
let first = 0;
let unmatched = 0;
let made = 0;

async function readPost(all) {
  const now = Date.now();
  for (const item of post.splice(0)) {
    item.due ??= now + item.after;
    if (!all && item.due > now) post.push(item);
    else if ((await outbox.applyReport(await parseReport(item.bytes))) === 'unmatched') unmatched += 1;
  }
}

const begun = Date.now();
const queue = names.values();
let running = true;
const reading = (async () => {
  while (running) {
    await readPost(false);
    await wait(5);
  }
})();
await Promise.all(
  Array.from({ length: 16 }, async () => {
    for (const uniqueId of queue) {
      await outbox.deposit(submissionOf(uniqueId));
      made += 1;
      if (made === Math.ceil(deposits / 10)) first = rss();
      const tell = made % 2_000 === 0;
      // The queue and the unread mail are kept short, so that what is measured is the flow.
      while (made - ends.size > 200 || post.length > 300) await wait(5);
      if (tell) console.error(`${made} deposits, ${ends.size} filed, rss ${rss()} MB`);
    }
  }),
);
const isOpen = (state) => state === 'queued' || state === 'sending';
for (let open = 1; open > 0; await wait(50)) {
  open = 0;
  for await (const { state } of outbox.list()) if (isOpen(state)) open += 1;
}
running = false;
await reading;
await readPost(true);
const last = rss();

let wrong = 0;
for (const uniqueId of names) {
  const receipt = await outbox.status(uniqueId);
  if (receipt?.state !== ends.get(uniqueId)) {
    wrong += 1;
    if (wrong <= 5) console.error(`${uniqueId}: ${receipt?.state}, expected ${ends.get(uniqueId)}`);
  }
}
await outbox.close();
await transport.close();
await server.close();
rmSync(folder, { recursive: true, force: true });
console.error(
  `${Math.round((deposits / (Date.now() - begun)) * 1_000)} deposits/s, ${reportNumber} reports, ${unmatched} of them not tied to a deposit`,
);
console.log(`deposits ${deposits}, wrong state ${wrong}, rss first ${first} MB last ${last} MB`);
process.exit(wrong === 0 && unmatched === 0 ? 0 : 1);
