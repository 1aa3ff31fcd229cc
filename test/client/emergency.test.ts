import { beforeEach, describe, expect, it } from 'vitest';

import { createPkcs12Provider, type SigningProvider } from '../../src/auth/index.ts';
import { createClient } from '../../src/client/create-client.ts';
import type { AccessOptions, AuditEvent, TerrESanteClient } from '../../src/index.ts';
import { simulatorDescriptor, type PlatformDescriptor } from '../../src/platform/index.ts';
import { fictiveConfig } from '../../src/simulator/index.ts';
import { fictivePatient } from '../../src/testing/index.ts';
import type { BindingCall, PlatformBinding } from '../../src/transport/index.ts';
import { record } from './documents/record.ts';
import { consentFor, letter, sharedHierarchy } from './world.ts';

const patient = fictivePatient();
const { pfx, password } = (await sharedHierarchy()).professional.signature;
const key = await createPkcs12Provider({ pfx, password });
const emergency = { purpose: 'emergency', reason: 'Patient inconscient <aux urgences>' } as const;
const bytes = new Uint8Array([1, 2, 3]);
const document = record({ size: bytes.length, sha1: '7037807198c22a7d2b0807371d763779a84fdfcf' });

const unsupported = 'TE_UNSUPPORTED';
let assertions: string[];
let signatures: number;
let journal: AuditEvent[];

const note = <T>(value: T, { assertion }: BindingCall): { value: T; platformTime: null } => {
  assertions.push(assertion);
  return { value, platformTime: null };
};
const dossier = {
  state: 'exists',
  regionalId: null,
  sharing: null,
  membership: 'not-member',
  isTreatingPhysician: null,
  dates: { lastAccess: null, lastUpdate: null, lastDocumentAdded: null },
  identity: null,
} as const;

/** A platform that lets everybody in, and keeps what each call declared. */
const binding: PlatformBinding = {
  kind: 'simulator-http',
  dossier: { status: async (_patient, call) => note(dossier, call) },
  documents: {
    async *search(_patient, _query, call) {
      yield note({ documents: [document], isLast: true }, call);
    },
    fetch: async (_patient, _id, _max, call) => note(bytes, call),
  },
};

const auth: SigningProvider = new Proxy(key, {
  get(target, name) {
    const member: unknown = Reflect.get(target, name);
    if (typeof member !== 'function') return member;
    return (...args: unknown[]): unknown => {
      if (name === 'close') return undefined;
      if (name === 'sign') signatures += 1;
      return Reflect.apply(member, target, args);
    };
  },
});

function clientOf(descriptor: PlatformDescriptor = simulatorDescriptor): TerrESanteClient {
  return createClient(fictiveConfig(), {
    auth,
    descriptor,
    bindings: [binding],
    audit: { write: async (event) => void journal.push(event) },
  });
}

type Capability = NonNullable<NonNullable<PlatformDescriptor['capabilities']>['value']['dossier.status']>;
const { capabilities: _, ...silent } = simulatorDescriptor;
const offering = (capability: Capability): PlatformDescriptor => ({
  ...silent,
  capabilities: {
    value: { 'dossier.status': capability, 'documents.list': capability },
    confidence: 'assumption',
    evidence: 'For this test.',
  },
});

/** Every way to read a dossier, and what it says of the emergency. */
type Reading = readonly [string, (te: TerrESanteClient, options?: AccessOptions) => Promise<boolean>];
const readings: readonly Reading[] = [
  ['dossier.status', async (te, options) => (await te.dossier.status(patient, options)).banner],
  ['documents.list', async (te, options) => (await te.documents.list(patient, options)).banner],
  ['documents.fetch', async (te, options) => (await te.documents.fetch(patient, document.uniqueId, options)).banner],
  [
    'documents.search',
    async (te, options) => {
      const search = te.documents.search(patient, {}, options);
      const { banner } = search;
      for await (const found of search) expect(found.uniqueId).toBe(document.uniqueId);
      return banner;
    },
  ],
];

beforeEach(() => {
  assertions = [];
  signatures = 0;
  journal = [];
});

describe.each(readings)('%s in an emergency', (action, read) => {
  it('says so to the user, to the platform and to the journal, and the next call is a usual one', async () => {
    const te = clientOf();
    expect(await read(te, emergency)).toBe(true);
    const calls = assertions.length;
    for (const assertion of assertions) {
      expect(assertion).toContain('code="bris_de_glace"');
      expect(assertion).toContain('Name="Mode_Acces_Raison"');
      expect(assertion).toContain('Patient inconscient &lt;aux urgences&gt;');
    }
    expect(journal.at(-1)).toMatchObject({ action, purpose: 'emergency', reason: emergency.reason, outcome: 'ok' });

    expect(await read(te, emergency)).toBe(true);
    expect(new Set(assertions).size).toBe(2 * calls);
    expect(await read(te)).toBe(false);
    expect(assertions.at(-1)).toContain('code="normal"');
    expect(assertions.at(-1)).not.toContain('Mode_Acces_Raison');
    expect(journal.at(-1)).toMatchObject({ purpose: 'normal', reason: null });
  });

  it.each<[string, AccessOptions, PlatformDescriptor, string]>([
    ['no reason', { purpose: 'emergency' }, simulatorDescriptor, 'TE_INPUT_INVALID'],
    ['a blank reason', { ...emergency, reason: ' ' }, simulatorDescriptor, 'TE_INPUT_INVALID'],
    ['a reason of two lines', { ...emergency, reason: 'a\nb' }, simulatorDescriptor, 'TE_INPUT_INVALID'],
    ['a reason without end', { ...emergency, reason: 'x'.repeat(201) }, simulatorDescriptor, 'TE_INPUT_INVALID'],
    ['a reason and no emergency', { reason: 'x' }, simulatorDescriptor, 'TE_INPUT_INVALID'],
    ['a platform that says nothing of it', emergency, silent, unsupported],
    ['one that says nothing of purposes', emergency, offering({}), unsupported],
    ['one that has usual accesses alone', emergency, offering({ purposes: ['normal'] }), unsupported],
    ['one that wants another login', emergency, offering({ purposes: ['emergency'], modes: [] }), unsupported],
  ])('is refused with %s, before anything is signed or sent', async (_what, options, descriptor, code) => {
    await expect(read(clientOf(descriptor), options)).rejects.toMatchObject({ code });
    expect([assertions, signatures, journal]).toEqual([[], 0, []]);
  });
});

it('an emergency writes nothing, joins nothing and opens no list of patients', async () => {
  const te = clientOf();
  const built = await letter();
  const consent = consentFor(te, patient);
  const given = emergency as never;
  const marks = { hiddenFromPatient: true, hiddenFromProfessionals: false, hiddenFromLegalRepresentatives: false };
  const written: Readonly<Record<string, () => Promise<unknown>>> = {
    create: () => te.dossier.create(patient, { consent, ...(emergency as object) }),
    join: () => te.careCircle.join(patient, { consent, role: 'PCP', ...(emergency as object) }),
    leave: () => te.careCircle.leave(patient, given),
    consents: () => te.consent.get(patient, given),
    withdraw: () => te.consent.withdraw(patient, consent, given),
    deposit: () => te.documents.deposit(patient, built, { patientConsent: true, ...(emergency as object) }),
    visibility: () => te.documents.setVisibility(patient, '2.999.1', marks, given),
    count: () => te.notifications.countForPatient(patient, given),
    portal: () => te.portal.launch({ patient, page: 'dossier' } as never, given),
    statuses: () => te.dossier.statuses([patient], given).next(),
  };
  for (const [name, write] of Object.entries(written)) {
    await expect(write(), name).rejects.toMatchObject({ code: 'TE_INPUT_INVALID' });
  }
  expect([assertions, signatures, journal]).toEqual([[], 0, []]);
});
