import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import type { FictivePatient } from '../../../src/testing/index.ts';
import { rppsHolder } from '../world.ts';
import { Scene, wires } from './wires.ts';

/*
 * Who is meant, where several could be: each wire says so with the same type, and nobody is chosen.
 */
const named = ({ localId }: FictivePatient, end: string): FictivePatient['localId'] => ({
  ...localId,
  value: `${localId.value}-${end}`,
});

const since = '2020-01-01T00:00:00Z';

/** The status and two readings: a state, or the code that each ends with. */
async function told({ te }: Scene, patient: FictivePatient): Promise<readonly string[]> {
  const ends = (work: Promise<unknown>): Promise<string> =>
    work.then(
      () => 'done',
      (error: unknown) => String((error as { code?: unknown }).code),
    );
  const status = te.dossier.status(patient).then(
    ({ state }) => state as string,
    (error: unknown) => String((error as { code?: unknown }).code),
  );
  const count = ends(te.notifications.countForPatient(patient, { since }));
  return Promise.all([status, count, ends(te.documents.list(patient))]);
}

const all = (word: string, code: string): readonly string[] => [word, code, code];

describe.each(wires)('over %s', (wire) => {
  let scene: Scene;
  beforeAll(async () => {
    scene = await Scene.open(wire);
  });
  afterAll(() => scene.close());

  it('two namesakes born on other days are nobody that is meant', async () => {
    const patient = scene.patient();
    for (const [end, birthDate] of [
      ['A', '1951-02-03'],
      ['B', '1952-04-05'],
    ] as const) {
      scene.add(
        { ...patient, localId: named(patient, end), traits: { ...patient.traits, birthDate } },
        { ins: undefined },
      );
    }
    expect(await told(scene, patient)).toEqual(all('absent', 'TE_DOSSIER_ABSENT'));
  });

  it('a namesake of the same traits is not chosen', async () => {
    const patient = scene.patient();
    scene.add({ ...patient, localId: named(patient, 'A') }, { ins: undefined });
    expect(await told(scene, patient)).toEqual(all('ambiguous', 'TE_IDENTITY_AMBIGUOUS'));
  });

  it('a twin of another first name is somebody else, known or not', async () => {
    const patient = scene.patient();
    const traits = { ...patient.traits, firstName: 'ZÉPHYR', birthFirstNames: ['ZÉPHYR'] };
    scene.add({ ...patient, localId: named(patient, 'JUMEAU'), traits }, { ins: undefined });
    expect(await told(scene, patient)).toEqual(all('absent', 'TE_DOSSIER_ABSENT'));

    // The file of one twin under the identifier of the other.
    const other = scene.patient();
    const twin = { ...other.traits, firstName: 'ZÉPHYR', birthFirstNames: ['ZÉPHYR'] };
    scene.add({ ...other, traits: twin }, { members: [rppsHolder], ins: undefined });
    expect(await told(scene, other)).toEqual(all('TE_IDENTITY_MISMATCH', 'TE_IDENTITY_MISMATCH'));
  });
});
