import { randomBytes, randomUUID } from 'node:crypto';
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest';

import { createClient } from '../../../src/client/create-client.ts';
import type { InboxMail } from '../../../src/client/mail/inbox/model.ts';
import type { TerrESanteClient } from '../../../src/client/model.ts';
import { bytesSource } from '../../../src/internal/bytes.ts';
import { fictiveConfig } from '../../../src/simulator/index.ts';
import { demoLetterPdf } from '../../../src/testing/index.ts';
import {
  createMailbox,
  createMssTransport,
  type Mailbox,
  type MailboxItem,
  type MssTransportConfig,
} from '../../../src/transport/index.ts';
import { makeMailPki, type MailPki } from '../../helpers/mail-pki.ts';
import { noRealMail, startRealMail, type RealMail } from '../../helpers/real-mail.ts';
import { attached, claude, findInPractice, letterOf, rawMail, text, xdmOf } from './received.ts';
import { directoryOf, listed, mayBeSent, rpps } from './scene.ts';

const patientMailbox = `${claude.ins.value}@patient.mssante.fr`;
/** Nothing of a patient may stand in what is written beside the messages. */
const traits = /DUPRE|1979-03-28|28\/03\/1979|279035121518/i;

describe.skipIf(noRealMail)('mails of care, by exim and dovecot', () => {
  let pki: MailPki;
  let mail: RealMail;
  const open: { close(): Promise<void> }[] = [];
  const folders: string[] = [];
  beforeAll(async () => {
    pki = makeMailPki();
    mail = await startRealMail(pki, { maxSize: '80M' });
  });
  afterEach(async () => {
    for (const item of open.splice(0)) await item.close();
    for (const folder of folders.splice(0)) rmSync(folder, { recursive: true, force: true });
  });
  afterAll(() => mail.stop());

  const server = (port: number): MssTransportConfig['server'] => ({
    host: '127.0.0.1',
    port,
    serverName: 'localhost',
    caPem: pki.caPem,
  });
  const mailbox = (address: string): Mailbox => {
    const made = createMailbox({
      server: server(mail.imapPort),
      credentials: { token: { mailbox: address, provider: async () => mail.token(address) } },
    });
    open.push(made);
    return made;
  };
  const logged: string[] = [];
  const client = (colleague: string): { te: TerrESanteClient; folder: string } => {
    const folder = mkdtempSync(join(tmpdir(), 'te-care-'));
    folders.push(folder);
    const log = (...words: unknown[]): void => void logged.push(JSON.stringify(words));
    const unused = async (): Promise<never> => Promise.reject(new Error('nothing is signed for a mail'));
    const te = createClient(fictiveConfig(), {
      auth: { kind: 'pkcs12', certificates: unused, sign: unused },
      directory: directoryOf([listed(colleague)]),
      logger: { debug: log, info: log, warn: log, error: log },
      outbox: {
        store: { folder, key: randomBytes(32) },
        server: server(mail.smtpPort),
        credentials: { certificate: pki.client },
        retry: { firstDelayMs: 20 },
        pollMs: 20,
        onError: (error) => logged.push(JSON.stringify(error)),
      },
    });
    open.unshift(te);
    return { te, folder };
  };
  const until = (te: TerrESanteClient, uniqueId: string, state: string): Promise<unknown> =>
    vi.waitFor(async () => expect((await te.outbox.status(uniqueId))?.state).toBe(state), {
      timeout: 20_000,
      interval: 100,
    });
  /** What a reader does with the first mail of a mailbox that is no report, while it is there. */
  const first = async <T>(address: string, use: (item: MailboxItem) => Promise<T>): Promise<T> =>
    vi.waitFor(
      async () => {
        for await (const item of mailbox(address).read()) if (item.kind !== 'report') return use(item);
        throw new Error('no mail yet');
      },
      { timeout: 20_000, interval: 300 },
    );
  const words = ({ documents }: InboxMail): string[] => documents.map(({ match }) => match.outcome);

  it('go to a colleague with documents, and are matched there', async () => {
    const colleague = 'consoeur@medecin.mssante.fr';
    const { te, folder } = client(colleague);
    const letter = await letterOf(claude);
    const sent = await te.mail.send(
      { rpps },
      {
        about: claude,
        text: 'Chère consœur,\nvoici.',
        documents: letter,
        files: [{ kind: 'pdf', bytes: demoLetterPdf() }],
      },
      mayBeSent,
    );
    await until(te, sent.uniqueId, 'accepted');

    const read = await first(colleague, (item) => te.mail.read(item, { find: findInPractice }));
    expect(read).toMatchObject({ origin: 'professional', isUnreadable: false, closed: 0 });
    expect(read.text).toContain('Chère consœur');
    // The archive, the PDF copy that the rule asks for, and the file beside them, which is the same PDF.
    expect(words(read)).toEqual(['matched', 'matched', 'matched']);
    expect(read.documents.map(({ copyOf }) => copyOf !== null)).toEqual([false, true, true]);
    expect(read.documents[0]).toMatchObject({ kind: 'cda', from: 'archive', uniqueId: letter.header.uniqueId });

    for (const name of readdirSync(folder, { recursive: true, encoding: 'utf8' })) {
      const path = join(folder, name);
      expect(name).not.toMatch(traits);
      if (statSync(path).isFile()) expect(readFileSync(path).toString('latin1')).not.toMatch(traits);
    }
    expect(JSON.stringify(sent)).not.toMatch(traits);
    expect(logged.join('\n')).not.toMatch(traits);
  });

  it('go to a patient, whose answer is offered', async () => {
    const { te } = client('x@medecin.mssante.fr');
    const sent = await te.mail.sendToPatient(
      claude,
      { subject: 'Votre compte rendu', text: 'Bonjour.', files: [{ kind: 'pdf', bytes: demoLetterPdf() }] },
      mayBeSent,
    );
    await until(te, sent.uniqueId, 'accepted');
    const raw = await first(patientMailbox, async (item) =>
      Buffer.from((await item.message()) ?? []).toString('latin1'),
    );
    expect(raw).toMatch(/^Subject: Votre compte rendu\r$/m);
    expect(raw).not.toMatch(/^X-MSS-MES/im);

    // The patient answers with a picture of a letter, as a PDF.
    const cabinet = fictiveConfig().user.mssAddress;
    const answer = rawMail(
      [text(), attached(demoLetterPdf(), 'application/pdf', 'attachment; filename="a.pdf"')],
      patientMailbox,
    );
    const carrier = createMssTransport({
      server: server(mail.smtpPort),
      credentials: { certificate: pki.client },
      message: { from: { address: cabinet, label: 'X' }, to: cabinet },
    });
    open.push(carrier);
    await carrier.send({
      envelope: { from: patientMailbox, to: cabinet },
      messageId: `<${randomUUID()}@patient.mssante.fr>`,
      envelopeId: randomUUID(),
      byteLength: answer.length,
      content: bytesSource(answer),
    });
    const read = await first(cabinet, (item) => te.mail.read(item, { find: findInPractice }));
    expect(read.origin).toBe('patient');
    expect(read.documents[0]?.match).toMatchObject({
      outcome: 'to-confirm',
      candidates: [{ patient: { localId: claude.localId }, evidence: 'sender' }],
    });
    expect(logged.join('\n')).not.toMatch(traits);
  });

  it('end one exchange, then all of them', async () => {
    const { te } = client('x@medecin.mssante.fr');
    const last = await te.mail.sendToPatient(
      claude,
      { subject: 'Fin', text: 'Au revoir.', endsExchange: true },
      mayBeSent,
    );
    const all = await te.mail.endExchanges(claude, mayBeSent);
    await until(te, last.uniqueId, 'accepted');
    await until(te, all.uniqueId, 'accepted');
    const found = await vi.waitFor(
      () => {
        const bytes = mail.delivered(patientMailbox).map((path) => readFileSync(path, 'latin1'));
        expect(bytes.some((text) => /^Subject: \[FIN\]\r?$/m.test(text))).toBe(true);
        expect(bytes.some((text) => /^X-MSS-MES: FIN\r?$/m.test(text))).toBe(true);
        return bytes;
      },
      { timeout: 10_000, interval: 200 },
    );
    expect(found.filter((text) => /^Subject: \[FIN\]/m.test(text))).toHaveLength(1);
  });

  it('are told to be undeliverable, without an address of a patient', async () => {
    const { te } = client('inconnu.docteur@medecin.mssante.fr');
    const sent = await te.mail.send({ rpps }, { about: null, subject: 'Question', text: 'Bonjour.' }, mayBeSent);
    await until(te, sent.uniqueId, 'undeliverable');
    expect(logged.join('\n')).not.toMatch(traits);
  });

  it('are at most 25 Mo to a patient, whole', async () => {
    const { te } = client('x@medecin.mssante.fr');
    const pdf = Buffer.from(demoLetterPdf());
    const at = pdf.lastIndexOf('startxref');
    const comment = Buffer.alloc(19_000_000, '%\n'.padEnd(64, 'x'));
    const bytes = Buffer.concat([pdf.subarray(0, at), comment, Buffer.from('\n'), pdf.subarray(at)]);
    const sending = te.mail.sendToPatient(
      claude,
      { subject: 'Images', text: 'x', files: [{ kind: 'pdf', bytes }] },
      mayBeSent,
    );
    await expect(sending).rejects.toMatchObject({ code: 'TE_TOO_LARGE', details: { limitBytes: 25_000_000 } });
  });

  it('are read within a deadline, until the signal and the close', async () => {
    const { te } = client('x@medecin.mssante.fr');
    const never = { find: () => new Promise<never>(() => undefined) };
    const document = rawMail([text(), attached(await xdmOf(claude))]);
    await expect(te.mail.read(document, { ...never, timeoutMs: 300 })).rejects.toMatchObject({ code: 'TE_TIMEOUT' });
    const stop = new AbortController();
    const reading = te.mail.read(document, { ...never, signal: stop.signal });
    setTimeout(() => stop.abort(), 200);
    await expect(reading).rejects.toMatchObject({ code: 'TE_CANCELLED' });
    const closing = te.mail.read(document, never);
    setTimeout(() => void te.close(), 200);
    await expect(closing).rejects.toMatchObject({ code: 'TE_CLOSED' });
  });
});
