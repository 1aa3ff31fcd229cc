import { afterEach, describe, expect, it } from 'vitest';

import type { PatientLetter } from '../../../src/client/mail/model.ts';
import { demoLetterPdf, fictivePatient } from '../../../src/testing/index.ts';
import { mailScene, mayBeSent, type MailScene } from './scene.ts';

const open: MailScene[] = [];
const scene = (): MailScene => {
  const made = mailScene();
  open.push(made);
  return made;
};
afterEach(async () => {
  for (const item of open.splice(0)) await item.close();
});

const patient = fictivePatient();
const ins = patient.ins.value;
const plain: PatientLetter = { subject: 'Votre compte rendu', text: 'Bonjour.' };

describe('a letter to a patient', () => {
  it('goes to the mailbox of the INS, which its receipt does not show', async () => {
    const { te, message } = scene();
    const files = [{ kind: 'pdf', bytes: demoLetterPdf() }] as const;
    const sent = await te.mail.sendToPatient(patient, { ...plain, files, endsExchange: true }, mayBeSent);

    const raw = await message();
    expect(raw).toMatch(new RegExp(`^To: ${ins}@patient\\.mssante\\.fr\r$`, 'm'));
    expect(raw).toMatch(/^X-MSS-MES: FIN\r$/m);
    expect(raw.match(/^Subject: .*$/m)?.[0]).not.toContain(ins);
    expect(sent.mailbox).toMatchObject({ address: '***@patient.mssante.fr', directory: 'not-asked' });
    expect(JSON.stringify(sent)).not.toContain(ins);
    expect((await te.privacy.export(patient)).deposits).toHaveLength(1);
  });

  it('leaves the exchange open unless told', async () => {
    const { te, message } = scene();
    await te.mail.sendToPatient(patient, { ...plain, replyTo: 'accueil@cabinet.mssante.fr' }, mayBeSent);
    expect(await message()).not.toMatch(/^X-MSS-MES/im);
    expect(await message()).toMatch(/^Reply-To: accueil@cabinet\.mssante\.fr\r$/m);
  });

  it('ends all exchanges by a subject that no letter has', async () => {
    const { te, message } = scene();
    await te.mail.endExchanges(patient, mayBeSent);
    expect(await message()).toMatch(/^Subject: \[FIN\]\r$/m);
    for (const subject of ['[FIN]', ' [FIN] ']) {
      await expect(te.mail.sendToPatient(patient, { ...plain, subject }, mayBeSent)).rejects.toMatchObject({
        code: 'TE_INPUT_INVALID',
      });
    }
  });

  it.each(['PROV', 'VALI', 'RECUP'] as const)('has no mailbox with the status %s', async (identityStatus) => {
    const { te, message } = scene();
    const unsure = fictivePatient({ identityStatus });
    for (const sending of [te.mail.sendToPatient(unsure, plain, mayBeSent), te.mail.endExchanges(unsure, mayBeSent)]) {
      await expect(sending).rejects.toMatchObject({
        code: expect.stringMatching(/^TE_IDENTITY_(?:STATUS|PROVISIONAL)$/) as string,
      });
    }
    expect(await message()).toBe('');
  });

  it('is refused with a wrong key, without an INS and when the patient objects', async () => {
    const { te } = scene();
    const wrong = { ...patient, ins: { ...patient.ins, value: `${ins.slice(0, 13)}00` } };
    await expect(te.mail.sendToPatient(wrong, plain, mayBeSent)).rejects.toMatchObject({
      code: 'TE_IDENTITY_INCOMPLETE',
    });
    const { ins: _none, ...without } = patient;
    await expect(te.mail.sendToPatient(without, plain, mayBeSent)).rejects.toMatchObject({
      code: 'TE_IDENTITY_STATUS',
    });
    const opposed = te.mail.sendToPatient(patient, plain, { patientOpposed: true });
    await expect(opposed).rejects.toMatchObject({ code: 'TE_CONSENT_REFUSED' });
  });
});
