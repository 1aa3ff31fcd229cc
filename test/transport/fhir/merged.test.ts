import { expect, it } from 'vitest';

import type { DossierRecord } from '../../../src/transport/index.ts';
import { call, camille, playedBinding } from './played-binding.ts';
import { bodyOf, scriptedServer, type Scripted } from './scripted-server.ts';

/*
 * A record that gave way to another (IHE PDQm 2:3.78.4.1.3, PIXm 2:3.104.4.1.3) under the local
 * identifier of the practice.
 */
const base = 'https://plateforme.example/fhir';
const identifier = ({ system, value }: typeof camille.localId): object => ({ system: `urn:oid:${system}`, value });
const survivorId = { ...camille.localId, value: 'RESTE' };

const name = { use: 'official', family: 'PATIENT-ESSAI', given: ['CAMILLE'] };
const record = (id: string, more: object): object => ({
  resourceType: 'Patient',
  id,
  name: [name],
  gender: 'female',
  birthDate: '1985-01-15',
  ...more,
});
const replacedBy = (other: object): object => ({ active: false, link: [{ type: 'replaced-by', other }] });
const former = (more: object): object => record('1', { identifier: [identifier(camille.localId)], ...more });
const survivor = (more: object = {}): object => record('2', { identifier: [identifier(survivorId)], ...more });

const bundle = (...resources: object[]): Scripted => ({
  body: {
    resourceType: 'Bundle',
    type: 'searchset',
    total: resources.length,
    entry: resources.map((resource) => ({
      fullUrl: `${base}/${String(Object(resource).resourceType)}/${String(Object(resource).id)}`,
      resource,
      search: { mode: 'match' },
    })),
  },
});
const circle = {
  resourceType: 'CareTeam',
  id: '9',
  status: 'active',
  subject: { reference: 'Patient/2' },
  period: { start: '2026-01-01' },
};

async function status(...answers: Scripted[]): Promise<{ readonly record: DossierRecord; readonly asked: string[] }> {
  const { http, asked } = scriptedServer(...answers);
  const { value } = await playedBinding(base, http, { patientInAddress: false }).dossier!.status!(camille, call);
  return { record: value, asked: asked.map((one) => `${new URL(one.url).pathname} ${bodyOf(one)}`) };
}

it('follows a record to the one that took over, by reference', async () => {
  const { record: found, asked } = await status(
    bundle(former(replacedBy({ reference: 'Patient/2' }))),
    { body: survivor() },
    bundle(circle),
  );
  expect(found.state).toBe('exists');
  expect(asked[1]).toBe('/fhir/Patient/2 ');
  expect(asked[2]).toContain('patient.identifier=urn%3Aoid%3A2.999.1.10%7CRESTE');
});

it('follows it by identifier, as a feed writes it', async () => {
  const given = former(replacedBy({ identifier: identifier(survivorId) }));
  const { record: found, asked } = await status(bundle(given), bundle(survivor()), bundle(circle));
  expect(found.state).toBe('exists');
  expect(asked[1]).toContain('identifier=urn%3Aoid%3A2.999.1.10%7CRESTE');
});

it('refuses the one that took over when its traits are others', async () => {
  const given = bundle(former(replacedBy({ reference: 'Patient/2' })));
  await expect(status(given, { body: survivor({ birthDate: '1951-02-03' }) })).rejects.toMatchObject({
    code: 'TE_IDENTITY_MISMATCH',
    details: { traits: ['birthDate'] },
  });
});

it.each<readonly [what: string, former: object, answers: readonly Scripted[]]>([
  ['names nobody', { active: false }, []],
  [
    'still calls itself active, and leads to one that is not given',
    { ...replacedBy({ reference: 'Patient/2' }), active: true },
    [{ status: 404, body: { resourceType: 'OperationOutcome', issue: [] } }],
  ],
  ['leads to another that gave way', replacedBy({ reference: 'Patient/2' }), [{ body: survivor({ active: false }) }]],
  ['leads to a record of no identifier', replacedBy({ reference: 'Patient/2' }), [{ body: record('2', {}) }]],
  ['leads into another server', replacedBy({ reference: 'https://ailleurs.example/fhir/Patient/2' }), []],
  [
    'leads to two',
    { active: false, link: ['2', '3'].map((id) => ({ type: 'replaced-by', other: { reference: `Patient/${id}` } })) },
    [],
  ],
])('a record that %s leaves the patient to a human: he is not absent', async (_what, more, answers) => {
  const { record: found } = await status(bundle(former(more)), ...answers);
  expect(found.state).toBe('ambiguous');
});

it('an active record of the identifier goes first', async () => {
  const own = record('2', { identifier: [identifier(camille.localId)], active: true });
  const { record: found } = await status(bundle(former(replacedBy({ reference: 'Patient/3' })), own), bundle(circle));
  expect(found.state).toBe('exists');
});
