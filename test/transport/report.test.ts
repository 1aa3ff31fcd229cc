import { describe, expect, it } from 'vitest';

import { collect } from '../../src/internal/bytes.ts';
import { composeDeposit, parseReport } from '../../src/transport/index.ts';
import { composeKo, composeMdn, type AnsweredMail } from '../../src/transport/mss/answer.ts';
import { readIncomingDeposit } from '../../src/transport/mss/incoming.ts';
import { readSubject } from '../../src/transport/mss/subject.ts';
import { depositAddress, fixedRuntime, fixtureArchive, fixtureSubmission, sender, senderAddress } from './fixtures.ts';

const receiver = { address: depositAddress, label: 'Plateforme fictive' };

async function received(requestReport = true): Promise<AnsweredMail> {
  const mail = await composeDeposit(fixtureSubmission(), fixtureArchive(), {
    from: sender,
    to: depositAddress,
    requestReport,
    runtime: fixedRuntime(),
  });
  const { subject, messageId, dispositionNotificationTo } = await readIncomingDeposit(mail.content.open());
  return {
    subject,
    messageId,
    dispositionNotificationTo,
    returnPath: mail.envelope.from,
    recipient: mail.envelope.to,
    content: mail.content,
  };
}

const lines = (...text: string[]): Buffer => Buffer.from(text.join('\r\n'), 'latin1');

describe('answers and their reading', () => {
  it.each(['current', 'older'] as const)('reads the refusal it writes (%s form)', async (form) => {
    const original = await received();
    const mdn = await composeMdn(original, {
      from: receiver,
      outcome: { kind: 'error', code: '902' },
      form,
      runtime: fixedRuntime(),
    });
    const bytes = Buffer.from(await collect(mdn.content.open()));
    expect(bytes.length).toBe(mdn.byteLength);
    expect(mdn.envelope).toEqual({ from: '', to: senderAddress });
    expect(await parseReport(bytes)).toEqual({
      kind: 'mdn',
      reportId: mdn.messageId,
      envelopeId: null,
      messageIds: [original.messageId],
      source: { from: depositAddress, returnPath: null, authentication: [] },
      recipients: [{ original: depositAddress, final: depositAddress, verdict: 'error', status: null, code: '902' }],
    });
    // The whole original goes back.
    expect(bytes.includes(Buffer.from(await collect(original.content.open())))).toBe(true);
  });

  it.each([undefined, {}, 'Subject: x', 3])('refuses a stream of %j in place of bytes', async (chunk) => {
    async function* pieces(): AsyncGenerator<never> {
      yield Buffer.from('From: a@b.fr\r\n') as never;
      yield chunk as never;
    }
    await expect(parseReport(pieces())).rejects.toMatchObject({ code: 'TE_INPUT_INVALID' });
  });

  it('keeps the subject of a success, and prefixes that of a refusal', async () => {
    const original = await received();
    const subjectOf = async (outcome: Parameters<typeof composeMdn>[1]['outcome']): Promise<string> =>
      (
        await readIncomingDeposit(
          (await composeMdn(original, { from: receiver, outcome, runtime: fixedRuntime() })).content.open(),
        )
      ).subject;
    expect(await subjectOf({ kind: 'processed' })).toBe(original.subject);
    expect(await subjectOf({ kind: 'error', code: '904' })).toBe(`[KO Intégration système !][904] ${original.subject}`);
  });

  it('reads the ordinary mail of a refusal', async () => {
    const original = await received(false);
    const ko = await composeKo(original, {
      from: receiver,
      outcome: { kind: 'error', code: '905' },
      runtime: fixedRuntime(),
    });
    expect(await parseReport(ko.content.open())).toMatchObject({
      kind: 'ko-mail',
      messageIds: [original.messageId],
      recipients: [{ verdict: 'error', code: '905' }],
    });
  });

  it('answers nobody who did not ask, no report, and no third party', async () => {
    const original = await received(false);
    const options = { from: receiver, outcome: { kind: 'processed' } } as const;
    await expect(composeMdn(original, options)).rejects.toMatchObject({ code: 'TE_INPUT_INVALID' });
    const asked = await received();
    await expect(composeMdn({ ...asked, returnPath: '' }, options)).rejects.toMatchObject({ code: 'TE_INPUT_INVALID' });
    await expect(
      composeMdn({ ...asked, returnPath: 'autre@cabinet.simulateur.mssante.fr' }, options),
    ).rejects.toMatchObject({ code: 'TE_INPUT_INVALID' });
    await expect(
      composeKo({ ...asked, returnPath: '' }, { from: receiver, outcome: { kind: 'error', code: '906' } }),
    ).rejects.toMatchObject({ code: 'TE_INPUT_INVALID' });
  });
});

describe('parseReport', () => {
  const dsn = (...fields: string[]): Buffer =>
    lines(
      'From: MAILER-DAEMON@simulateur.mssante.fr',
      'Subject: Undelivered Mail Returned to Sender',
      'Message-ID: <report-1@simulateur.mssante.fr>',
      'MIME-Version: 1.0',
      'Content-Type: multipart/report; report-type=delivery-status; boundary="b"',
      '',
      '--b',
      'Content-Type: text/plain; charset=iso-8859-1',
      '',
      'Le message n\xe9 a pas \xe9t\xe9 remis.',
      '--b',
      'Content-Type: message/delivery-status',
      '',
      'Reporting-MTA: dns; simulateur.mssante.fr',
      'Original-Envelope-Id: env-1',
      '',
      ...fields,
      '',
      '--b',
      'Content-Type: text/rfc822-headers',
      '',
      'Subject: =?utf-8?q?secret?=',
      'Message-ID: <original-1@cabinet.simulateur.mssante.fr>',
      '',
      '--b--',
      '',
    );

  it('reads a delivery report, its envelope identifier and the embedded identifier', async () => {
    const report = await parseReport(
      dsn(
        'Original-Recipient: rfc822; documents@terr-esante.simulateur.mssante.fr',
        'Final-Recipient: rfc822;',
        ' boite@interne.simulateur.mssante.fr',
        'Action: FAILED (permanent)',
        'Status: 5.2.1 (closed)',
        'Diagnostic-Code: smtp; 550 nom du patient',
      ),
    );
    expect(report).toEqual({
      kind: 'dsn',
      reportId: '<report-1@simulateur.mssante.fr>',
      envelopeId: 'env-1',
      messageIds: ['<original-1@cabinet.simulateur.mssante.fr>'],
      source: { from: 'MAILER-DAEMON@simulateur.mssante.fr', returnPath: null, authentication: [] },
      recipients: [
        {
          original: depositAddress,
          final: 'boite@interne.simulateur.mssante.fr',
          verdict: 'failed',
          status: '5.2.1',
          code: null,
        },
      ],
    });
    expect(JSON.stringify(report)).not.toMatch(/patient|secret/);
  });

  it.each([
    ['delayed', 'delayed'],
    ['delivered', 'delivered'],
    ['relayed', 'relayed'],
    ['expanded', 'delivered'],
    ['invented', 'unknown'],
    ['constructor', 'unknown'],
  ])('action %s means %s', async (action, verdict) => {
    const report = await parseReport(
      dsn('Final-Recipient: rfc822; a@b.mssante.fr', `Action: ${action}`, 'Status: 2.0.0'),
    );
    expect(report?.recipients[0]?.verdict).toBe(verdict);
  });

  const mdn = (fields: readonly string[], subject = 'XDM/1.0/DDM'): Buffer =>
    lines(
      'From: a@b.mssante.fr',
      `Subject: ${subject}`,
      'Message-ID: <m@b.mssante.fr>',
      'MIME-Version: 1.0',
      'Content-Type: multipart/report; report-type=disposition-notification; boundary=b',
      '',
      '--b',
      'Content-Type: message/disposition-notification',
      '',
      ...fields,
      '',
      '--b--',
      '',
    );

  it.each([
    [['Disposition: automatic-action/MDN-sent-automatically; processed'], 'processed', null],
    [['Disposition: manual-action/MDN-sent-manually; displayed'], 'displayed', null],
    [
      [
        'Disposition: automatic-action/MDN-sent-automatically;',
        '  processed/error',
        'Error: 902^Identifiant^applicationErrorCondition| E^Error^errorSeverity',
      ],
      'error',
      '902',
    ],
    [['Disposition: automatic-action/MDN-sent-automatically; processed/ERROR: 904^Traits'], 'error', '904'],
    [['Disposition: automatic-action/MDN-sent-automatically; processed/error: 904^x', 'Error: 905^y'], 'error', '905'],
    [['Disposition: automatic-action/MDN-sent-automatically; processed/failure'], 'error', null],
    [['Disposition: automatic-action/MDN-sent-automatically; failed'], 'error', null],
    [['Disposition: automatic-action/MDN-sent-automatically; processed/warning', 'Warning: x'], 'processed', null],
    [['Disposition: automatic-action/MDN-sent-automatically; dispatched'], 'dispatched', null],
    [['Disposition: automatic-action/MDN-sent-automatically; deleted'], 'deleted', null],
    [['Disposition: automatic-action/MDN-sent-automatically; denied'], 'unknown', null],
  ])('%j means %s %s', async (fields, verdict, code) => {
    const report = await parseReport(mdn(['Final-Recipient: rfc822;a@b.mssante.fr', ...fields]));
    expect(report?.recipients[0]).toMatchObject({ verdict, code });
  });

  it('takes the code of the subject when the report has none', async () => {
    const report = await parseReport(
      mdn(['Disposition: x; processed/error'], '=?utf-8?q?[KO_Int=C3=A9gration_syst=C3=A8me_!][903]_XDM/1=2E0/DDM?='),
    );
    expect(report?.recipients[0]).toMatchObject({ verdict: 'error', code: '903' });
  });

  it.each([
    ['[KO Intégration système !][902] XDM/1.0/DDM+x', '902'],
    ['[KO Inte\u0301gration syste\u0300me !] [904] XDM/1.0/DDM+x', '904'],
    ["[Erreur d'intégration !] XDM/1.0/DDM+x", null],
    ["[Erreur d'intégration !][906] XDM/1.0/DDM", '906'],
    ['[ko intégration système!][900] xdm/1.0/ddm', '900'],
    ['[KO Integration systeme !][905] XDM/1.0/DDM', '905'],
  ])('knows the spelling %j', (subject, code) => {
    expect(readSubject(subject)).toMatchObject({ ko: { code }, isDeposit: true });
  });

  it.each([
    'Message non distribué',
    'Undelivered Mail Returned to Sender',
    'Mail delivery failed: returning message to sender',
  ])('takes %j from a machine for a bounce', async (subject) => {
    const encoded = `=?utf-8?b?${Buffer.from(subject).toString('base64')}?=`;
    const bounce = (from: string): Buffer =>
      lines(
        `From: ${from}`,
        `Subject: ${encoded}`,
        'In-Reply-To: <o@c.mssante.fr>',
        'Content-Type: text/plain',
        '',
        'x',
        '',
      );
    expect(await parseReport(bounce('postmaster@patient.mssante.fr'))).toMatchObject({
      kind: 'bounce',
      messageIds: ['<o@c.mssante.fr>'],
      recipients: [{ verdict: 'failed' }],
    });
    expect(await parseReport(bounce('docteur@cabinet.mssante.fr'))).toBeNull();
  });

  it('is not moved by an ordinary mail, nor by a deposit', async () => {
    expect(await parseReport(lines('From: a@b.mssante.fr', 'Subject: Bonjour', '', 'XDM [KO', ''))).toBeNull();
    expect(await parseReport((await received()).content.open())).toBeNull();
    expect(await parseReport(new Uint8Array())).toBeNull();
  });

  it.each([
    [
      'too long',
      (): Buffer => Buffer.concat([lines('Subject: a', '', ''), Buffer.alloc(2_000_000, 'a\n')]),
      { maxMessageBytes: 1_000_000 },
    ],
    ['endless headers', (): Buffer => Buffer.from('X: '.padEnd(400_000, 'a')), {}],
    [
      'too many parts',
      (): Buffer =>
        lines(
          'Content-Type: multipart/mixed; boundary=b',
          '',
          ...Array.from({ length: 500 }, () => ['--b', 'Content-Type: text/plain', '', 'x']).flat(),
          '--b--',
        ),
      {},
    ],
    [
      'too deep, its boundaries named as RFC 2231 does',
      (): Buffer =>
        lines(
          ...Array.from({ length: 100 }, (_, depth) => [
            `Content-Type: multipart/mixed; boundary*0="b"; boundary*1="${String(depth)}"`,
            '',
            `--b${String(depth)}`,
          ]).flat(),
          '',
        ),
      {},
    ],
    [
      'too deep',
      (): Buffer =>
        lines(
          ...Array.from({ length: 100 }, (_, depth) => [
            `Content-Type: multipart/mixed; boundary=b${String(depth)}`,
            '',
            `--b${String(depth)}`,
          ]).flat(),
          '',
        ),
      {},
    ],
  ])('refuses a message that is %s', async (_, make, limits) => {
    await expect(parseReport(make(), limits)).rejects.toMatchObject({ code: 'TE_VALIDATION' });
  });

  it('survives truncation at every byte', async () => {
    const whole = dsn('Final-Recipient: rfc822; a@b.mssante.fr', 'Action: failed', 'Status: 5.1.1');
    for (let length = 0; length < whole.length; length += 7) {
      const report = await parseReport(whole.subarray(0, length));
      expect(report === null || ['failed', 'unknown'].includes(report.recipients[0]?.verdict ?? 'unknown')).toBe(true);
    }
  });

  it('reads a 20 MB report without keeping it', async () => {
    const original = await received();
    const big = {
      byteLength: 20_000_000,
      async *open() {
        const chunk = Buffer.alloc(100_000, `${'a'.repeat(76)}\r\n`);
        for (let count = 0; count < 200; count += 1) yield chunk;
      },
    };
    const mdn = await composeMdn(
      { ...original, content: big },
      { from: receiver, outcome: { kind: 'processed' }, runtime: fixedRuntime() },
    );
    expect(await parseReport(mdn.content.open())).toMatchObject({ kind: 'mdn', messageIds: [original.messageId] });
  });
});
