import { simpleParser, type ParsedMail } from 'mailparser';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { isTerrESanteError } from '../../../src/errors.ts';
import { bytesSource, collect } from '../../../src/internal/bytes.ts';
import { createMailServer } from '../../../src/simulator/mail/server.ts';
import type { MailServer } from '../../../src/simulator/mail/model.ts';
import {
  composeDeposit,
  createMssTransport,
  type ComposedMail,
  type MssTransport,
} from '../../../src/transport/index.ts';
import { composeKo, composeMdn } from '../../../src/transport/mss/answer.ts';
import { readIncomingDeposit } from '../../../src/transport/mss/incoming.ts';
import { senderLabel } from '../../../src/transport/mss/headers.ts';
import { makeMailPki } from '../../helpers/mail-pki.ts';
import {
  depositAddress,
  fixedRuntime,
  fixtureArchive,
  fixtureSubmission,
  sender,
  senderAddress,
} from '../../transport/fixtures.ts';

/** Hostile texts: what a name, a title or a mailbox may hold when it comes from outside. */
const hostile = [
  'X\r\nBcc: evil@e.example',
  'X\nBcc: evil@e.example',
  'X\rBcc: evil@e.example',
  'X\r\n\r\n<h1>corps</h1>',
  'X\n.\r\nRSET',
  '\r\n.\r\nMAIL FROM:<evil@e.example>\r\n',
  'X\r\n Bcc: evil@e.example',
  'X\r\n\tBcc: evil@e.example',
  'X\u2028Bcc: evil@e.example',
  'X\u2029Bcc: evil@e.example',
  'X\u0085Bcc: evil@e.example',
  'X\u000bBcc: evil@e.example',
  'X\u000cBcc: evil@e.example',
  'X\0Bcc: evil@e.example',
  '\0',
  'X\u0008\u0008',
  'X\u007f',
  'X\u001b[31m',
  'X\u009b31m',
  'X%0d%0aBcc: evil@e.example',
  'X\\r\\nBcc: evil@e.example',
  'X&#13;&#10;Bcc: evil@e.example',
  '=?utf-8?q?X=0D=0ABcc:_evil@e.example?=',
  '=?utf-8?b?DQpCY2M6IGV2aWxAZS5leGFtcGxl?=',
  'X =?utf-8?q?=0a?= Y',
  'evil@e.example',
  '<evil@e.example>',
  'X <evil@e.example>',
  '"X" <evil@e.example>',
  'evil@e.example, autre@e.example',
  'evil@e.example; autre@e.example',
  'X>, <evil@e.example',
  'X" <evil@e.example>, "Y',
  "X' <evil@e.example>",
  '(evil@e.example)',
  'groupe: evil@e.example;',
  'a@b.mssante.fr\r\nRCPT TO:<evil@e.example>',
  'a@b.mssante.fr> SIZE=1',
  'a@b.mssante.fr NOTIFY=NEVER',
  '@a.mssante.fr,@b.mssante.fr:evil@e.example',
  'evil%e.example@b.mssante.fr\u0000',
  'a@b.mssante.fr@e.example',
  'a@[127.0.0.1]',
  '..@b.mssante.fr',
  '../../../etc/passwd',
  '..\\..\\windows',
  'C:\\x.pdf',
  'x.pdf\0.exe',
  'x.exe\u202efdp.',
  'x\u200b.pdf',
  'a/b',
  'a:b',
  'a"b',
  'a;b=c',
  'a*0*=b',
  "utf-8''x%0d%0a",
  '"; filename="evil.exe',
  "'; DROP TABLE x",
  '${jndi:ldap://e.example}',
  '{{7*7}}',
  '<script>alert(1)</script>',
  '&entity;',
  ']]>',
  'X--boundary--',
  '--te-00000000-0000-4000-8000-000000000002-Part_1--',
  '\ud800',
  '\udfff',
  'e\u0301'.repeat(50),
  '\u202eCNARF',
  '\u2066x\u2069',
  '\ufeffX',
  '\u{1f600}',
  'ﬁ',
  'Ⅷ',
  'K',
  'ı',
  'ß',
  'İ',
  'A'.repeat(5_000),
  ' '.repeat(500),
  '',
  '   ',
  '[KO Intégration système !][902] XDM/1.0/DDM',
  'XDM/1.0/DDM+autre',
  '@@00000000-0000-4000-8000-000000000002/0@@',
  Buffer.from('@@00000000-0000-4000-8000-000000000002/0@@').toString('base64'),
  '.',
  '..',
  '. ',
  'QUIT',
  'From evil@e.example',
];

type Field = (text: string) => Promise<ComposedMail>;
const runtime = fixedRuntime;
const base = { from: sender, to: depositAddress };
const deposit = (submission: Parameters<typeof fixtureSubmission>[0], options: object = {}): Promise<ComposedMail> =>
  composeDeposit(fixtureSubmission(submission), fixtureArchive(100), { ...base, ...options, runtime: runtime() });
const original = {
  messageId: '<a@b.mssante.fr>',
  subject: 'XDM/1.0/DDM',
  returnPath: senderAddress,
  dispositionNotificationTo: senderAddress,
  recipient: depositAddress,
  content: bytesSource(Buffer.from('Subject: x\r\n\r\n')),
};
const refusal = { kind: 'error', code: '902' } as const;
const answer = { from: { address: depositAddress, label: 'Plateforme' }, outcome: refusal };

const fields: Readonly<Record<string, Field>> = {
  'patient birth name': (text) => deposit({ birthName: text }),
  'patient given name': (text) => deposit({ firstName: text }),
  'document title': (text) => deposit({ title: text }),
  'type label': (text) => deposit({ typeLabel: text }),
  'type code': (text) => deposit({ typeCode: text }),
  'subject label': (text) => deposit({}, { label: text }),
  'sender label': (text) => deposit({}, { from: { ...sender, label: text } }),
  'composed label': (text) =>
    deposit({}, { from: { ...sender, label: senderLabel({ familyName: text, entity: text }) } }),
  'product number': (text) => deposit({}, { nil: text }),
  'sender address': (text) => deposit({}, { from: { ...sender, address: text } }),
  'recipient address': (text) => deposit({}, { to: text }),
  'reply address': (text) => deposit({}, { replyTo: text }),
  'Message-ID': (text) => deposit({}, { messageId: text }),
  'envelope identifier': (text) => deposit({}, { envelopeId: text }),
  'answered subject': (text) => composeMdn({ ...original, subject: text }, { ...answer, runtime: runtime() }),
  'answered Message-ID': (text) => composeMdn({ ...original, messageId: text }, { ...answer, runtime: runtime() }),
  'answered recipient': (text) => composeMdn({ ...original, recipient: text }, { ...answer, runtime: runtime() }),
  'report address': (text) =>
    composeMdn({ ...original, dispositionNotificationTo: text, returnPath: text }, { ...answer, runtime: runtime() }),
  'error label': (text) =>
    composeMdn(original, { ...answer, outcome: { ...refusal, label: text }, runtime: runtime() }),
  'reporting product': (text) => composeMdn(original, { ...answer, reportingUa: text, runtime: runtime() }),
  'refused subject': (text) => composeKo({ ...original, subject: text }, { ...answer, runtime: runtime() }),
  'return path': (text) => composeKo({ ...original, returnPath: text }, { ...answer, runtime: runtime() }),
};

const allowed = new Set([
  'from',
  'to',
  'reply-to',
  'subject',
  'message-id',
  'date',
  'mime-version',
  'content-type',
  'x-mss-codecda',
  'x-mss-ins',
  'x-mss-nil',
  'disposition-notification-to',
  'references',
  'in-reply-to',
]);

/** Header names of the message as its bytes have them. */
function headerNames(bytes: Buffer): string[] {
  const head = bytes.subarray(0, bytes.indexOf('\r\n\r\n')).toString('latin1');
  return head
    .split('\r\n')
    .filter((line) => !/^[ \t]/.test(line))
    .map((line) => line.slice(0, line.indexOf(':')).toLowerCase());
}

const addressesOf = (parsed: ParsedMail): string[] =>
  [parsed.to, parsed.cc, parsed.bcc]
    .flatMap((list) => [list ?? []].flat())
    .flatMap(({ value }) => value.map(({ address }) => address ?? ''));

describe('hostile text in every field of a mail', () => {
  let server: MailServer;
  let transport: MssTransport;
  beforeAll(async () => {
    const pki = makeMailPki();
    server = await createMailServer({ tls: pki.server });
    transport = createMssTransport({
      server: { host: '127.0.0.1', port: server.port, serverName: 'localhost', caPem: pki.caPem },
      credentials: {},
      message: base,
    });
  });
  afterAll(async () => {
    await transport.close();
    await server.close();
  });

  it('has at least sixty texts', () => {
    expect(new Set(hostile).size).toBeGreaterThanOrEqual(60);
  });

  it.each(Object.entries(fields))(
    '%s',
    async (name, compose) => {
      for (const text of hostile) {
        let mail: ComposedMail;
        try {
          mail = await compose(text);
        } catch (error) {
          if (!isTerrESanteError(error)) throw error;
          // A refusal does not show what it refuses.
          const trace = text.trim();
          if (trace.length > 6) {
            expect(JSON.stringify(error) + String(error)).not.toContain(JSON.stringify(trace).slice(1, -1));
          }
          continue;
        }
        const bytes = Buffer.from(await collect(mail.content.open()));
        const context = `${name}: ${JSON.stringify(text).slice(0, 80)}`;
        expect(bytes.length, context).toBe(mail.byteLength);
        const names = headerNames(bytes);
        expect(
          names.filter((header) => !allowed.has(header)),
          context,
        ).toEqual([]);
        expect(new Set(names).size, context).toBe(names.length);
        expect(bytes.toString('latin1'), context).not.toMatch(/[^\r]\n|\r[^\n]|\0/);
        const parsed = await simpleParser(bytes);
        expect(addressesOf(parsed), context).toEqual([mail.envelope.to]);
        expect(
          ['evil', 'e.example'].some((trace) => mail.envelope.to.includes(trace)),
          context,
        ).toBe(false);
        expect(parsed.from?.value, context).toHaveLength(1);
        for (const { filename } of parsed.attachments) {
          expect(filename ?? '', context).not.toMatch(/[/\\\0\r\n:"<>|*?]|\.\.|\.exe$|[^\u0020-\u007e]/);
        }
        // Over the wire: one transaction, one recipient.
        const before = server.received().length;
        await transport.send({ ...mail, envelope: { ...mail.envelope, from: senderAddress } });
        expect(server.received().length, context).toBe(before + 1);
        const received = server.received().at(-1)!;
        expect(received.to, context).toEqual([mail.envelope.to]);
        expect(Buffer.compare(Buffer.from(received.bytes), bytes), context).toBe(0);
      }
    },
    60_000,
  );

  it('keeps a name as it is, encoded', async () => {
    const { subject } = await readIncomingDeposit(
      (await deposit({ birthName: "D'ŒUVRÉ-LE GOFF", firstName: 'Zoé' })).content.open(),
    );
    expect(subject).toContain("D'ŒUVRÉ-LE GOFF Zoé");
  });
});
