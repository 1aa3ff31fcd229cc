import net from 'node:net';
import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { createOtpProvider, type SigningProvider } from '../../src/auth/index.ts';
import { createClient } from '../../src/client/create-client.ts';
import type { TerrESanteConfig } from '../../src/platform/index.ts';
import { productionDescriptor, simulatorDescriptor } from '../../src/platform/index.ts';
import { createOtpSimulator, fictiveConfig } from '../../src/simulator/index.ts';
import { fictivePatient } from '../../src/testing/index.ts';
import { consentFor, createWorld, submission, type World } from './world.ts';

/** Counts every socket of this process that is asked to connect. */
const connect = vi.spyOn(net.Socket.prototype, 'connect');
const patient = fictivePatient();

describe('what a rule forbids opens no socket and asks for no signature', () => {
  let world: World;
  let signatures = 0;
  let auth: SigningProvider;
  const provider = (inner: SigningProvider): SigningProvider => ({
    kind: inner.kind,
    certificates: (options) => inner.certificates(options),
    sign: (algorithm, data, options) => {
      signatures += 1;
      return inner.sign(algorithm, data, options);
    },
  });
  beforeAll(async () => {
    world = await createWorld();
    auth = provider(world.auth);
  });
  afterAll(() => world.close());
  beforeEach(() => {
    connect.mockClear();
    signatures = 0;
  });
  const silent = (): void => {
    expect(connect).not.toHaveBeenCalled();
    expect(signatures).toBe(0);
  };
  const make = (config: TerrESanteConfig = world.config, options = {}): ReturnType<typeof createClient> =>
    createClient(config, { auth, deposit: world.mss, tls: { ca: world.simulator.caPem }, ...options });

  it('really counts', async () => {
    expect((await make().dossier.status(patient)).state).toBe('absent');
    expect(connect).toHaveBeenCalled();
    expect(signatures).toBe(1);
  });

  it('createClient, checkConfig, consent and close', async () => {
    const te = createClient(world.config, { auth });
    te.checkConfig();
    consentFor(te);
    await te.close();
    silent();
  });

  it('a missing trait: status says incomplete, the rest refuses', async () => {
    const te = make();
    const incomplete = { ...patient, traits: { ...patient.traits, birthPlace: undefined } };
    const status = await te.dossier.status(incomplete);
    expect(status).toMatchObject({ state: 'incomplete', regionalId: null, membership: 'unknown' });
    expect(status.completeness.missing).toEqual([{ trait: 'birthPlace', label: 'Lieu de naissance' }]);
    expect(status.meta.binding).toBeNull();
    const refused = { code: 'TE_IDENTITY_INCOMPLETE', details: { missing: ['birthPlace'] } };
    await expect(te.dossier.create(incomplete, { consent: consentFor(te) })).rejects.toMatchObject(refused);
    await expect(te.notifications.countForPatient(incomplete)).rejects.toMatchObject(refused);
    await expect(te.documents.list(incomplete)).rejects.toMatchObject(refused);
    await expect(te.documents.deposit(incomplete, await submission(), { patientConsent: true })).rejects.toMatchObject(
      refused,
    );
    silent();
  });

  it('a patient without local identifier, or of another domain', async () => {
    const te = make();
    await expect(te.documents.list({ ...patient, localId: undefined })).rejects.toMatchObject({
      code: 'TE_IDENTITY_INCOMPLETE',
      details: { missing: ['localId'] },
    });
    await expect(te.dossier.status({ ...patient, localId: { system: '2.999.7', value: 'X' } })).rejects.toMatchObject({
      code: 'TE_INPUT_INVALID',
    });
    silent();
  });

  it('an invalid configuration', async () => {
    const te = make({ ...world.config, modules: { ...world.config.modules, tlsi: { enabled: false } } });
    const refused = { code: 'TE_CONFIG_INVALID', details: { rules: ['CFG-02'] } };
    await expect(te.dossier.status(patient)).rejects.toMatchObject(refused);
    await expect(te.notifications.countForPractitioner()).rejects.toMatchObject(refused);
    await expect(te.notifications.watch().next()).rejects.toMatchObject(refused);
    await expect(te.documents.deposit(patient, await submission(), { patientConsent: true })).rejects.toMatchObject(
      refused,
    );
    silent();
  });

  it("no consent to create, none to join, somebody else's, yesterday's", async () => {
    const te = make();
    const refused = { code: 'TE_CONSENT_REQUIRED' };
    await expect(te.dossier.create(patient, { consent: undefined as never })).rejects.toMatchObject(refused);
    const creationOnly = consentFor(te, patient, ['dossier-creation']);
    await expect(te.dossier.create(patient, { consent: creationOnly, joinAs: 'PCP' })).rejects.toMatchObject(refused);
    const other = consentFor(te, { ...patient, localId: { ...patient.localId, value: 'PAT-999' } });
    await expect(te.dossier.create(patient, { consent: other })).rejects.toMatchObject(refused);
    const old = te.consent.record(patient, {
      kinds: ['dossier-creation'],
      givenBy: 'patient',
      mode: 'oral',
      collectedAt: new Date(Date.now() - 2 * 86_400_000).toISOString(),
    });
    await expect(te.dossier.create(patient, { consent: old })).rejects.toMatchObject(refused);
    silent();
  });

  it('a relative or a structure, where the wire knows professionals alone', async () => {
    const te = make();
    for (const kind of ['relative', 'structure'] as const) {
      const member = { kind, reference: 'X/1', familyName: 'PROCHE-ESSAI' };
      await expect(te.careCircle.addMember(patient, { consent: consentFor(te), member })).rejects.toMatchObject({
        code: 'TE_UNSUPPORTED',
        details: { operation: 'careCircle', binding: 'simulator-http' },
      });
    }
    silent();
  });

  it('a malformed role, an undetermined sex', async () => {
    const te = make();
    await expect(te.dossier.create(patient, { consent: consentFor(te), joinAs: 'pcp"' })).rejects.toMatchObject({
      code: 'TE_INPUT_INVALID',
    });
    const undetermined = { localId: patient.localId, traits: { ...patient.traits, sex: 'I' as const } };
    await expect(te.dossier.create(undetermined, { consent: consentFor(te) })).rejects.toMatchObject({
      code: 'TE_IDENTITY_INCOMPLETE',
      findings: [{ rule: 'IDENTITY-SEX-UNKNOWN' }],
    });
    silent();
  });

  it('a provisional identity, where the descriptor refuses it', async () => {
    const { identity } = simulatorDescriptor;
    const descriptor = {
      ...simulatorDescriptor,
      identity: { ...identity, requireValidated: { ...identity.requireValidated, value: true } },
    };
    const te = make(world.config, { descriptor });
    for (const identityStatus of ['PROV', undefined] as const) {
      await expect(te.dossier.status({ ...patient, ins: undefined, identityStatus })).rejects.toMatchObject({
        code: 'TE_IDENTITY_PROVISIONAL',
      });
    }
    silent();
  });

  it('a deposit without consent, of another patient, empty, too large', async () => {
    const te = make();
    const sent = await submission();
    await expect(te.documents.deposit(patient, sent, { patientConsent: false })).rejects.toMatchObject({
      code: 'TE_CONSENT_REQUIRED',
    });
    await expect(te.documents.deposit(patient, sent, {} as never)).rejects.toMatchObject({
      code: 'TE_CONSENT_REQUIRED',
    });
    const mismatch = { code: 'TE_IDENTITY_MISMATCH' };
    for (const other of [
      { ...patient, localId: { ...patient.localId, value: 'PAT-000124' } },
      { ...patient, ins: undefined, traits: { ...patient.traits, birthName: 'AUTRE' } },
      { ...patient, ins: undefined, traits: { ...patient.traits, birthDate: '1979-03-29' } },
    ]) {
      await expect(te.documents.deposit(other, sent, { patientConsent: true })).rejects.toMatchObject(mismatch);
    }
    // The document was made while the identity was qualified; it no longer is, or the INS was taken
    // back.
    for (const downgraded of [
      { ...patient, identityStatus: 'RECUP' as const },
      { ...patient, ins: undefined, identityStatus: 'VALI' as const },
      { ...patient, ins: undefined },
    ]) {
      await expect(te.documents.deposit(downgraded, sent, { patientConsent: true })).rejects.toMatchObject({
        code: 'TE_IDENTITY_STATUS',
      });
    }
    const none = { ...sent, documents: [] };
    await expect(te.documents.deposit(patient, none, { patientConsent: true })).rejects.toMatchObject({
      code: 'TE_INPUT_INVALID',
    });
    const { limits } = simulatorDescriptor;
    const small = {
      ...simulatorDescriptor,
      limits: { ...limits, maxDocumentBytes: { ...limits.maxDocumentBytes, value: 1000 } },
    };
    await expect(
      make(world.config, { descriptor: small }).documents.deposit(patient, sent, { patientConsent: true }),
    ).rejects.toMatchObject({
      code: 'TE_TOO_LARGE',
      details: { maxBytes: 1000 },
    });
    silent();
  });

  it('an operation that the descriptor leaves unbound, and a deposit without channel', async () => {
    const production = {
      ...fictiveConfig(),
      environment: 'production' as const,
      quai: {
        ...fictiveConfig().quai,
        url: 'https://services.terr-esante.fr',
        eMailSecur: productionDescriptor.mssante.mailbox.value,
      },
      user: { ...fictiveConfig().user, rpps: '99700012349' },
    };
    const real = { ...patient, ins: undefined };
    const te = createClient(production, { auth });
    expect(te.checkConfig().findings.map(({ rule }) => rule)).toEqual(['CFG-21']);
    const refused = { code: 'TE_UNSUPPORTED' };
    await expect(te.dossier.status(real)).rejects.toMatchObject(refused);
    await expect(te.dossier.create(real, { consent: consentFor(te) })).rejects.toMatchObject(refused);
    await expect(te.notifications.countForPatient(real)).rejects.toMatchObject(refused);
    await expect(te.notifications.countForPractitioner()).rejects.toMatchObject(refused);
    await expect(te.notifications.list()).rejects.toMatchObject(refused);
    await expect(te.documents.list(real)).rejects.toMatchObject(refused);
    await expect(te.documents.deposit(patient, await submission(), { patientConsent: true })).rejects.toMatchObject({
      code: expect.stringMatching(/^TE_(UNSUPPORTED|IDENTITY_INCOMPLETE)$/),
    });
    await expect(
      make(world.config, { deposit: undefined }).documents.deposit(patient, await submission(), {
        patientConsent: true,
      }),
    ).rejects.toMatchObject(refused);
    silent();
  });

  it('a login by one-time code where the descriptor does not offer it', async () => {
    const config = { ...world.config, authn: { ...world.config.authn, means: 'one-time-code' as const } };
    const descriptor = {
      ...simulatorDescriptor,
      authentication: { oneTimeCode: { ...simulatorDescriptor.authentication.oneTimeCode, value: false } },
    };
    const { transport } = createOtpSimulator({ users: [] });
    const session = createOtpProvider({ transport, allowed: true });
    const te = make(config, { descriptor, auth: { session, signer: auth } });
    await expect(te.dossier.status(patient)).rejects.toMatchObject({ code: 'TE_UNSUPPORTED' });
    silent();
  });

  it('a call already cancelled, a call after close', async () => {
    const te = make();
    const signal = AbortSignal.abort();
    await expect(te.dossier.status(patient, { signal })).rejects.toMatchObject({ code: 'TE_CANCELLED' });
    await expect(
      te.documents.deposit(patient, await submission(), { patientConsent: true, signal }),
    ).rejects.toMatchObject({ code: 'TE_CANCELLED' });
    const closed = createClient(world.config, { auth });
    await closed.close();
    await closed.close();
    await expect(closed.dossier.status(patient)).rejects.toMatchObject({ code: 'TE_CLOSED' });
    await expect(closed.notifications.countForPractitioner()).rejects.toMatchObject({ code: 'TE_CLOSED' });
    silent();
  });
});
