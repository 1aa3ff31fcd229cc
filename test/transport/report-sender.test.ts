import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { afterEach, describe, expect, it } from 'vitest';

import {
  createMemoryStore,
  createOutbox,
  parseReport,
  type DepositReceipt,
  type MailReport,
  type Outbox,
  type OutboxOptions,
  type OutboxStore,
  type UnmatchedReport,
} from '../../src/transport/index.ts';
import { mailboxAddress } from '../../src/transport/mss/mail-address.ts';
import { maxAside } from '../../src/transport/outbox/aside.ts';
import { reportKey } from '../../src/transport/outbox/identity.ts';
import { sealWith } from '../../src/transport/outbox/seal.ts';
import { diskFiles } from '../../src/transport/outbox/spool/files.ts';
import { UnmatchedReports } from '../../src/transport/outbox/spool/unmatched.ts';
import { senderProof, type KnownSenders } from '../../src/transport/receipt/report-sender.ts';
import {
  depositAddress,
  emptyMail,
  fixtureSubmission,
  fromMailSystem,
  fromPlatform,
  senderAddress,
} from './fixtures.ts';

const stranger = 'inconnu@ailleurs.simulateur.mssante.fr';
const colleague = 'autre@cabinet.simulateur.mssante.fr';
const alias = 'ne-pas-repondre@terr-esante.simulateur.mssante.fr';
const daemon = 'MAILER-DAEMON@cabinet.simulateur.mssante.fr';

const mail = (head: readonly string[], body: readonly string[]): Buffer =>
  Buffer.from([...head, ...body].join('\r\n'), 'utf8');

const multipart = (type: string, fields: readonly string[]): string[] => [
  `Content-Type: multipart/report; report-type=${type}; boundary=b`,
  '',
  '--b',
  'Content-Type: text/plain',
  '',
  'texte',
  '--b',
  `Content-Type: message/${type}`,
  '',
  ...fields,
  '',
  '--b--',
  '',
];

interface Claims {
  readonly messageId?: string;
  readonly recipient?: string;
}

const processing = (disposition: string, { messageId = '<m@x.fr>', recipient = depositAddress }: Claims): string[] =>
  multipart('disposition-notification', [
    `Final-Recipient: rfc822;${recipient}`,
    `Original-Message-ID: ${messageId}`,
    `Disposition: automatic-action/MDN-sent-automatically; ${disposition}`,
  ]);

const delivery = (action: string, { messageId = '<m@x.fr>', recipient = depositAddress }: Claims): string[] =>
  multipart('delivery-status', [
    'Reporting-MTA: dns; mx.terr-esante.simulateur.mssante.fr',
    `Original-Envelope-Id: ${messageId.slice(1, messageId.indexOf('@'))}`,
    '',
    `Final-Recipient: rfc822;${recipient}`,
    `Action: ${action}`,
    'Status: 5.1.1',
  ]);

const known = (change: Partial<KnownSenders> = {}): KnownSenders => ({ ownMailbox: senderAddress, ...change });

async function proofOf(
  head: readonly string[],
  body: readonly string[],
  change: Partial<KnownSenders> = {},
): Promise<string | null> {
  const report = await parseReport(mail(head, body));
  expect(report).not.toBeNull();
  return senderProof(report!, depositAddress, known(change));
}

const border = 'mx.operateur.mssante.fr';
const checked = (results: string): string => `Authentication-Results: ${border}; ${results}`;
const received =
  'Received: from ailleurs.mssante.fr (192.0.2.9) by mx.operateur.mssante.fr; Sun, 1 Mar 2026 10:00:00 +0100';

describe('a notification of Amazon SES', () => {
  const bounce = {
    notificationType: 'Bounce',
    bounce: { bounceType: 'Permanent', bouncedRecipients: [{ emailAddress: depositAddress }] },
  };
  it.each<[string, string, Partial<KnownSenders>, string | null]>([
    ['the empty envelope of a mail system', '<>', {}, 'envelope'],
    ['whoever has a mailbox at Amazon', '<x@amazonses.example>', {}, null],
    [
      'a service that the host named, for it is no mail system',
      '<x@amazonses.example>',
      { operators: ['sns.amazonaws.com'] },
      null,
    ],
  ])('is believed as every bounce is: %s', async (_, path, change, proof) => {
    const head = [`Return-Path: ${path}`, 'From: no-reply@sns.amazonaws.com'];
    expect(await proofOf(head, ['', JSON.stringify(bounce)], change)).toBe(proof);
  });
});

describe('a processing report counts from the mailbox or domain written to', () => {
  it.each<[string, readonly string[], Partial<KnownSenders>, string | null]>([
    ['that mailbox', ['Return-Path: <>', `From: ${depositAddress}`], {}, 'header'],
    ['that mailbox, named', [`From: "Plateforme, dépôts" <${depositAddress}> (réponse)`], {}, 'header'],
    ['that mailbox in another case', [`From: <${depositAddress.toUpperCase()}>`], {}, 'header'],
    ['another mailbox of that domain', [`From: ${alias}`], {}, 'header'],
    ['a domain below it', ['From: robot@depots.terr-esante.simulateur.mssante.fr'], {}, 'header'],
    ['its envelope too', [`Return-Path: <${depositAddress}>`, `From: ${depositAddress}`], {}, 'envelope'],
    [
      'its envelope, above internal fields',
      [
        `Delivered-To: ${senderAddress}`,
        'Received: by imap.operateur.mssante.fr; Sun, 1 Mar 2026 10:00:01 +0100',
        `Return-Path: <${depositAddress}>`,
        received,
        `From: ${depositAddress}`,
      ],
      {},
      'envelope',
    ],
    [
      'a mail that the own operator forwarded',
      [
        'Return-Path: <SRS0=aB3=X9=terr-esante.simulateur.mssante.fr=documents@cabinet.simulateur.mssante.fr>',
        `From: ${depositAddress}`,
      ],
      {},
      'envelope',
    ],
    ['a mail forwarded by its reader', [`Return-Path: <${senderAddress}>`, `From: ${depositAddress}`], {}, 'header'],
    ['a mailbox named by the host', [`From: ${stranger}`], { recipients: [stranger] }, 'header'],
    ['a domain named by the host', [`From: ${stranger}`], { recipients: ['ailleurs.simulateur.mssante.fr'] }, 'header'],
    [
      'the domain checked by the border',
      [checked('dkim=pass header.d=terr-esante.simulateur.mssante.fr'), `From: ${depositAddress}`],
      { authenticationServer: border },
      'authenticated',
    ],
    [
      'the same where the host did not say so',
      [checked('dmarc=pass header.from=terr-esante.simulateur.mssante.fr'), `From: ${depositAddress}`],
      {},
      'header',
    ],

    ['nobody', ['Return-Path: <>'], {}, null],
    ['somebody else', ['Return-Path: <>', `From: ${stranger}`], {}, null],
    ['two senders', [`From: ${depositAddress}, ${stranger}`], {}, null],
    ['two fields', [`From: ${depositAddress}`, `From: ${stranger}`], {}, null],
    ['the mailbox as a display name', [`From: "${depositAddress}" <${stranger}>`], {}, null],
    ['the mailbox as a comment', [`From: ${stranger} (${depositAddress})`], {}, null],
    ['the mailbox before another', [`From: ${depositAddress} <${stranger}>`], {}, null],
    ['a domain that ends the same', ['From: documents@xterr-esante.simulateur.mssante.fr'], {}, null],
    ['a domain above', ['From: documents@mssante.fr'], {}, null],
    ['an envelope that says otherwise', [`Return-Path: <${stranger}>`, `From: ${depositAddress}`], {}, null],
    ['a colleague, by the envelope', [`Return-Path: <${colleague}>`, `From: ${depositAddress}`], {}, null],
    [
      'a stranger, forwarded by the own operator',
      [
        'Return-Path: <SRS0=aB3=X9=ailleurs.simulateur.mssante.fr=inconnu@cabinet.simulateur.mssante.fr>',
        `From: ${depositAddress}`,
      ],
      {},
      null,
    ],
    [
      'a failed check of the border',
      [checked('dmarc=fail header.from=terr-esante.simulateur.mssante.fr'), `From: ${depositAddress}`],
      { authenticationServer: border },
      null,
    ],
    [
      'a check below the one of the border',
      [
        checked('dmarc=fail header.from=terr-esante.simulateur.mssante.fr'),
        checked('dmarc=pass header.from=terr-esante.simulateur.mssante.fr'),
        `From: ${depositAddress}`,
      ],
      { authenticationServer: border },
      null,
    ],
  ])('%s', async (_, head, change, proof) => {
    expect(await proofOf(head, processing('processed', {}), change)).toBe(proof);
    expect(await proofOf(head, processing('processed/error', {}), change)).toBe(proof);
    const ko = `Subject: =?utf-8?q?[KO_Int=C3=A9gration_syst=C3=A8me_!][902]_XDM?=`;
    expect(await proofOf([...head, ko], ['', 'x', ''], change)).toBe(proof);
  });

  it('no patient speaks for another, though their domain is one', async () => {
    const [one, other] = ['100000000000047', '100000000000048'].map((ins) => `${ins}@patient.mssante.fr`);
    const report = await parseReport(mail([`From: ${other!}`], processing('displayed', {})));
    expect(senderProof(report!, one!, known())).toBeNull();
    expect(senderProof(report!, other!, known())).toBe('header');
  });
});

describe('a delivery report counts from a mail system', () => {
  it.each<[string, readonly string[], Partial<KnownSenders>, string | null]>([
    ['with the empty path', ['Return-Path: <>', `From: ${stranger}`], {}, 'envelope'],
    ['with the empty path as some write it', ['Return-Path: <MAILER-DAEMON>', `From: ${daemon}`], {}, 'envelope'],
    ['of the own operator, by the envelope', [`Return-Path: <${daemon}>`, `From: ${daemon}`], {}, 'envelope'],
    ['of the own operator, by its name', [`From: Mail Delivery System <${daemon}>`], {}, 'header'],
    [
      'of the own operator, as Exchange names it',
      ['From: MicrosoftExchange329e71ec88ae4615@cabinet.simulateur.mssante.fr'],
      {},
      'header',
    ],
    ['of the domain written to', ['From: postmaster@terr-esante.simulateur.mssante.fr'], {}, 'header'],
    [
      'of an operator the host names',
      ['From: postmaster@operateur.mssante.fr'],
      { operators: ['operateur.mssante.fr'] },
      'header',
    ],

    ['of an operator nobody named', ['From: postmaster@operateur.mssante.fr'], {}, null],
    ['of a colleague', [`From: ${colleague}`], {}, null],
    ['with the path of a colleague', [`Return-Path: <${colleague}>`, `From: ${daemon}`], {}, null],
    ['with the path of a stranger', [`Return-Path: <${stranger}>`, `From: ${daemon}`], {}, null],
    ['with an empty path that came with the mail', [received, 'Return-Path: <>', `From: ${stranger}`], {}, null],
    [
      'with an empty path below the true one',
      [`Return-Path: <${stranger}>`, received, 'Return-Path: <>', `From: ${daemon}`],
      {},
      null,
    ],
  ])('%s', async (_, head, change, proof) => {
    for (const action of ['failed', 'delivered', 'delayed']) {
      expect(await proofOf(head, delivery(action, {}), change)).toBe(proof);
    }
  });
});

describe('the address of a header field', () => {
  it.each<[string, string | null]>([
    ['a@b.fr', 'a@b.fr'],
    [' a @ b.fr ', 'a@b.fr'],
    ['<a@b.fr>', 'a@b.fr'],
    ['"B, \\"Dr\\" <x@y.fr>" <a@b.fr>', 'a@b.fr'],
    ['Dr. B (cabinet (nord)) <a@b.fr> (fin)', 'a@b.fr'],
    ['"jean.b"@b.fr', 'jean.b@b.fr'],
    ['"jean b"@b.fr', '"jean b"@b.fr'],
    ['<@relais.fr,@autre.fr:a@b.fr>', 'a@b.fr'],
    ['é@hôpital.fr', 'é@hôpital.fr'],
    ['a@b.fr, c@d.fr', null],
    ['a@b.fr <c@d.fr>', null],
    ['<a@b.fr> c@d.fr', null],
    ['<a@b.fr><c@d.fr>', null],
    ['Groupe: a@b.fr;', null],
    ['a@b@c.fr', null],
    ['(a@b.fr', null],
    ['"a@b.fr', null],
    ['', null],
    ['a@', null],
    ['a@b..fr', null],
  ])('%j is %j', (value, address) => {
    expect(mailboxAddress(value)).toBe(address);
  });
});

describe('an outbox that a stranger writes to', () => {
  const outboxes: Outbox[] = [];
  const folders: string[] = [];
  afterEach(async () => {
    for (const outbox of outboxes.splice(0)) await outbox.close({ graceMs: 0 });
    for (const folder of folders.splice(0)) rmSync(folder, { recursive: true, force: true });
  });

  function outboxOver(change: Partial<OutboxOptions> = {}): { outbox: Outbox; sent: () => number } {
    let count = 0;
    const outbox = createOutbox({
      store: createMemoryStore(),
      senderDomain: 'cabinet.simulateur.mssante.fr',
      pollMs: 5,
      carrier: {
        compose: emptyMail,
        send: async () => {
          count += 1;
          return { smtpCode: 250, enhancedStatus: null };
        },
      },
      ...change,
    });
    outboxes.push(outbox);
    return { outbox, sent: () => count };
  }

  const stateOf = async (outbox: Outbox): Promise<string | undefined> => (await outbox.status('1.1'))?.state;

  async function accepted(change: Partial<OutboxOptions> = {}): Promise<{ outbox: Outbox; receipt: DepositReceipt }> {
    const { outbox } = outboxOver(change);
    const receipt = await outbox.deposit(fixtureSubmission({ uniqueId: '1.1' }));
    await expect.poll(() => stateOf(outbox)).toBe('accepted');
    return { outbox, receipt };
  }

  async function aside(source: Pick<OutboxStore, 'unmatched'>): Promise<UnmatchedReport[]> {
    const found: UnmatchedReport[] = [];
    for await (const item of source.unmatched()) found.push(item);
    return found;
  }

  it.each<[string, (claims: Claims) => string[]]>([
    ['processed', (claims) => processing('processed', claims)],
    ['refused', (claims) => processing('processed/error', claims)],
    ['refused for another recipient', (claims) => processing('failed', { ...claims, recipient: stranger })],
    ['deleted', (claims) => processing('deleted', claims)],
    ['delivered', (claims) => delivery('delivered', claims)],
    ['failed', (claims) => delivery('failed', { ...claims, recipient: stranger })],
  ])('keeps aside what says %s, and says so', async (_, body) => {
    const { outbox, receipt } = await accepted();
    const report = await parseReport(mail([`From: ${stranger}`], body({ messageId: receipt.messageId! })));
    expect(await outbox.applyReport(report!)).toBe('other-sender');
    expect(await stateOf(outbox)).toBe('accepted');
    expect((await outbox.status('1.1'))?.evidence).toHaveLength(3);
    expect(await aside(outbox)).toMatchObject([{ reason: 'other-sender', report: { source: { from: stranger } } }]);
  });

  it('takes an answer of a mailbox that the host named', async () => {
    const { outbox, receipt } = await accepted({ reportSenders: { recipients: [stranger] } });
    const body = processing('processed', { messageId: receipt.messageId! });
    const report = await parseReport(mail([`From: ${stranger}`], body));
    expect(await outbox.applyReport(report!)).toBe('applied');
    expect(await outbox.status('1.1')).toMatchObject({ state: 'processed', evidence: { 3: { proof: 'header' } } });
  });

  it.each([
    [{ operators: 'operateur.mssante.fr' }, 'reportSenders.operators'],
    [{ recipients: ['@operateur.mssante.fr'] }, 'reportSenders.recipients'],
    [{ recipients: ['mssante'] }, 'reportSenders.recipients'],
    [{ authenticationServer: ' ' }, 'reportSenders.authenticationServer'],
  ])('refuses the option %j', (reportSenders, argument) => {
    expect(() => outboxOver({ reportSenders: reportSenders as never })).toThrow(
      expect.objectContaining({ code: 'TE_INPUT_INVALID', details: expect.objectContaining({ argument }) }),
    );
  });

  it('sends what a report already speaks of, when nobody can know of it', async () => {
    const { outbox, sent } = outboxOver({ sends: false });
    const { messageId } = await outbox.deposit(fixtureSubmission({ uniqueId: '1.1' }));
    for (const disposition of ['processed', 'processed/error']) {
      const report = await parseReport(
        mail([`From: ${depositAddress}`], processing(disposition, { messageId: messageId! })),
      );
      expect(await outbox.applyReport({ ...report!, reportId: `<${disposition}@x>` })).toBe('unmatched');
    }
    expect(await stateOf(outbox)).toBe('queued');
    expect((await aside(outbox)).map(({ reason }) => reason)).toEqual(['not-sent', 'not-sent']);
    outbox.start();
    await expect.poll(() => stateOf(outbox)).toBe('accepted');
    expect(sent()).toBe(1);
  });

  it('bounds what it keeps aside, and keeps the newest', async () => {
    const store = createMemoryStore();
    await store.addUnmatched(item(0, 'other-sender'));
    for (let index = 0; index < maxAside + 20; index += 1) await store.addUnmatched(item(index, 'no-deposit'));
    await store.addUnmatched(item(500, 'no-deposit'));

    const kept = await aside(store);
    expect(kept).toHaveLength(maxAside + 1);
    expect(kept.map(({ report }) => report.reportId)).toContain('<other-sender.0@x>');
    expect(kept.map(({ report }) => report.reportId)).not.toContain('<no-deposit.19@x>');
  });

  it('bounds it on the disk too, with what an earlier version kept', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'aside-'));
    folders.push(folder);
    const files = diskFiles();
    for (const name of ['tmp', 'unmatched']) mkdirSync(join(folder, name));
    const { reason: _, ...former } = item(0, 'no-deposit');
    writeFileSync(join(folder, 'unmatched', reportKey(former)), JSON.stringify(former));

    const reports = new UnmatchedReports(files, folder, sealWith(undefined), 4);
    await reports.add(item(0, 'other-sender'));
    for (const index of [3, 1, 2, 2, 4]) await reports.add(item(index, 'no-deposit'));
    const kept = await Promise.all((await reports.names()).map((name) => reports.read(name)));
    const ids = kept.map(({ report }) => report.reportId).sort();
    expect(ids).toEqual(
      ['no-deposit.1', 'no-deposit.2', 'no-deposit.3', 'no-deposit.4', 'other-sender.0'].map((id) => `<${id}@x>`),
    );
    await files.close?.();
  });

  const item = (index: number, reason: 'no-deposit' | 'other-sender'): UnmatchedReport => ({
    at: new Date(1_800_000_000_000 + index).toISOString(),
    reason,
    report: { ...bare, reportId: `<${reason}.${String(index)}@x>` },
  });

  const bare: MailReport = {
    kind: 'dsn',
    reportId: '<r@x>',
    envelopeId: null,
    messageIds: [],
    source: fromMailSystem,
    recipients: [],
  };

  it('keeps little of a report that names thousands', async () => {
    const { outbox } = outboxOver();
    const one = { original: null, final: stranger, verdict: 'failed', status: null, code: null } as const;
    await outbox.applyReport({ ...bare, recipients: Array.from({ length: 5_000 }, () => one) });
    expect((await aside(outbox))[0]?.report.recipients).toHaveLength(20);
  });

  it.each([null, 'x', {}, { messageIds: [] }])('refuses %j for a report', async (value) => {
    await expect(outboxOver().outbox.applyReport(value as never)).rejects.toMatchObject({ code: 'TE_INPUT_INVALID' });
  });

  it.each([
    { recipients: [null] },
    { recipients: [{ original: 7, final: null, verdict: 'failed', status: null, code: null }] },
    { recipients: [{ original: null, final: null, verdict: 'lost', status: null, code: null }] },
    { messageIds: [7] },
    { kind: 'letter' },
    { source: { from: 7, returnPath: null, authentication: [] } },
    { source: { from: null, returnPath: null, authentication: [{ server: 'a', passed: 'b', isRefused: false }] } },
  ])('keeps nothing of a report of which a member is not of its kind: %j', async (wrong) => {
    const { outbox } = outboxOver();
    const report = { ...bare, ...wrong } as never;
    await expect(outbox.applyReport(report)).rejects.toMatchObject({ code: 'TE_INPUT_INVALID' });
    expect(await aside(outbox)).toEqual([]);
  });

  it('keeps of a report what a report has, without what a host wrote beside', async () => {
    const { outbox } = outboxOver();
    await outbox.applyReport({ ...bare, patient: 'DURAND' } as never);
    expect((await aside(outbox))[0]?.report).not.toHaveProperty('patient');
  });

  it('a report without a source, as an earlier version kept it, changes nothing', async () => {
    const { outbox, receipt } = await accepted();
    const { source: _, ...former } = { ...bare, source: fromPlatform, envelopeId: receipt.envelopeId };
    expect(await outbox.applyReport(former as MailReport)).toBe('other-sender');
  });
});
