import { composeDeposit, parseReport } from '../../../src/transport/index.ts';
import { composeMdn, composeKo } from '../../../src/transport/mss/answer.ts';
import { readIncomingDeposit } from '../../../src/transport/mss/incoming.ts';
import { bytesSource, collect } from '../../../src/internal/bytes.ts';
import { documents, runtime } from '../documents.ts';
import { secrets } from '../people.ts';
import { must, type Target } from '../target.ts';

const sender = 'appli@cabinet.simulateur.mssante.fr';
const box = 'documents@terr-esante.simulateur.mssante.fr';

const dsn = [
  'Return-Path: <>',
  'From: MAILER-DAEMON@simulateur.mssante.fr',
  `To: ${sender}`,
  'Subject: Undelivered Mail Returned to Sender',
  'Message-ID: <d@simulateur.mssante.fr>',
  'MIME-Version: 1.0',
  'Content-Type: multipart/report; report-type=delivery-status; boundary="b"',
  '',
  '--b',
  'Content-Type: text/plain',
  '',
  'Non remis.',
  '--b',
  'Content-Type: message/delivery-status',
  '',
  'Reporting-MTA: dns; simulateur.mssante.fr',
  'Original-Envelope-Id: 0-0',
  '',
  `Final-Recipient: rfc822; ${box}`,
  'Action: failed',
  'Status: 5.2.2',
  '',
  '--b',
  'Content-Type: message/rfc822',
  '',
  'Message-ID: <a@b.mssante.fr>',
  'Subject: XDM/1.0/DDM',
  '',
  'x',
  '--b--',
  '',
].join('\r\n');

let made: Promise<readonly Uint8Array[]> | undefined;
function mails(): Promise<readonly Uint8Array[]> {
  made ??= (async () => {
    const [first] = await documents();
    if (!first) throw new TypeError('no document');
    const archive = { fileName: 'IHE_XDM.zip', content: bytesSource(first.archive) };
    const deposit = await composeDeposit(first.submission, archive, {
      from: { address: sender, label: 'Cabinet' },
      to: box,
      runtime: runtime(),
    });
    const original = {
      messageId: '<a@b.mssante.fr>',
      subject: 'XDM/1.0/DDM',
      returnPath: sender,
      dispositionNotificationTo: sender,
      recipient: box,
      content: bytesSource(Buffer.from('Subject: x\r\n\r\n')),
    };
    const answer = { from: { address: box, label: 'Plateforme' }, outcome: { kind: 'error', code: '902' } } as const;
    const [mdn, ko] = [
      await composeMdn(original, { ...answer, runtime: runtime() }),
      await composeKo(original, { ...answer, runtime: runtime() }),
    ];
    return [
      await collect(deposit.content.open()),
      await collect(mdn.content.open()),
      await collect(ko.content.open()),
      Buffer.from(dsn),
    ];
  })();
  return made;
}

const words: readonly string[] = [
  '\r\n--b\r\n',
  '\r\n--b--\r\n',
  '--',
  'boundary="b"',
  'boundary=""',
  'Content-Type: multipart/mixed; boundary="c"\r\n',
  'Content-Type: message/rfc822\r\n',
  'Content-Type: message/disposition-notification\r\n',
  'Content-Type: text/html; charset=x-unknown\r\n',
  'Content-Type: text/plain; charset=utf-7\r\n',
  'Content-Transfer-Encoding: base64\r\n',
  'Content-Transfer-Encoding: quoted-printable\r\n',
  'Content-Transfer-Encoding: x-uuencode\r\n',
  'Content-Disposition: attachment; filename="IHE_XDM.zip"\r\n',
  "filename*=utf-8''IHE%5FXDM.zip",
  'filename*0="IHE_"; filename*1="XDM.zip"',
  '=?utf-8?b?WERN?=',
  '=?utf-8?q?=0D=0A?=',
  '=?x-unknown?q?a?=',
  'Message-ID: <z@e.example>\r\n',
  'From: a@e.example, b@e.example\r\n',
  'Subject: [KO Intégration système !][902] XDM/1.0/DDM\r\n',
  'Disposition: automatic-action/MDN-sent-automatically; processed/error\r\n',
  'Original-Message-ID: <y@e.example>\r\n',
  'Return-Path: <>\r\n',
  'X-Failed-Recipients: a@e.example\r\n',
  'Subject: Undelivered Mail Returned to Sender\r\n',
  'Content-Type: message/global-headers\r\n',
  'Message-ID: <y@e.example>\r\n',
  '------ This is a copy of your message ------\r\n',
  '<>',
  '=\r\n',
  '====',
];

const base = { seeds: mails, dictionary: words, secrets };

export const report: Target = {
  ...base,
  name: 'mail-report',
  async read(bytes) {
    const read = await parseReport(bytes);
    if (read === null) return null;
    must(read.recipients.length <= 100, 'a bounded number of recipients');
    must(
      [...read.messageIds].every((id) => /^<[^<>\s]{1,250}>$/.test(id)),
      'message ids are ids',
    );
    must(
      read.recipients.every(({ code }) => code === null || /^\d{3}$/.test(code)),
      'a code has three digits',
    );
    return read;
  },
};

export const deposit: Target = {
  ...base,
  name: 'mail-deposit',
  async read(bytes, seed) {
    const whole = await readIncomingDeposit(bytes);
    // The same in pieces: what is read does not depend on how the network cut it.
    const size = 1 + (seed % 3_000);
    async function* pieces(): AsyncGenerator<Uint8Array> {
      for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size);
    }
    const cut = await readIncomingDeposit(pieces());
    const same = (left: Uint8Array | null, right: Uint8Array | null): boolean =>
      left === null || right === null ? left === right : Buffer.from(left).equals(Buffer.from(right));
    must(same(whole.archive, cut.archive), 'the same archive whatever the pieces');
    must(whole.messageId === cut.messageId && whole.subject === cut.subject, 'the same headers whatever the pieces');
    return whole;
  },
};

export const mailTargets: readonly Target[] = [report, deposit];
