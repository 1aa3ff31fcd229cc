import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createHash } from 'node:crypto';
import { collect } from '../../src/internal/bytes.ts';
import { demoLetterPdf, fictivePatient } from '../../src/testing/index.ts';
import { consentFor, createWorld, rppsHolder, submission, type World } from './world.ts';

describe('from a patient and a PDF to a document in the dossier', () => {
  let world: World;
  beforeAll(async () => {
    world = await createWorld();
  });
  afterAll(() => world.close());

  it('goes all the way', async () => {
    const { te, simulator, config } = world;
    const patient = fictivePatient();
    expect(te.checkConfig().findings.map(({ rule }) => rule)).toEqual(['CFG-21']);

    const before = await te.dossier.status(patient);
    expect(before).toMatchObject({ state: 'absent', regionalId: null });
    expect(before.meta.binding).toBe('simulator-http');

    const created = await te.dossier.create(patient, { consent: consentFor(te), joinAs: 'PCP' });
    expect(created).toMatchObject({ created: true, regionalId: { system: '2.999.1.1' } });
    expect((await te.dossier.status(patient)).state).toBe('exists');
    expect((await te.notifications.countForPatient(patient)).count).toBeNull();

    simulator.connect(rppsHolder);
    expect(await te.notifications.countForPatient(patient)).toMatchObject({ count: 0, sinceSource: 'platform' });

    const sent = await submission();
    const receipt = await te.documents.deposit(patient, sent, { patientConsent: true });
    expect(receipt).toMatchObject({ state: 'accepted', channel: 'mssante', findings: [] });
    await simulator.settled();
    expect(simulator.intakes()).toEqual([
      { messageId: receipt.messageId, outcome: 'filed', uniqueIds: [receipt.uniqueId], code: null, rules: [] },
    ]);

    expect(await te.documents.status(patient, receipt.uniqueId)).toMatchObject({ state: 'visible' });
    const [listed] = (await te.documents.list(patient)).documents;
    expect(listed).toMatchObject({ uniqueId: receipt.uniqueId, status: 'approved', typeCode: 'CERT_DECL' });
    const { bytes } = await te.documents.fetch(patient, receipt.uniqueId);
    expect(bytes).toEqual(new Uint8Array(await collect(sent.documents[0]!.document.content.open())));

    const filed = simulator.dossier(patient.localId)!.documents[0]!;
    const sha256 = (data: Uint8Array): string => createHash('sha256').update(data).digest('hex');
    expect(sha256(filed.pdf()!)).toBe(sha256(demoLetterPdf()));

    expect((await te.notifications.countForPatient(patient)).count).toBe(1);
    expect(await te.notifications.countForPractitioner()).toMatchObject({
      count: 1,
      perPatient: [{ regionalId: created.regionalId, count: 1 }],
    });
    const { items } = await te.notifications.list({ patient });
    expect(items).toMatchObject([{ kind: 'document', uniqueId: receipt.uniqueId, alreadyKnown: false }]);

    const [report] = simulator.mailbox(config.user.mssAddress);
    expect(report).toMatchObject({ kind: 'mdn', code: null, inReplyTo: receipt.messageId });

    simulator.connect(rppsHolder);
    expect((await te.notifications.countForPatient(patient)).count).toBe(0);
  });
});
