import * as auth from '../../../src/auth/index.ts';
import { systemRuntime } from '../../../src/internal/runtime.ts';
import { createOtpSimulator } from '../../../src/simulator/index.ts';
import {
  createMockCard,
  createTestHierarchy,
  fictivePatient,
  fictiveProfessional,
  fictiveStructure,
  type TestHierarchy,
} from '../../../src/testing/index.ts';
import { door, type Door, type DoorSet } from '../door.ts';

const runtime = systemRuntime;
const options = { timeoutMs: 5_000 };

function certificateDoors(pki: TestHierarchy): readonly Door[] {
  const { certDer } = pki.professional.signature;
  const [anchor = certDer] = pki.anchors;
  const revocation: auth.RevocationOptions = {
    fetcher: async () => new Uint8Array(0),
    crls: [certDer],
    maxAgeMs: 1_000,
    methods: ['crl', 'ocsp'],
    skewMs: 1_000,
    runtime,
    timeoutMs: 3_000,
  };
  const reading = { dateHeader: new Date().toUTCString(), sentAt: Date.now(), receivedAt: Date.now() };
  return [
    door('auth.buildCertificateChain', auth.buildCertificateChain, [certDer, { anchors: pki.anchors, runtime }], '1'),
    door('auth.certificateExpiry', auth.certificateExpiry, [certDer, { warnDays: 30, runtime }], '1'),
    door('auth.checkRevocation', auth.checkRevocation, [certDer, anchor, revocation], '2'),
    door('auth.measureClockSkew', auth.measureClockSkew, [reading, { limitMs: 1_000 }], '1'),
    door('auth.readCertificateIdentity', auth.readCertificateIdentity, [certDer]),
  ];
}

const vihfInput: auth.VihfInput = {
  professional: fictiveProfessional(),
  structure: fictiveStructure(),
  patient: fictivePatient().ins,
  authentication: { means: 'card', instant: Date.now() - 60_000, mode: 'direct' },
  software: { name: 'LPS FICTIF', version: '1.0', id: 'x', dmpApproval: 'y' },
  target: {
    resourceUrn: 'urn:exemple',
    audience: 'urn:audience',
    environment: 'test',
    lifetimeMs: 600_000,
    skewMs: 1_000,
    version: '3.0',
  },
  purpose: 'normal',
  attributes: [{ name: 'urn:plus', values: ['x'] }],
};

async function vihfDoors(pki: TestHierarchy): Promise<readonly Door[]> {
  const { pfx, password, certDer } = pki.professional.signature;
  const provider = await auth.createPkcs12Provider({ pfx, password });
  const vihf = await auth.createVihf(vihfInput, provider);
  const policy: auth.AssertionPolicy = {
    anchors: pki.anchors,
    allowNoEnd: false,
    audience: 'urn:audience',
    environment: 'test',
    maxAgeMs: 600_000,
    resourceUrn: 'urn:exemple',
    runtime,
    skewMs: 1_000,
  };
  const guard = auth.createReplayGuard(100);
  const cache = auth.createVihfCache(provider, {});
  return [
    door('auth.createReplayGuard', auth.createReplayGuard, [10]),
    door('ReplayGuard.claim', (...a: Parameters<typeof guard.claim>) => guard.claim(...a), [
      'key',
      Date.now() + 1_000,
      Date.now(),
    ]),
    door(
      'auth.createInsiAssertion',
      auth.createInsiAssertion,
      [
        { form: 'card', nameId: vihfInput.professional.nationalId, practice: { billingId: '1' } },
        { ...options, runtime, provider },
      ],
      '0',
      '1',
    ),
    door('auth.createVihf', auth.createVihf, [vihfInput, provider, { ...options, runtime }], '2'),
    door(
      'auth.createVihfCache',
      auth.createVihfCache,
      [provider, { maxEntries: 10, renewBeforeMs: 1_000, runtime }],
      '1',
    ),
    door('VihfCache.get', (...a: Parameters<typeof cache.get>) => cache.get(...a), [vihfInput, options], '1'),
    door('VihfCache.clear', () => cache.clear(), []),
    door('auth.explainAssertion', auth.explainAssertion, [vihf.xml, { ...policy, bystander: true }], '1'),
    door(
      'auth.verifyAssertion',
      auth.verifyAssertion,
      [vihf.xml, { ...policy, replay: auth.createReplayGuard() }],
      '1',
    ),
    door('Vihf.toJSON', () => vihf.toJSON(), []),
    door(
      'SigningProvider.certificates',
      (...a: Parameters<typeof provider.certificates>) => provider.certificates(...a),
      [options],
      '0',
    ),
    door(
      'SigningProvider.sign',
      (...a: Parameters<typeof provider.sign>) => provider.sign(...a),
      ['rsa-sha256', certDer, options],
      '2',
    ),
    door('SigningProvider.tlsIdentity', async (o: object) => provider.tlsIdentity?.(o), [options], '0'),
  ];
}

async function keyDoors(pki: TestHierarchy): Promise<DoorSet> {
  const { pfx, password, chainPem, keyPem } = pki.professional.signature;
  const card = await createMockCard({
    cards: [{ signature: { certDer: pki.professional.signature.certDer, keyPem }, kind: 'cps' }],
  });
  const pin = card.provider();
  const pkcs11: auth.Pkcs11ProviderOptions = {
    module: card.module,
    isolation: 'in-process',
    onPinRequired: () => '1234',
    callTimeoutMs: 2_000,
    environment: 'test',
    idleTimeoutMs: 60_000,
    pinLength: [4, 8],
    pinTimeoutMs: 2_000,
    pollMs: 1_000,
    runtime,
    chooseCard: () => 0,
    onEvent: () => undefined,
  };
  return {
    doors: [
      door(
        'auth.createPemProvider',
        auth.createPemProvider,
        [{ certificates: chainPem, key: keyPem, use: 'signature' }, options],
        '0',
        '1',
      ),
      door(
        'auth.createPkcs12Provider',
        auth.createPkcs12Provider,
        [{ pfx, password, use: 'signature' }, options],
        '0',
        '1',
      ),
      door('auth.createPkcs11Provider', auth.createPkcs11Provider, [pkcs11], '0'),
      door('Pkcs11Provider.card', (...a: Parameters<typeof pin.card>) => pin.card(...a), [options], '0'),
      door('Pkcs11Provider.login', (...a: Parameters<typeof pin.login>) => pin.login(...a), [options], '0'),
      door('Pkcs11Provider.logout', (...a: Parameters<typeof pin.logout>) => pin.logout(...a), [options], '0'),
      door('Pkcs11Provider.practices', (...a: Parameters<typeof pin.practices>) => pin.practices(...a), [options], '0'),
      door('Pkcs11Provider.readers', (...a: Parameters<typeof pin.readers>) => pin.readers(...a), [options], '0'),
      door('Pkcs11Provider.release', (...a: Parameters<typeof pin.release>) => pin.release(...a), [options], '0'),
    ],
    close: async () => {
      await pin.close();
      await card.close();
    },
  };
}

async function sessionDoors(): Promise<readonly Door[]> {
  const user = { identifier: 'u', password: 'p' };
  const simulator = createOtpSimulator({ users: [user] });
  const otp = auth.createOtpProvider({ allowed: true, transport: simulator.transport, runtime, timeoutMs: 3_000 });
  const other = auth.createOtpProvider({ allowed: true, transport: simulator.transport });
  const challenge = await other.begin({ ...user, channel: 'sms' });
  const psc: auth.ProSanteConnectOptions = {
    acr: 'eidas1',
    client: { id: 'c', authentication: 'basic', secret: async () => 's' },
    http: { send: async () => ({ status: 500, headers: {}, body: new Uint8Array(0) }) },
    pollIntervalMs: 1_000,
    redirectUri: 'https://lps.example/retour',
    renewBeforeMs: 1_000,
    runtime,
    scope: 'openid',
    server: auth.proSanteConnectServers.sandbox,
    timeoutMs: 1_000,
  };
  const connect = auth.createProSanteConnectProvider(psc);
  const transaction = { codeVerifier: 'a'.repeat(43), nonce: 'n', state: 's' };
  const ciba = { bindingMessage: '12', nationalId: '899900000011', channel: 'MOBILE' } as const;
  const doors: Door[] = [
    door(
      'auth.createOtpProvider',
      auth.createOtpProvider,
      [{ allowed: true, transport: simulator.transport, runtime, timeoutMs: 3_000 }],
      '0',
    ),
    door(
      'OtpProvider.begin',
      (...a: Parameters<typeof otp.begin>) => otp.begin(...a),
      [{ ...user, channel: 'sms' }, options],
      '1',
    ),
    door('OtpProvider.end', (...a: Parameters<typeof otp.end>) => otp.end(...a), [options], '0'),
    door(
      'OtpProvider.accessToken',
      (...a: Parameters<typeof otp.accessToken>) => otp.accessToken(...a),
      [{ ...options, renew: false }],
      '0',
    ),
    door('OtpProvider.login', (...a: Parameters<typeof otp.login>) => otp.login(...a), [options], '0'),
    door('auth.createProSanteConnectProvider', auth.createProSanteConnectProvider, [psc], '0'),
    door(
      'ProSanteConnectProvider.authorize',
      (...a: Parameters<typeof connect.authorize>) => connect.authorize(...a),
      [options],
      '0',
    ),
    door(
      'ProSanteConnectProvider.complete',
      (...a: Parameters<typeof connect.complete>) => connect.complete(...a),
      ['https://lps.example/retour?code=c&state=s', transaction, options],
      '2',
    ),
    door(
      'ProSanteConnectProvider.startCiba',
      (...a: Parameters<typeof connect.startCiba>) => connect.startCiba(...a),
      [ciba, options],
      '1',
    ),
    door(
      'auth.proSanteConnectProfessional',
      auth.proSanteConnectProfessional,
      [
        {
          accessReason: null,
          activitySector: null,
          civilityCode: 'MME',
          familyName: 'FICTIF',
          givenName: null,
          level: null,
          localId: null,
          medicalRegulation: null,
          nationalId: '899900000011',
          organization: null,
          organizationId: null,
          otherIds: [],
          roles: [],
          subject: 's',
          practices: [],
        },
        { practice: 0, activity: 0 },
      ],
      '1',
    ),
  ];
  if (challenge.kind === 'challenge') {
    doors.push(
      door(
        'OtpChallenge.complete',
        (...a: Parameters<typeof challenge.complete>) => challenge.complete(...a),
        ['000000', options],
        '1',
      ),
      door(
        'OtpChallenge.resend',
        (...a: Parameters<typeof challenge.resend>) => challenge.resend(...a),
        ['sms', options],
        '1',
      ),
      door(
        'OtpChallenge.cancel',
        (...a: Parameters<typeof challenge.cancel>) => challenge.cancel(...a),
        [options],
        '0',
      ),
    );
  }
  return doors;
}

export async function authSet(): Promise<DoorSet> {
  const pki = await createTestHierarchy();
  const { doors, close } = await keyDoors(pki);
  return {
    doors: [...certificateDoors(pki), ...(await vihfDoors(pki)), ...doors, ...(await sessionDoors())],
    ...(close && { close }),
  };
}
