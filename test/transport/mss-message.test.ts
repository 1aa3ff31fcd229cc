import { createHash } from 'node:crypto';

import { simpleParser } from 'mailparser';
import { describe, expect, it } from 'vitest';

import { collect } from '../../src/internal/bytes.ts';
import { composeDeposit } from '../../src/transport/index.ts';
import { readIncomingDeposit } from '../../src/transport/mss/incoming.ts';
import { base64Length } from '../../src/transport/mss/base64.ts';
import { depositAddress, fixedRuntime, fixtureArchive, fixtureSubmission, sender, senderAddress } from './fixtures.ts';

const options = { from: sender, to: depositAddress, nil: '123456' };
const hash = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex');

describe('composeDeposit', () => {
  it('writes a mail that an independent parser reads back byte for byte', async () => {
    const submission = fixtureSubmission({ birthName: 'NOËL-ŒUVRÉ', firstName: 'Zoé' });
    const archive = fixtureArchive(123_457);
    const mail = await composeDeposit(submission, archive, { ...options, runtime: fixedRuntime() });
    const bytes = await collect(mail.content.open());
    expect(bytes.length).toBe(mail.byteLength);

    const parsed = await simpleParser(Buffer.from(bytes));
    expect(parsed.subject).toBe('XDM/1.0/DDM+CR ou fiche de consultation ou de visite NOËL-ŒUVRÉ Zoé 17/05/1984');
    expect(parsed.messageId).toBe(mail.messageId);
    expect(parsed.from?.value).toEqual([{ name: 'Cabinet fictif', address: senderAddress }]);
    expect(parsed.to).toMatchObject({ value: [{ name: '', address: depositAddress }] });
    expect(parsed.headers.get('disposition-notification-to')).toMatchObject({ value: [{ address: senderAddress }] });
    const [zip, pdf] = parsed.attachments;
    expect(parsed.attachments).toHaveLength(2);
    expect(zip).toMatchObject({
      contentType: 'application/zip',
      filename: 'IHE_XDM.zip',
      contentDisposition: 'attachment',
    });
    expect(hash(zip!.content)).toBe(hash(await collect(archive.content.open())));
    expect(pdf!.filename).toBe('20260228_CR ou fiche de consultation ou de visite_NOEL-OEUVRE_Zoe.pdf');
    expect(hash(pdf!.content)).toBe(hash(await collect(submission.documents[0]!.document.pdf!.open())));

    const head = Buffer.from(bytes).toString('latin1').split('\r\n\r\n')[0]!;
    expect(head).toMatch(/^X-MSS-CODECDA: 11488-4\r$/m);
    expect(head).toMatch(/^X-MSS-INS: O\r$/m);
    expect(head).toMatch(/^X-MSS-NIL: 123456\r$/m);
    expect(head).not.toMatch(/x-mailer|nodemailer/i);
    expect(Buffer.from(bytes).toString('latin1')).not.toMatch(/[^\r]\n/);
  });

  it('gives the same bytes for the same input, clock and identifiers', async () => {
    const submission = fixtureSubmission();
    const archive = fixtureArchive();
    const [a, b] = await Promise.all([
      composeDeposit(submission, archive, { ...options, runtime: fixedRuntime() }),
      composeDeposit(submission, archive, { ...options, runtime: fixedRuntime() }),
    ]);
    expect(hash(await collect(a.content.open()))).toBe(hash(await collect(b.content.open())));
    expect(hash(await collect(a.content.open()))).toBe(hash(await collect(a.content.open())));
  });

  it.each([0, 1, 2, 3, 56, 57, 58, 114, 115, 1_000_001])('knows the length of %d bytes in base64', async (length) => {
    const mail = await composeDeposit(
      fixtureSubmission(),
      {
        fileName: 'IHE_XDM.zip',
        content: {
          byteLength: length,
          async *open() {
            for (let at = 0; at < length; at += 1_000) yield Buffer.alloc(Math.min(1_000, length - at), 65);
          },
        },
      },
      { ...options, runtime: fixedRuntime() },
    );
    const bytes = await collect(mail.content.open());
    expect(bytes.length).toBe(mail.byteLength);
    const { archive } = await readIncomingDeposit(bytes);
    expect(archive?.length ?? 0).toBe(length);
    expect(base64Length(length)).toBe(
      Buffer.alloc(length)
        .toString('base64')
        .replace(/.{76}(?=.)/g, '$&\r\n').length,
    );
  });

  it('leaves the PDF copy, the report request and the patient out when told so', async () => {
    const mail = await composeDeposit(fixtureSubmission(), fixtureArchive(), {
      ...options,
      pdfCopy: false,
      requestReport: false,
      subject: 'short',
      runtime: fixedRuntime(),
    });
    const bytes = Buffer.from(await collect(mail.content.open()));
    const parsed = await simpleParser(bytes);
    expect(parsed.subject).toBe('XDM/1.0/DDM');
    expect(parsed.attachments).toHaveLength(1);
    expect(parsed.headers.has('disposition-notification-to')).toBe(false);
    expect(bytes.toString('latin1')).not.toMatch(/CANARI/i);
  });

  it('never writes the INS or the title in a header', async () => {
    const mail = await composeDeposit(fixtureSubmission(), fixtureArchive(), { ...options, runtime: fixedRuntime() });
    const head = Buffer.from(await collect(mail.content.open()))
      .toString('latin1')
      .split('\r\n\r\n')[0]!;
    expect(head).not.toContain('CANARITITRE');
    expect(head).not.toContain('1840599');
  });

  it('says the numbers when the message is too large', async () => {
    const compose = composeDeposit(fixtureSubmission(), fixtureArchive(7_700_000), {
      ...options,
      maxMessageBytes: 10 * 1_024 * 1_024,
      runtime: fixedRuntime(),
    });
    await expect(compose).rejects.toMatchObject({ code: 'TE_TOO_LARGE', details: { limitBytes: 10_485_760 } });
    const fits = composeDeposit(fixtureSubmission(), fixtureArchive(7_600_000), {
      ...options,
      maxMessageBytes: 10 * 1_024 * 1_024,
      runtime: fixedRuntime(),
    });
    await expect(fits).resolves.toBeDefined();
  });

  it('refuses an attachment that changed since it was measured', async () => {
    const mail = await composeDeposit(
      fixtureSubmission(),
      {
        fileName: 'IHE_XDM.zip',
        content: {
          byteLength: 100,
          async *open() {
            yield Buffer.alloc(400);
          },
        },
      },
      { ...options, runtime: fixedRuntime() },
    );
    await expect(collect(mail.content.open())).rejects.toMatchObject({ code: 'TE_INPUT_INVALID' });
  });

  it('says that a new version replaces another', async () => {
    const mail = await composeDeposit(fixtureSubmission({ replaces: '2.999.1.10.5.0' }), fixtureArchive(), {
      ...options,
      runtime: fixedRuntime(),
    });
    const { text } = await readIncomingDeposit(await collect(mail.content.open()));
    expect(text).toContain('annule et remplace');
  });
});
