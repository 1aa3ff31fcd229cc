import { describe, expect, it } from 'vitest';

import { checkFile } from '../../src/conformance/index.ts';
import { bytesSource, collect } from '../../src/internal/bytes.ts';
import { composeKo, composeMdn } from '../../src/transport/mss/answer.ts';

const box = 'documents@terr-esante.simulateur.mssante.fr';
const sender = 'appli@cabinet.simulateur.mssante.fr';
const original = {
  messageId: '<m@cabinet.simulateur.mssante.fr>',
  subject: 'XDM/1.0/DDM',
  returnPath: sender,
  dispositionNotificationTo: sender,
  recipient: box,
  content: bytesSource(Buffer.from('Subject: XDM/1.0/DDM\r\n\r\nx\r\n')),
};
const answer = { from: { address: box, label: 'Plateforme' }, outcome: { kind: 'error', code: '902' } } as const;

const bounce = [
  'Return-Path: <>',
  'From: MAILER-DAEMON@operateur.mssante.fr',
  'Subject: Undelivered Mail Returned to Sender',
  'Date: Sun, 1 Mar 2026 10:00:00 +0100',
  '',
  'x',
  '',
].join('\r\n');

describe('a report that is checked as a file', () => {
  it.each([
    ['a disposition report', async () => collect((await composeMdn(original, answer)).content.open())],
    ['a KO mail', async () => collect((await composeKo(original, answer)).content.open())],
    ['a bounce', async () => Buffer.from(bounce)],
  ])('%s is told as such, not judged as a deposit', async (_, mail) => {
    const { ok, kind, findings } = await checkFile(await mail());
    expect({ ok, kind }).toEqual({ ok: true, kind: 'mail' });
    expect(findings.map(({ rule }) => rule)).toEqual(['MAIL-REPORT']);
  });

  it('an ordinary mail without an archive is a deposit that fails', async () => {
    const mail = Buffer.from(
      `From: ${sender}\r\nSubject: Bonjour\r\nDate: Sun, 1 Mar 2026 10:00:00 +0100\r\n\r\nx\r\n`,
    );
    const { ok, findings } = await checkFile(mail);
    expect(ok).toBe(false);
    expect(findings.map(({ rule }) => rule)).toContain('MAIL-ARCHIVE');
  });
});
