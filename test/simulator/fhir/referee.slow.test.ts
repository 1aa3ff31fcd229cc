import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { writeFhirPatient } from '../../../src/identity/wire/index.ts';
import { fictivePatient, fictiveProfessional } from '../../../src/testing/index.ts';
import { partnerOf } from '../../../src/transport/fhir/partner.ts';
import { createSubscription } from '../../../src/transport/nde/subscriptions.ts';
import { writeSubscription } from '../../../src/transport/nde/write-subscription.ts';
import { submission } from '../../client/world.ts';
import { fhirRefereeCommand } from '../../helpers/fhir-referee.ts';
import { validateFhir } from '../../helpers/fhir-validator.ts';
import { found, openFhirSide, type FhirAnswer, type FhirSide } from './side.ts';

const command = fhirRefereeCommand();
const patient = fictivePatient();

describe.skipIf(command === null)('what the FHIR base answers, judged by HAPI', () => {
  let side: FhirSide;
  beforeAll(async () => {
    side = await openFhirSide();
  });
  afterAll(() => side.close());

  it('fits the profiles that it claims', { timeout: 240_000 }, async () => {
    await side.xds.registerDocuments(await submission());
    await side.transport.deposit(await submission({ title: 'Par FHIR' }));
    await subscribed(side);
    side.simulator.announce(patient.localId, { type: 'admission' });

    const answers = Object.entries(await collected(side));
    for (const [name, { status, text }] of answers) expect(status, `${name} ${text}`).toBeLessThan(600);
    const resources = Object.fromEntries(answers.map(([name, { text }]) => [name, text]));
    expect(validateFhir(command ?? '', resources)).toEqual([]);
  });
});

async function subscribed(side: FhirSide): Promise<void> {
  const partner = partnerOf({ http: side.http, baseUrl: side.base, authorization: () => side.bearer() });
  const now = '2026-01-01T00:00:00Z';
  const subscription = writeSubscription({
    type: 'admission',
    facility: { finess: '990000028', name: "Hôpital d'essai" },
    from: now,
    until: null,
    mailbox: 'dr.essai@medecin.mssante.fr',
    patient: writeFhirPatient(patient, { dialect: 'v2-0445' }),
    professional: fictiveProfessional(),
    now,
  });
  await createSubscription(partner, subscription, {});
}

async function collected(side: FhirSide): Promise<Readonly<Record<string, FhirAnswer>>> {
  const { system, value } = patient.localId;
  const token = `urn:oid:${system}|${value}`;
  const patients = await side.find('Patient', { identifier: token });
  const own = { patient: `Patient/${String(found(patients)[0].id)}` };
  const asked = {
    resourceType: 'Parameters',
    parameter: [
      { name: 'resource', resource: { ...writeFhirPatient(patient, { dialect: 'v2-0445' }), meta: undefined } },
    ],
  };
  return {
    metadata: await side.ask('GET', '/metadata'),
    patients,
    pix: await side.ask('GET', `/Patient/$ihe-pix?sourceIdentifier=${encodeURIComponent(token)}`),
    match: await side.ask('POST', '/Patient/$match', { body: asked }),
    documents: await side.find('DocumentReference', { ...own, status: 'current,superseded' }),
    lists: await side.find('List', { ...own, status: 'current', code: 'submissionset', _include: 'List:item' }),
    teams: await side.find('CareTeam', {
      ...own,
      _include: 'CareTeam:participant',
      '_include:iterate': 'PractitionerRole:practitioner',
    }),
    consents: await side.find('Consent', own),
    messages: await side.find('CommunicationRequest', { status: 'active' }),
    subscriptions: await side.find('Subscription', { status: 'active' }),
    refusal: await side.find('DocumentReference', { status: 'current' }),
    pages: await side.find('DocumentReference', { ...own, status: 'current', _count: '1', inconnu: 'x' }),
  };
}
