import { subscribe, unsubscribe } from 'node:diagnostics_channel';

import type { ConsentKind, ConsentReceipt, TerrESanteClient } from '../../../src/index.ts';
import { simulatorDescriptor, type PlatformDescriptor } from '../../../src/platform/index.ts';
import { fictivePatients, type FictivePatient } from '../../../src/testing/index.ts';
import { createWorld, type World } from '../world.ts';

/** The wires of the operations of a dossier. */
export const wires = ['simulator-http', 'soap-ihe', 'fhir-r4'] as const;
export type Wire = (typeof wires)[number];

/** What each wire carries: anything else is refused before anything is sent. */
export const carried: Readonly<Record<Wire, ReadonlySet<string>>> = {
  'simulator-http': new Set(['consent', 'careCircle', 'notifications.all', 'notifications.list']),
  'soap-ihe': new Set(['visibility']),
  'fhir-r4': new Set([
    'consent',
    'careCircle',
    'notifications.all',
    'notifications.list',
    'alerts',
    'notes',
    'support',
    'measures',
    'interventionPlan',
  ]),
};

const operations = [
  'dossier.status',
  'dossier.create',
  'consent',
  'careCircle',
  'alerts',
  'notes',
  'support',
  'measures',
  'interventionPlan',
  'notifications',
  'documents.list',
];

/** Which identifier of the patient the assertions of a platform name. */
export type Named = PlatformDescriptor['vihf']['patientIdentifier']['value'];

/** Every operation of a dossier over one wire. */
export function over(wire: Wire, named: Named = 'local-id'): PlatformDescriptor {
  const graded = { value: wire, confidence: 'assumption', evidence: 'For this test.' } as const;
  return {
    ...simulatorDescriptor,
    vihf: { ...simulatorDescriptor.vihf, patientIdentifier: { ...graded, value: named } },
    bindings: { ...simulatorDescriptor.bindings, ...Object.fromEntries(operations.map((name) => [name, graded])) },
  };
}

/** A world that is spoken to over one wire, with patients of whom each is used once. */
export class Scene {
  readonly world: World;
  readonly wire: Wire;
  readonly te: TerrESanteClient;
  readonly #patients: FictivePatient[] = [...fictivePatients(40)];
  readonly #asked = (): void => void (this.#requests += 1);
  #requests = 0;

  private constructor(world: World, wire: Wire, named?: Named) {
    this.world = world;
    this.wire = wire;
    this.te = world.client({ descriptor: over(wire, named) });
    subscribe('http.client.request.start', this.#asked);
  }

  static async open(wire: Wire, named?: Named): Promise<Scene> {
    const scene = new Scene(await createWorld(), wire, named);
    // An identity server that knows nobody knows no domain either.
    scene.add(scene.patient(), { members: [] });
    return scene;
  }

  /** Requests that any client of this process sent. */
  get requests(): number {
    return this.#requests;
  }

  carries(what: string): boolean {
    return carried[this.wire].has(what);
  }

  patient(): FictivePatient {
    const patient = this.#patients.shift();
    if (!patient) throw new Error('no patient is left');
    return patient;
  }

  add(
    { localId, traits, ins }: FictivePatient,
    more: Partial<Parameters<World['simulator']['addDossier']>[0]> = {},
  ): void {
    this.world.simulator.addDossier({ localId, traits, ins, ...more });
  }

  consent(patient: FictivePatient, ...kinds: readonly ConsentKind[]): ConsentReceipt {
    const collectedAt = new Date(Date.now() - 60_000).toISOString();
    return this.te.consent.record(patient, { kinds, givenBy: 'patient', mode: 'oral', collectedAt });
  }

  async close(): Promise<void> {
    unsubscribe('http.client.request.start', this.#asked);
    await this.world.close();
  }
}

/** Somebody else to add to a circle. */
export const colleague = {
  kind: 'professional',
  ids: [{ system: '1.2.250.1.71.4.2.1', value: '899900000290' }],
  familyName: 'CONFRERE',
  givenName: 'SACHA',
  role: 'ATTPHYS',
} as const;

const since = '2020-01-01T00:00:00Z';

/** One question about a patient; the part of the interface that it belongs to. */
export type Ask = readonly [part: string, name: string, (scene: Scene, patient: FictivePatient) => Promise<unknown>];

/** Questions about a dossier that change nothing. */
export const reads: readonly Ask[] = [
  ['consent', 'consent.get', ({ te }, patient) => te.consent.get(patient)],
  ['careCircle', 'careCircle.get', ({ te }, patient) => te.careCircle.get(patient)],
  ['notifications', 'countForPatient', ({ te }, patient) => te.notifications.countForPatient(patient, { since })],
  ['notifications.list', 'notifications.list', ({ te }, patient) => te.notifications.list({ patient, since })],
  ['documents', 'documents.list', ({ te }, patient) => te.documents.list(patient)],
  ['notes', 'notes.list', ({ te }, patient) => te.notes.list(patient).next()],
  ['measures', 'measures.list', ({ te }, patient) => te.measures.list(patient).next()],
  ['support', 'support.list', ({ te }, patient) => te.support.list(patient).next()],
  ['interventionPlan', 'interventionPlan.list', ({ te }, patient) => te.interventionPlan.list(patient)],
  ['documents', 'documents.fetch', ({ te }, patient) => te.documents.fetch(patient, '1.2.3.4')],
];

/** Those that change it. */
export const writes: readonly Ask[] = [
  [
    'careCircle',
    'careCircle.addMember',
    (scene, patient) =>
      scene.te.careCircle.addMember(patient, { consent: scene.consent(patient, 'join-circle'), member: colleague }),
  ],
  ['careCircle', 'careCircle.removeMember', ({ te }, patient) => te.careCircle.removeMember(patient, 'X/1')],
  [
    'careCircle',
    'careCircle.join',
    (scene, patient) =>
      scene.te.careCircle.join(patient, { consent: scene.consent(patient, 'join-circle'), role: 'PCP' }),
  ],
  ['careCircle', 'careCircle.leave', ({ te }, patient) => te.careCircle.leave(patient)],
  [
    'consent',
    'consent.withdraw',
    (scene, patient) => scene.te.consent.withdraw(patient, scene.consent(patient, 'document-share')),
  ],
];

/** Parts that every wire carries. */
const everywhere: ReadonlySet<string> = new Set(['notifications', 'documents', 'dossier']);

/** What a wire does not carry is refused, and nothing is sent. */
export async function outcomeOf(scene: Scene, [part, , ask]: Ask, patient: FictivePatient): Promise<string> {
  const before = scene.requests;
  const outcome = await ask(scene, patient).then(
    () => 'done',
    (error: unknown) => String((error as { code?: unknown }).code),
  );
  const isCarried = everywhere.has(part) || scene.carries(part);
  if (isCarried) return outcome;
  return outcome === 'TE_UNSUPPORTED' && scene.requests === before ? 'not carried' : `sent: ${outcome}`;
}
