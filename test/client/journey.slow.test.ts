import { afterEach, describe, expect, it } from 'vitest';

import { checkCompleteness } from '../../src/identity/index.ts';
import type { TerrESanteClient } from '../../src/index.ts';
import { simulatorDescriptor, type PlatformDescriptor } from '../../src/platform/index.ts';
import { fictiveOutbox } from '../../src/simulator/index.ts';
import { fictivePatient, fictivePatients, fictiveProfessional, fictiveStructure } from '../../src/testing/index.ts';
import { soapDescriptor } from './soap-world.ts';
import { consentFor, createWorld, letter, rppsHolder, submission, type World } from './world.ts';

/*
 * The journey that the guide of éO tells, from a patient whose identity is incomplete to one who
 * takes the access back: told once over SOAP, once over FHIR.
 */
const patient = fictivePatient();
const hospital = {
  professional: { ...fictiveProfessional(), nationalId: '899900000290', familyName: 'HOSPITALIER', givenName: 'SACHA' },
  structure: { ...fictiveStructure(), name: "Hôpital d'essai" },
};

const fhir = { value: 'fhir-r4', confidence: 'assumption', evidence: 'For this test.' } as const;
const { alerts: _alerts, ...soapBindings } = soapDescriptor.bindings;

const overSoap: PlatformDescriptor = { ...soapDescriptor, bindings: soapBindings };

/** Everything but the deposit, the portal and the national identifier goes by FHIR. */
const overFhir: PlatformDescriptor = {
  ...simulatorDescriptor,
  bindings: {
    ...simulatorDescriptor.bindings,
    'dossier.status': fhir,
    'dossier.create': fhir,
    consent: fhir,
    careCircle: fhir,
    alerts: fhir,
    notifications: fhir,
    'documents.list': fhir,
  },
  fhir: { ...simulatorDescriptor.fhir!, patientInAddress: { ...fhir, value: true } },
};

let world: World;
afterEach(() => world.close());

async function open(descriptor: PlatformDescriptor): Promise<TerrESanteClient> {
  world = await createWorld({ patientInAddress: 'allowed' });
  // Somebody else is known already: an identity server that knows nobody knows no domain either.
  const [other = patient] = fictivePatients(1);
  world.simulator.addDossier({ ...other, localId: { ...patient.localId, value: 'AUTRE' }, ins: undefined });
  const outbox = { ...fictiveOutbox(world.simulator), pollMs: 10 };
  return world.client({ descriptor, deposit: undefined, outbox });
}

/** When the professional last looked, where the platform does not keep it. */
async function lastSeen(te: TerrESanteClient, at: Date): Promise<void> {
  const seen = at.toISOString().replace(/\.\d+/, '');
  await te.notifications.markSeen({ at: seen });
  await te.notifications.markSeen({ patient, at: seen });
}

/** The hospital admits the patient: over FHIR who asked to be told is told. */
async function admitted(te: TerrESanteClient, wire: string): Promise<void> {
  const facility = { finess: '990000028', name: "Hôpital d'essai" };
  if (wire === 'SOAP') {
    // Nothing carries alerts here: nothing is asked of anybody, and the mail remains.
    await expect(te.alerts.subscribe(patient, { type: 'admission', facility })).rejects.toMatchObject({
      code: 'TE_UNSUPPORTED',
    });
    return;
  }

  const subscription = await te.alerts.subscribe(patient, { type: 'admission', facility });
  expect((await te.alerts.list([subscription])).alerts).toEqual([]);
  world.simulator.announce(patient.localId, { type: 'admission', facility, text: 'Admis aux urgences' });
  expect((await te.alerts.list([subscription])).alerts).toMatchObject([
    { type: 'admission', facility: { name: facility.name } },
  ]);
}

/** Who takes part in the care, and to what the patient agreed. */
async function shownCircle(te: TerrESanteClient, wire: string): Promise<void> {
  if (wire === 'SOAP') return;
  expect((await te.careCircle.get(patient)).members).toMatchObject([{ role: 'PCP' }]);
  expect((await te.consent.get(patient)).consents).toMatchObject([{ status: 'active' }]);
}

const countOf = async (te: TerrESanteClient): Promise<number | null> =>
  (await te.notifications.countForPatient(patient)).count;

describe.each([
  ['SOAP', overSoap],
  ['FHIR', overFhir],
] as const)('the journey of a practice, over %s', (wire, descriptor) => {
  it('from an incomplete identity to an access that is taken back', { timeout: 300_000 }, async () => {
    const te = await open(descriptor);
    const { simulator } = world;

    // The identity is incomplete: what is missing is named, and nothing is asked of the platform.
    const { birthDate: _birthDate, ...incomplete } = patient.traits;
    const early = { ...patient, traits: incomplete } as typeof patient;
    expect(checkCompleteness(early).missing.map(({ trait }) => trait)).toEqual(['birthDate']);
    expect((await te.dossier.status(early)).state).toBe('incomplete');

    // Completed: there is no dossier yet. It is made with the consent of the patient, and only so.
    expect((await te.dossier.status(patient)).state).toBe('absent');
    await expect(te.dossier.create(patient, {} as never)).rejects.toMatchObject({ code: 'TE_CONSENT_REQUIRED' });
    await te.dossier.create(patient, { consent: consentFor(te), joinAs: 'PCP' });
    expect(await te.dossier.status(patient, { refresh: true })).toMatchObject({ state: 'exists' });
    await shownCircle(te, wire);
    await lastSeen(te, new Date(Date.now() - 60_000));
    expect(await countOf(te)).toBe(0);

    // The hospital deposits two documents.
    for (const title of ['Compte rendu', 'Ordonnance de sortie']) {
      await world.mss.deposit(await submission({ author: hospital, title }));
    }
    await simulator.settled();
    expect(await countOf(te)).toBe(2);
    if (wire === 'FHIR') expect((await te.notifications.countForPractitioner()).count).toBe(2);
    else await expect(te.notifications.countForPractitioner()).rejects.toMatchObject({ code: 'TE_UNSUPPORTED' });

    // The portal is opened on the dossier: the counts start again.
    const launch = await te.portal.launch({ page: 'documents', patient }, { window: 'embedded' });
    await launch.handedOver();
    expect(await countOf(te)).toBe(0);

    // A letter is deposited, and seen in the dossier.
    const sent = await te.documents.deposit(patient, await letter(), { patientConsent: true });
    await te.outbox.wait(sent.uniqueId);
    expect((await te.documents.list(patient)).map(({ uniqueId }) => uniqueId)).toContain(sent.uniqueId);

    // Another one is refused, with its reason.
    simulator.inject({ kind: 'reject-deposit', code: '904' });
    const refused = await te.documents.deposit(patient, await letter(), { patientConsent: true });
    const ended = await te.outbox.wait(refused.uniqueId);
    expect(ended.state).toBe('rejected');
    expect(JSON.stringify(ended)).toContain('904');

    await admitted(te, wire);

    // The patient takes the access back: at once, and alike over each wire.
    simulator.block(patient.localId, rppsHolder);
    await expect(te.documents.list(patient)).rejects.toMatchObject({ code: 'TE_BLOCKED_BY_PATIENT' });
  });
});
