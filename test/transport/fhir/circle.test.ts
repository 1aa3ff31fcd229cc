import { describe, expect, it } from 'vitest';

import { call, camille, now, playedBinding } from './played-binding.ts';
import { bodyOf, scriptedServer } from './scripted-server.ts';

const base = 'https://fhir.example/r4';
const second = new Date(now).toISOString().replace('.000', '');
const secondBefore = new Date(now - 1_000).toISOString().replace('.000', '');

const set = (...resources: object[]): { body: object } => ({
  body: {
    resourceType: 'Bundle',
    type: 'searchset',
    total: 1,
    entry: resources.map((resource, index) => ({ resource, search: { mode: index === 0 ? 'match' : 'include' } })),
  },
});
const patient = {
  resourceType: 'Patient',
  id: 'pat-1',
  identifier: [{ system: 'urn:oid:2.999.1.10', value: 'PAT-000123' }],
};
const role = { resourceType: 'PractitionerRole', id: 'role-1', practitioner: { reference: 'Practitioner/ps-1' } };
const practitioner = {
  resourceType: 'Practitioner',
  id: 'ps-1',
  identifier: [{ system: 'https://rpps.esante.gouv.fr', value: '99700012349' }],
};

/** A circle of the caller alone, who is in it for this period. */
const circleOf = (period: object | undefined): object => ({
  resourceType: 'CareTeam',
  id: 'ct-1',
  meta: { versionId: '1' },
  status: 'active',
  subject: { reference: 'Patient/pat-1' },
  participant: [{ member: { reference: 'PractitionerRole/role-1' }, ...(period && { period }) }],
});

/** What is written when the caller leaves, and the membership when that was written. */
async function leave(period: object | undefined): Promise<{ period: unknown; membership: string | null }> {
  const options = { patientInAddress: false };
  const found = (team: object): { body: object } => set(team, patient, role, practitioner);
  const server = scriptedServer(set(patient), found(circleOf(period)), { body: '' });
  await playedBinding(base, server.http, options).careCircle!.leave!(camille, call);
  const written = JSON.parse(bodyOf(server.asked[2])) as { participant: { period?: unknown }[] };

  const after = scriptedServer(set(patient), found(written));
  const { value } = await playedBinding(base, after.http, options).dossier!.status!(camille, call);
  return { period: written.participant[0]?.period, membership: value.membership };
}

describe('who leaves a circle over FHIR', () => {
  it('is no member in the very second of the end: an end is part of its period', async () => {
    expect(await leave({ start: '2024-01-01' })).toEqual({
      period: { start: '2024-01-01', end: secondBefore },
      membership: 'not-member',
    });
  });

  it('has a period that ends no earlier than it began', async () => {
    expect((await leave({ start: second })).period).toEqual({ start: second, end: second });
    expect((await leave(undefined)).period).toEqual({ start: secondBefore, end: secondBefore });
  });
});
