import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import type { FictivePatient } from '../../../src/testing/index.ts';
import { rppsHolder } from '../world.ts';
import { outcomeOf, reads, Scene, wires, writes, type Ask } from './wires.ts';

/*
 * What one question ends with does not depend on the wire: the same dossiers, the same questions,
 * the same outcomes, over each wire that carries the operation.
 */

/** What a scene knows of a patient, and what each question about him ends with. */
interface Case {
  readonly name: string;
  readonly prepare: (scene: Scene, patient: FictivePatient) => void;
  readonly status: object | string;
  readonly ends: string;
  /** Questions that end otherwise, with the reason beside each. */
  readonly but?: Readonly<Record<string, string>>;
}

const creation = (scene: Scene, patient: FictivePatient): Promise<unknown> =>
  scene.te.dossier.create(patient, { consent: scene.consent(patient, 'dossier-creation') });

const cases: readonly (Case & { readonly create: string })[] = [
  {
    name: 'a patient whom nobody knows',
    prepare: () => undefined,
    status: { state: 'absent', regionalId: null, membership: 'unknown' },
    ends: 'TE_DOSSIER_ABSENT',
    create: 'done',
  },
  {
    name: 'a closed dossier',
    prepare: (scene, patient) => scene.add(patient, { members: [rppsHolder], state: 'closed' }),
    status: { state: 'closed' },
    ends: 'TE_DOSSIER_CLOSED',
    create: 'TE_DOSSIER_CLOSED',
  },
  {
    name: 'a dossier from which the patient keeps the professional',
    prepare: (scene, patient) => {
      scene.add(patient, { members: [rppsHolder] });
      scene.world.simulator.block(patient.localId, rppsHolder);
    },
    status: { state: 'exists', membership: 'blocked' },
    ends: 'TE_BLOCKED_BY_PATIENT',
    create: 'TE_DOSSIER_EXISTS',
  },
  {
    name: 'a dossier of another circle',
    prepare: (scene, patient) => scene.add(patient, { members: ['899900000290'] }),
    status: { state: 'exists', membership: 'not-member' },
    ends: 'TE_NOT_IN_CIRCLE',
    // Who may join may join, and leave: neither is refused. A consent of nobody is none.
    but: { 'careCircle.join': 'done', 'careCircle.leave': 'done', 'consent.withdraw': 'TE_NOT_FOUND' },
    create: 'TE_DOSSIER_EXISTS',
  },
  {
    name: 'a twin: somebody of the same traits',
    prepare: (scene, patient) => {
      const { system, value } = patient.localId;
      scene.add({ ...patient, localId: { system, value: `${value}-B` } }, { ins: undefined });
    },
    status: { state: 'ambiguous', regionalId: null },
    ends: 'TE_IDENTITY_AMBIGUOUS',
    create: 'TE_IDENTITY_AMBIGUOUS',
  },
  {
    name: 'two namesakes',
    prepare: (scene, patient) => {
      const { system, value } = patient.localId;
      for (const end of ['C', 'D']) {
        scene.add({ ...patient, localId: { system, value: `${value}-${end}` } }, { ins: undefined });
      }
    },
    status: { state: 'ambiguous', regionalId: null },
    ends: 'TE_IDENTITY_AMBIGUOUS',
    create: 'TE_IDENTITY_AMBIGUOUS',
  },
  {
    name: 'an identifier that is known under other traits',
    prepare: (scene, patient) => {
      const traits = { ...patient.traits, birthDate: '1950-02-03' };
      scene.add({ ...patient, traits }, { members: [rppsHolder], ins: undefined });
    },
    status: 'TE_IDENTITY_MISMATCH',
    ends: 'TE_IDENTITY_MISMATCH',
    create: 'TE_IDENTITY_MISMATCH',
  },
];

describe.each(wires)('over %s', (wire) => {
  let scene: Scene;
  beforeAll(async () => {
    scene = await Scene.open(wire);
  });
  afterAll(() => scene.close());

  it.each(cases)('$name', async ({ prepare, status, ends, but = {}, create }) => {
    const patient = scene.patient();
    prepare(scene, patient);

    const told = scene.te.dossier.status(patient);
    if (typeof status === 'string') await expect(told).rejects.toMatchObject({ code: status });
    else await expect(told).resolves.toMatchObject(status);

    const outcomes: Record<string, string> = {};
    for (const ask of [...reads, ...writes]) outcomes[ask[1]] = await outcomeOf(scene, ask, patient);
    const expected = [...reads, ...writes].map(([part, asked]: Ask) => {
      const isCarried = ['notifications', 'documents'].includes(part) || scene.carries(part);
      return [asked, isCarried ? (but[asked] ?? ends) : 'not carried'];
    });
    expect(outcomes).toEqual(Object.fromEntries(expected));

    expect(await outcomeOf(scene, ['dossier', 'dossier.create', creation], patient)).toBe(create);
  });
});
