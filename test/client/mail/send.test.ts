import { afterEach, describe, expect, it } from 'vitest';

import type { CareLetter, ColleagueLetter } from '../../../src/client/mail/model.ts';
import { demoLetterPdf, fictivePatient } from '../../../src/testing/index.ts';
import { collect } from '../../../src/internal/bytes.ts';
import { readIncomingDeposit } from '../../../src/transport/mss/incoming.ts';
import { letter } from '../world.ts';
import { colleague, directoryOf, finess, listed, mailScene, mayBeSent, rpps, type MailScene } from './scene.ts';

const open: MailScene[] = [];
const scene = (...given: Parameters<typeof mailScene>): MailScene => {
  const made = mailScene(...given);
  open.push(made);
  return made;
};
afterEach(async () => {
  for (const item of open.splice(0)) await item.close();
});

const patient = fictivePatient();
const plain: ColleagueLetter = { about: null, subject: 'Question de permanence', text: 'Bonjour,\nÀ demain.' };
const withDirectory = (...mailboxes: Parameters<typeof directoryOf>): MailScene =>
  scene({ directory: directoryOf(...mailboxes) });

describe('a letter to a colleague', () => {
  it('goes to the only mailbox of the directory, through the outbox', async () => {
    const { te, message } = withDirectory([listed(colleague)]);
    const sent = await te.mail.send({ rpps }, plain, mayBeSent);

    expect(sent).toMatchObject({ state: 'queued', channel: 'mssante', documents: [] });
    expect(sent.uniqueId).toMatch(/^mail:[0-9a-f-]{36}$/);
    expect(sent.mailbox).toEqual({ ...listed(colleague), rank: undefined, directory: 'listed' });
    const raw = await message();
    expect(raw).toMatch(/^To: anne\.exemple@medecin\.mssante\.fr\r$/m);
    expect(raw).toMatch(/^Subject: Question de permanence\r$/m);
    expect(raw).not.toMatch(/^X-MSS-(?:CODECDA|INS|MES)/im);
    expect(raw).toMatch(/^Disposition-Notification-To:/im);
  });

  it('is listed, found again, and posted once under one id', async () => {
    const { te } = withDirectory([listed(colleague)]);
    const id = '6f1e2d3c-0000-4000-8000-00000000abcd';
    const first = await te.mail.send({ rpps }, { ...plain, id }, mayBeSent);
    const again = await te.mail.send({ rpps }, { ...plain, id }, mayBeSent);
    expect(again.messageId).toBe(first.messageId);
    expect((await te.outbox.status(`mail:${id}`))?.uniqueId).toBe(first.uniqueId);
    expect((await te.outbox.summary()).states.queued).toBeLessThanOrEqual(1);
    await expect(te.mail.send({ rpps }, { ...plain, id: 'x' }, mayBeSent)).rejects.toMatchObject({
      code: 'TE_INPUT_INVALID',
    });
  });

  it('is found and erased with its patient', async () => {
    const { te } = withDirectory([listed(colleague)]);
    await te.outbox.stop();
    await te.mail.send({ rpps }, { ...plain, about: patient }, mayBeSent);
    expect((await te.privacy.export(patient)).deposits).toHaveLength(1);
    expect((await te.privacy.erase(patient, { waiting: 'cancel' })).deposits).toMatchObject({ deposits: 1 });
  });

  it.each([
    [
      'several mailboxes',
      [listed(colleague), listed('a.exemple@hopital.mssante.fr')],
      { rpps },
      'TE_CONFLICT',
      'several-mailboxes',
    ],
    ['none', [], { rpps }, 'TE_NOT_FOUND', 'no-mailbox'],
    [
      'one that is not listed',
      [listed(colleague)],
      { rpps, address: 'x@medecin.mssante.fr' },
      'TE_RECIPIENT_UNKNOWN',
      'not-listed',
    ],
    [
      'a program of a structure',
      [listed('appli@ch.mssante.fr', { type: 'APP' })],
      { finess },
      'TE_NOT_FOUND',
      'no-mailbox',
    ],
    [
      'a program by its address',
      [listed('appli@ch.mssante.fr', { type: 'APP', owner: { rpps: null, finess, name: 'CH' } })],
      { address: 'appli@ch.mssante.fr' },
      'TE_RECIPIENT_UNKNOWN',
      'program',
    ],
  ] as const)('is refused with %s', async (_, mailboxes, to, code, reason) => {
    const { te, message } = withDirectory(mailboxes);
    await expect(te.mail.send(to, plain, mayBeSent)).rejects.toMatchObject({ code, details: { reason } });
    expect(await message()).toBe('');
  });

  it('lets somebody choose among several', async () => {
    const other = listed('secretariat@hopital.mssante.fr', { type: 'ORG' });
    const { te } = withDirectory([listed(colleague), other], true);
    const offered = await te.mail.recipients({ rpps });
    expect(offered.mailboxes.map(({ type }) => type)).toEqual(['PER', 'ORG']);
    const sent = await te.mail.send(
      { rpps, address: other.address.toUpperCase().replace('MSSANTE.FR', 'mssante.fr') },
      plain,
      mayBeSent,
    );
    expect(sent.mailbox).toMatchObject({ address: other.address, type: 'ORG', directory: 'stale' });
  });

  it('tells what the directory does not say of an address', async () => {
    const unknown = await withDirectory([]).te.mail.send({ address: colleague }, plain, mayBeSent);
    expect(unknown.mailbox).toMatchObject({ type: null, directory: 'unknown' });
    const { te } = scene();
    expect((await te.mail.send({ address: colleague }, plain, mayBeSent)).mailbox.directory).toBe('not-asked');
    await expect(te.mail.send({ rpps }, plain, mayBeSent)).rejects.toMatchObject({ code: 'TE_UNSUPPORTED' });
    await expect(te.mail.recipients({ rpps })).rejects.toMatchObject({ code: 'TE_UNSUPPORTED' });
  });

  it.each([
    ['a patient', `${patient.ins.value}@patient.mssante.fr`],
    ['a public mail', 'x@mail.example'],
    ['two addresses', 'a@b.mssante.fr\r\nBcc: evil@c.mssante.fr'],
  ])('does not go to %s', async (_, address) => {
    const { te, message } = withDirectory([]);
    await expect(te.mail.send({ address }, plain, mayBeSent)).rejects.toMatchObject({ code: 'TE_ADDRESS_INVALID' });
    expect(await message()).toBe('');
  });
});

describe('what a letter holds', () => {
  const send = async (content: Partial<ColleagueLetter>, options = mayBeSent): Promise<string> => {
    const { te, message } = withDirectory([listed(colleague)]);
    await te.mail.send({ rpps }, { ...plain, ...content }, options);
    return message();
  };

  it('carries an archive with the prescribed subject, headers and copies', async () => {
    const raw = await send({ about: patient, subject: undefined, documents: await letter() });
    const read = await readIncomingDeposit(Buffer.from(raw, 'latin1'));
    expect(read.subject).toMatch(/^XDM\/1\.0\/DDM\+.+ DUPRE-TEST CLAUDE 28\/03\/1979$/);
    expect(read.archive).not.toBeNull();
    expect(read.otherParts).toEqual(['application/pdf']);
    expect(raw).toMatch(/^X-MSS-CODECDA: /m);
    expect(raw).toMatch(/^X-MSS-INS: O\r$/m);
  });

  it('carries a PDF and a CDA as they are, under names without a path', async () => {
    const cda = await collect((await letter()).content.open());
    const raw = await send({
      about: patient,
      files: [
        { kind: 'pdf', bytes: demoLetterPdf(), fileName: '../é"tude\r\n.pdf' },
        { kind: 'cda', bytes: cda },
      ],
    });
    expect(raw).toContain('filename="e tude.pdf"');
    expect(raw).toContain('filename=document-2.xml');
    expect(raw.replaceAll('\r\n', '')).toContain(Buffer.from(cda).toString('base64'));
  });

  it('answers in its thread', async () => {
    const raw = await send({ inReplyTo: '<2@x.fr>', references: ['<1@x.fr>', '<2@x.fr>'] });
    expect(raw).toMatch(/^In-Reply-To: <2@x\.fr>\r\nReferences: <1@x\.fr> <2@x\.fr>\r$/m);
    await expect(send({ inReplyTo: '<2@x.fr>\r\nBcc: x' })).rejects.toMatchObject({ code: 'TE_INPUT_INVALID' });
  });

  const other = fictivePatient({ localId: 'PAT-2', traits: { firstName: 'PAUL', sex: 'M' }, insOrder: 12 });
  it.each<[string, () => Promise<Partial<ColleagueLetter>>, string]>([
    ['the documents of another', async () => ({ about: other, documents: await letter() }), 'TE_IDENTITY_MISMATCH'],
    ['documents of nobody', async () => ({ documents: await letter() }), 'TE_INPUT_INVALID'],
    [
      'a CDA of another',
      async () => ({ about: other, files: [{ kind: 'cda', bytes: await collect((await letter()).content.open()) }] }),
      'TE_IDENTITY_MISMATCH',
    ],
    [
      'a CDA with an INS of an identity that is not qualified',
      async () => ({
        about: fictivePatient({ identityStatus: 'VALI' }),
        files: [{ kind: 'cda', bytes: await collect((await letter()).content.open()) }],
      }),
      'TE_IDENTITY_STATUS',
    ],
    ['an empty PDF', async () => ({ files: [{ kind: 'pdf', bytes: new Uint8Array() }] }), 'TE_PDF_REFUSED'],
    ['a PDF that is none', async () => ({ files: [{ kind: 'pdf', bytes: Buffer.from('bonjour') }] }), 'TE_PDF_REFUSED'],
    ['an INS in the subject', async () => ({ subject: `Suivi ${patient.ins.value}` }), 'TE_INPUT_INVALID'],
    ['an INS in groups', async () => ({ subject: 'Suivi 2 79 03 51 215 189 12' }), 'TE_INPUT_INVALID'],
    ['a name in the subject', async () => ({ about: patient, subject: 'Mme Dupré Test : avis' }), 'TE_INPUT_INVALID'],
    ['a birth date in the subject', async () => ({ about: patient, subject: 'née le 28/03/1979' }), 'TE_INPUT_INVALID'],
    [
      'an INS in a name',
      async () => ({ files: [{ kind: 'pdf', bytes: demoLetterPdf(), fileName: `${patient.ins.value}.pdf` }] }),
      'TE_INPUT_INVALID',
    ],
    ['a subject of two lines', async () => ({ subject: 'a\r\nBcc: x@y.mssante.fr' }), 'TE_INPUT_INVALID'],
    ['half a character', async () => ({ text: 'a\ud800' }), 'TE_INPUT_INVALID'],
    ['no subject', async () => ({ subject: undefined }), 'TE_INPUT_INVALID'],
  ])('refuses %s, and quotes nothing', async (_, content, code) => {
    const failed: unknown = await send(await content()).catch((error: unknown) => error);
    expect(failed).toMatchObject({ code });
    expect(JSON.stringify(failed)).not.toMatch(/DUPRE|279035121518|Dupré/i);
  });

  it('is refused when the patient objects, and asks for that answer', async () => {
    await expect(send({}, { patientOpposed: true })).rejects.toMatchObject({ code: 'TE_CONSENT_REFUSED' });
    await expect(send({}, {} as typeof mayBeSent)).rejects.toMatchObject({ code: 'TE_INPUT_INVALID' });
  });

  it('is measured as it leaves', async () => {
    const { te, store } = withDirectory([listed(colleague)]);
    const content: CareLetter = { subject: 'a', text: 'b', files: [{ kind: 'pdf', bytes: demoLetterPdf() }] };
    const sent = await te.mail.send({ rpps }, { ...content, about: null }, mayBeSent);
    for await (const { byteLength, uniqueIds } of store.list()) {
      expect(uniqueIds).toEqual([sent.uniqueId]);
      expect(byteLength).toBeGreaterThan(demoLetterPdf().length * 1.3);
    }
  });

  it('is too large before it is stored', async () => {
    const outbox = {
      store: 'memory',
      message: { maxMessageBytes: 2_000 },
      server: { host: '127.0.0.1', port: 1, caPem: '' },
      credentials: {},
    } as const;
    const { te } = scene({ directory: directoryOf([listed(colleague)]), outbox });
    const large = { ...plain, text: 'x'.repeat(3_000) };
    await expect(te.mail.send({ rpps }, large, mayBeSent)).rejects.toMatchObject({ code: 'TE_TOO_LARGE' });
  });
});

it('heeds its signal and its deadline while the directory is silent', async () => {
  const silent = { ...directoryOf([]), mailboxesOfProfessional: () => new Promise<never>(() => undefined) };
  const { te } = scene({ directory: silent });
  await expect(te.mail.send({ rpps }, plain, { ...mayBeSent, timeoutMs: 20 })).rejects.toMatchObject({
    code: 'TE_TIMEOUT',
  });
  const stop = new AbortController();
  const sending = te.mail.send({ rpps }, plain, { ...mayBeSent, signal: stop.signal });
  stop.abort();
  await expect(sending).rejects.toMatchObject({ code: 'TE_CANCELLED' });
});
