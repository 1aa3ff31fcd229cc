import { afterAll, expect, it } from 'vitest';

import { createPkcs12Provider } from '../../src/auth/index.ts';
import { createClient } from '../../src/client/create-client.ts';
import { fictiveConfig } from '../../src/simulator/index.ts';
import { fictivePatients } from '../../src/testing/index.ts';
import type { PlatformBinding } from '../../src/transport/index.ts';
import { consentFor, sharedHierarchy } from './world.ts';

const [patient, other] = fictivePatients(2) as [
  ReturnType<typeof fictivePatients>[0],
  ReturnType<typeof fictivePatients>[0],
];
const asked: string[] = [];

/** A platform that says more than it was asked. */
const talkative: PlatformBinding = {
  kind: 'simulator-http',
  dossier: {
    status: () => (asked.push('status'), Promise.reject(new Error('not asked here'))),
    create: () => (asked.push('create'), Promise.reject(new Error('not asked here'))),
  },
  notifications: {
    countForPatient: async () => {
      const value = { count: 2, since: '2026-03-01T10:00:00Z', asOf: '2026-03-02T10:00:00Z', titles: ['CANARI'] };
      return { value, platformTime: null };
    },
    countForPractitioner: () => Promise.reject(new Error('not asked here')),
    list: () => Promise.reject(new Error('not asked here')),
  },
};

const { professional } = await sharedHierarchy();
const { pfx, password } = professional.signature;
const te = createClient(fictiveConfig(), {
  auth: await createPkcs12Provider({ pfx, password }),
  bindings: [talkative],
});
afterAll(() => te.close());

it('a dossier is created for one patient, never for a list (LEG-02)', async () => {
  const consent = consentFor(te, patient);
  await expect(te.dossier.create([patient, other] as never, { consent })).rejects.toMatchObject({
    code: 'TE_INPUT_INVALID',
    details: { argument: 'patient' },
  });
  expect(asked).toEqual([]);
});

it('a count has no title, author or type, whatever the platform adds (LEG-14)', async () => {
  const count = await te.notifications.countForPatient(patient);
  expect(Object.keys(count).sort()).toEqual(['asOf', 'count', 'partial', 'since', 'sinceSource']);
  expect(JSON.stringify(count)).not.toContain('CANARI');
});
