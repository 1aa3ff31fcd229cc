// Deposits through the pool against bare nodemailer with the same messages; memory of one large
// deposit.
import { execFileSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import {
  collectBytes,
  from,
  medianOfPairs,
  rate,
  receiver,
  source,
  submissionOf,
  to,
  transportTo,
} from '../lib/mail.mjs';
import { createTransport } from 'nodemailer';

const items = 400;

export async function run() {
  const far = await receiver();
  const transport = transportTo(far);
  const composed = await transport.compose(submissionOf('1.1'));
  const raw = await collectBytes(composed.content);
  // The same bytes on both sides, as an outbox has them.
  const mail = { ...composed, content: source(raw) };
  const bare = createTransport({
    pool: true,
    host: '127.0.0.1',
    port: far.server.port,
    requireTLS: true,
    tls: { ca: far.caPem, servername: 'localhost' },
    maxConnections: 4,
    maxMessages: Infinity,
  });
  const ours = () => rate(items, 8, () => transport.send(mail));
  const theirs = () => rate(items, 8, () => bare.sendMail({ raw, envelope: { from, to: [to] } }));
  await ours();
  await theirs();
  const { a, b, ratio } = await medianOfPairs(5, ours, theirs);
  const whole = () => rate(items, 8, (index) => transport.deposit(submissionOf(`1.${index}`)));
  const archive = Buffer.alloc(40_000, 'archive ');
  const composing = () =>
    rate(items, 8, (index) =>
      bare.sendMail({
        from,
        to,
        subject: `XDM/1.0/DDM ${index}`,
        text: 'x',
        attachments: [{ filename: 'IHE_XDM.zip', content: archive }],
      }),
    );
  await whole();
  await composing();
  const made = await medianOfPairs(5, whole, composing);
  bare.close();
  await transport.close();
  await far.server.close();
  return [
    {
      name: `send a composed ${Math.round(raw.length / 1_000)} kB mail, over bare nodemailer`,
      value: a,
      unit: 'mails/s',
      baseline: `nodemailer pool, raw buffer: ${Math.round(b)} mails/s`,
      ratio,
      goal: 'at least 0.9',
    },
    {
      name: 'the same, composing each mail',
      value: made.a,
      unit: 'mails/s',
      baseline: `nodemailer pool, attachment: ${Math.round(made.b)} mails/s`,
      ratio: made.ratio,
      goal: null,
    },
    ...memory(),
  ];
}

/** Peak memory of a process that deposits one file, with the receiver elsewhere. */
function memory() {
  const script = fileURLToPath(new URL('../lib/deposit-once.mjs', import.meta.url));
  const peak = (mode, megabytes) =>
    Number(execFileSync(process.execPath, [script, mode, String(megabytes)], { encoding: 'utf8' }));
  const floor = peak('ours', 0);
  return [1, 10, 50].map((megabytes) => {
    const ours = peak('ours', megabytes);
    const bare = peak('bare', megabytes);
    return {
      name: `peak memory, ${megabytes} MB archive, over bare nodemailer`,
      value: ours,
      unit: 'MB',
      baseline: `nodemailer with a file path: ${bare} MB; process without archive: ${floor} MB`,
      ratio: ours / bare,
      goal: null,
    };
  });
}
