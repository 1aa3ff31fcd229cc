import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { createPkcs12Provider, createVihf, type SigningProvider } from '../../../src/auth/index.ts';
import { systemRuntime } from '../../../src/internal/runtime.ts';
import { localPatientCx } from '../../../src/platform/config/people.ts';
import { fictiveConfig } from '../../../src/simulator/index.ts';
import {
  createTestHierarchy,
  fictivePatients,
  fictiveProfessional,
  fictiveStructure,
} from '../../../src/testing/index.ts';
import {
  createHttpClient,
  type BindingCall,
  type BoundPatient,
  type HttpClient,
} from '../../../src/transport/index.ts';
import { DossierServices } from '../../../src/transport/dossier/client.ts';
import { soapPeerMissing, startSoapPeer, type SoapPeer } from '../../helpers/soap-peer.ts';
import { changing } from '../changing-http.ts';
import { services as usual } from './scripted-platform.ts';

const { oid } = fictiveConfig().quai;
const [first, second, third] = fictivePatients(3).map(({ localId, traits }): BoundPatient => ({
  localId: localId,
  traits,
  ins: null,
}));
const creation = {
  consent: {
    id: 'c-1',
    kinds: ['dossier-creation', 'join-circle'],
    givenBy: 'patient',
    mode: 'oral',
    collectedAt: '2026-03-16T08:55:00Z',
    hash: 'a'.repeat(64),
  },
  sharing: 'shared',
  joinAs: null,
} as const;

describe.skipIf(soapPeerMissing())('dossier services of JAX-WS RI, under our contract', { timeout: 180_000 }, () => {
  let peer: SoapPeer;
  let http: HttpClient;
  let provider: SigningProvider;

  beforeAll(async () => {
    const { pfx, password } = (await createTestHierarchy()).professional.signature;
    provider = await createPkcs12Provider({ pfx, password });
    http = createHttpClient({ timeoutMs: 60_000, allowClearLoopback: true });
    peer = await startSoapPeer();
  }, 600_000);
  afterAll(async () => {
    await http.close();
    peer.stop();
  });

  /** The local identifier names the patient: this peer has no identity server. */
  const services = (through: HttpClient = http): DossierServices =>
    new DossierServices({
      url: peer.url,
      http: through,
      runtime: systemRuntime,
      sender: oid,
      regionalOid: null,
      environment: 'test',
      services: {
        ...usual,
        patientKey: 'local-id',
        paths: {
          identities: null,
          dossier: 'dossier',
          authorizations: 'authorizations',
          registry: null,
          repository: null,
          update: null,
        },
      },
    });
  const callFor = async ({ localId }: BoundPatient): Promise<BindingCall> => {
    const urn = 'urn:terr-esante:simulateur';
    const { xml } = await createVihf(
      {
        professional: fictiveProfessional(),
        structure: fictiveStructure(),
        localPatient: localPatientCx(fictiveConfig(), localId),
        authentication: { means: 'card', instant: Date.now() },
        software: { name: 'LPS', version: '1' },
        target: { resourceUrn: urn, audience: urn },
      },
      provider,
    );
    return { assertion: xml, correlationId: '4f3d2f4e-3f0e-4a41-9a6c-7d4f8a0c1e01' };
  };

  it('make a dossier, know it, and open it to the professional of the assertion', async () => {
    const call = await callFor(first!);
    await expect(services().status(first!, call)).resolves.toMatchObject({ value: { state: 'absent' } });
    await expect(services().create(first!, creation, call)).resolves.toMatchObject({ value: { dossierId: null } });

    const known = await services().status(first!, call);
    const { birthName, birthDate, sex } = first!.traits;
    expect(known.value).toMatchObject({
      state: 'exists',
      membership: 'not-member',
      identity: { birthName, birthDate, sex },
    });
    await services().authorize(first!, { change: 'add', role: 'PCP' }, call);
    await expect(services().status(first!, call)).resolves.toMatchObject({ value: { membership: 'member' } });
    await services().authorize(first!, { change: 'remove', role: null }, call);
    await expect(services().status(first!, call)).resolves.toMatchObject({ value: { membership: 'not-member' } });

    const paths = peer.log.map(({ path, action, assertion }) => [path, action.replace(/.*:/, ''), assertion]);
    expect(paths).toEqual([
      ['/dossier', 'PRPA_IN201307UV02', 'valid'],
      ['/dossier', 'PRPA_IN201311UV02', 'valid'],
      ['/dossier', 'PRPA_IN201307UV02', 'valid'],
      ['/authorizations', 'setAuthorization', 'valid'],
      ['/dossier', 'PRPA_IN201307UV02', 'valid'],
      ['/authorizations', 'setAuthorization', 'valid'],
      ['/dossier', 'PRPA_IN201307UV02', 'valid'],
    ]);
  });

  it('refuse in their own codes: a dossier that is there, an access to none', async () => {
    const call = await callFor(second!);
    await services().create(second!, { ...creation, joinAs: 'PCP' }, call);
    await expect(services().create(second!, creation, call)).rejects.toMatchObject({ code: 'TE_DOSSIER_EXISTS' });
    await expect(
      services().authorize(third!, { change: 'add', role: null }, await callFor(third!)),
    ).rejects.toMatchObject({ code: 'TE_DOSSIER_ABSENT' });
  });

  it.each<[string, (text: string) => string, string]>([
    [
      'another action in its header',
      (text) => text.replace('201307UV02</Action>', '201311UV02</Action>'),
      'InvalidAddressingHeader',
    ],
    [
      'an action that nobody knows',
      (text) => text.replaceAll(':PRPA_IN201307UV02', ':PRPA_IN999999UV02'),
      'ActionNotSupported',
    ],
    ['no action', (text) => text.replace(/<Action[^>]*>[^<]*<\/Action>/, ''), 'MessageAddressingHeaderRequired'],
    [
      'no identifier',
      (text) => text.replace(/<MessageID[^>]*>[^<]*<\/MessageID>/, ''),
      'MessageAddressingHeaderRequired',
    ],
    ['two identifiers', (text) => text.replace(/<MessageID.*?<\/MessageID>/, '$&$&'), 'InvalidAddressingHeader'],
  ])('refuse a question with %s', async (_what, change, subcode) => {
    const question = services(changing(http, change)).status(third!, await callFor(third!));
    await expect(question).rejects.toMatchObject({ code: 'TE_PROTOCOL', details: { subcode } });
  });

  it('refuse a message that our contract does not allow', async () => {
    const call = await callFor(third!);
    const without = services(changing(http, (text) => text.replace(/<reasonCode[^>]*><\/reasonCode>/, '')));
    await expect(without.status(third!, call)).rejects.toMatchObject({ details: { faultCode: 'Sender' } });
    const timeless = services(changing(http, (text) => text.replace(/<effectiveTime[^>]*><\/effectiveTime>/, '')));
    await expect(timeless.create(third!, creation, call)).rejects.toMatchObject({ details: { faultCode: 'Sender' } });
    const unlisted = services(changing(http, (text) => text.replace('>AJOUT<', '>OUVERTURE<')));
    await expect(unlisted.authorize(third!, { change: 'add', role: null }, call)).rejects.toMatchObject({
      details: { faultCode: 'Sender' },
    });
    await expect(services().status(third!, call)).resolves.toMatchObject({ value: { state: 'absent' } });
  });

  it('are told of an assertion that was changed on its way by Santuario', async () => {
    const { value } = third!.localId;
    const changed = services(changing(http, (text) => text.replace(`>${value}^`, `>${value}0^`)));
    await expect(changed.authorize(third!, { change: 'add', role: null }, await callFor(third!))).rejects.toMatchObject(
      {
        code: 'TE_AUTHN_REJECTED',
      },
    );
    expect(peer.log.at(-1)).toMatchObject({ assertion: 'invalid' });
  });
});
