import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import type { PatientInput } from '../../../src/identity/index.ts';
import type { FictivePatient } from '../../../src/testing/index.ts';
import { createHttpClient, createPatientIdentityClient } from '../../../src/transport/index.ts';
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

/** Every state of a list of patients, in its order. */
async function statesOf({ te }: Scene, patients: readonly FictivePatient[]): Promise<readonly (string | undefined)[]> {
  const told: (string | undefined)[] = [];
  for await (const { index, status, error } of te.dossier.statuses(patients))
    told[index] = status?.state ?? error?.code;
  return told;
}

const created = (scene: Scene, patient: FictivePatient): Promise<unknown> => {
  const consent = scene.consent(patient, 'dossier-creation');
  return scene.te.dossier.create(patient, { consent }).then(
    () => 'created',
    (error: unknown) => (error as { code?: unknown }).code,
  );
};

describe.each(wires)('over %s, an INS that the platform holds under another local identifier', (wire) => {
  let scene: Scene;
  beforeAll(async () => {
    scene = await Scene.open(wire, 'ins-when-qualified');
  });
  afterAll(() => scene.close());

  it('is the patient when the strict traits are his, and nobody makes him a second dossier', async () => {
    const patient = scene.patient();
    scene.add({ ...patient, localId: named(patient, 'AILLEURS') }, { members: [rppsHolder] });
    const namesake = { ...patient.traits, firstName: 'ZÉPHYR', birthFirstNames: ['ZÉPHYR'] };
    scene.add({ ...patient, localId: named(patient, 'JUMEAU'), traits: namesake }, { ins: undefined });

    expect(await told(scene, patient)).toEqual(['exists', 'done', 'done']);
    expect(await created(scene, patient)).toBe('TE_DOSSIER_EXISTS');
    expect(await statesOf(scene, [scene.patient(), patient])).toEqual(['absent', 'exists']);
  });

  it.each([
    ['first name', () => ({ firstName: 'ZÉPHYR', birthFirstNames: ['ZÉPHYR'] })],
    ['birth name', () => ({ birthName: 'AUTRE' })],
    ['day of birth', () => ({ birthDate: '1951-02-03' })],
    ['sex', ({ sex }: FictivePatient['traits']) => ({ sex: sex === 'F' ? 'M' : 'F' }) as const],
  ])("is somebody's error when the %s differs: nothing is read, nothing is made", async (_what, change) => {
    const patient = scene.patient();
    const traits = { ...patient.traits, ...change(patient.traits) };
    scene.add({ ...patient, localId: named(patient, 'AUTRE'), traits }, { members: [rppsHolder] });

    const mismatch = 'TE_IDENTITY_MISMATCH';
    expect(await told(scene, patient)).toEqual(all(mismatch, mismatch));
    expect(await created(scene, patient)).toBe(mismatch);
    expect(await statesOf(scene, [patient, scene.patient()])).toEqual([mismatch, 'absent']);
    expect(scene.world.simulator.dossier(patient.localId)).toBeUndefined();
  });

  it('is nobody that is chosen when two bear it', async () => {
    const patient = scene.patient();
    for (const end of ['A', 'B']) scene.add({ ...patient, localId: named(patient, end) });
    expect(await told(scene, patient)).toEqual(all('ambiguous', 'TE_IDENTITY_AMBIGUOUS'));
    expect(await created(scene, patient)).toBe('TE_IDENTITY_AMBIGUOUS');
  });
});

/* The practice still uses the identifier that gave way: the far side says whose it is, or that a human must. */
describe.each(wires)('over %s, a local identifier that was merged into another', (wire) => {
  let scene: Scene;
  beforeAll(async () => {
    scene = await Scene.open(wire, 'ins-when-qualified');
  });
  afterAll(() => scene.close());

  /** The dossier of a patient, and the one of another identifier that took over. */
  async function merged(
    patient: FictivePatient,
    change: Partial<FictivePatient['traits']>,
    hasIns = true,
  ): Promise<void> {
    const survivor = { ...patient, traits: { ...patient.traits, ...change }, localId: named(patient, 'RESTE') };
    const told = hasIns ? {} : { ins: undefined };
    scene.add(patient, told);
    scene.add(survivor, { members: [rppsHolder], ...told });
    await merge(scene, hasIns ? survivor : { ...survivor, ...told, identityStatus: 'VALI' }, patient.localId);
  }

  it('is the patient of the record that took over', async () => {
    const patient = scene.patient();
    await merged(patient, {});
    expect(await told(scene, patient)).toEqual(['exists', 'done', 'done']);
    expect(await created(scene, patient)).toBe('TE_DOSSIER_EXISTS');
  });

  it('is for a human when traits alone say who took over', async () => {
    const patient = scene.patient();
    await merged(patient, {}, false);
    const follows = wire === 'simulator-http';
    expect(await told(scene, patient)).toEqual(
      follows ? ['exists', 'done', 'done'] : all('ambiguous', 'TE_IDENTITY_AMBIGUOUS'),
    );
    expect(await created(scene, patient)).toBe(follows ? 'TE_DOSSIER_EXISTS' : 'TE_IDENTITY_AMBIGUOUS');
  });

  it('is nobody else when other traits took over', async () => {
    const patient = scene.patient();
    await merged(patient, { firstName: 'ZÉPHYR', birthFirstNames: ['ZÉPHYR'] });
    expect(await told(scene, patient)).toEqual(all('TE_IDENTITY_MISMATCH', 'TE_IDENTITY_MISMATCH'));
    expect(await created(scene, patient)).toBe('TE_IDENTITY_MISMATCH');
  });
});

/** The other practice merges two of its records. */
async function merge({ world }: Scene, survivor: PatientInput, replaces: FictivePatient['localId']): Promise<void> {
  const { simulator } = world;
  const http = createHttpClient({ ca: simulator.caPem, servername: simulator.smtp.servername });
  const feed = `${simulator.httpUrl}/sri`;
  const identities = createPatientIdentityClient({
    http,
    endpoints: { feed },
    sender: '2.999.1.10.1',
    receiver: '2.999.1.1',
    environment: 'simulator',
  });
  await identities.feed({ event: 'merge', patient: survivor, replaces });
  await http.close();
}

/* An assertion by a local identifier that the platform was never told of opens no dossier there. */
it.each(wires)('over %s, the same under an assertion by the local identifier is never absent', async (wire) => {
  const scene = await Scene.open(wire);
  const patient = scene.patient();
  scene.add({ ...patient, localId: named(patient, 'AILLEURS') }, { members: [rppsHolder] });
  const links = wire === 'simulator-http';
  expect(await told(scene, patient)).toEqual(links ? ['exists', 'done', 'done'] : all('unknown', 'TE_FORBIDDEN'));
  expect(await created(scene, patient)).toBe(links ? 'TE_DOSSIER_EXISTS' : 'TE_FORBIDDEN');
  await scene.close();
});

/* The question by the INS goes out for those alone whom the local identifier does not name. */
it.each([
  ['soap-ihe', 2, 3],
  ['fhir-r4', 2, 2],
] as const)('over %s a known patient costs %i requests, one to create %i', async (wire, known, unknown) => {
  const scene = await Scene.open(wire);
  const costOf = async (patient: FictivePatient): Promise<number> => {
    const before = scene.requests;
    await scene.te.dossier.status(patient);
    return scene.requests - before;
  };
  const patient = scene.patient();
  scene.add(patient);
  expect([await costOf(patient), await costOf(scene.patient())]).toEqual([known, unknown]);
  await scene.close();
});
