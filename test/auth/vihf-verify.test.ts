import { inspect } from 'node:util';
import { beforeAll, describe, expect, it } from 'vitest';
import {
  createReplayGuard,
  createVihf,
  verifyAssertion,
  type SigningProvider,
  type VihfInput,
} from '../../src/auth/index.ts';
import { createTestHierarchy, type TestHierarchy } from '../../src/testing/index.ts';
import { fixedRuntime, providerOf, testNow, vihfInput } from './vihf-fixtures.ts';

let pki: TestHierarchy;
let card: SigningProvider;

beforeAll(async () => {
  pki = await createTestHierarchy({ runtime: fixedRuntime() });
  card = await providerOf(pki.professional.signature);
});

const make = async (changes: Partial<VihfInput> = {}, signer = card): Promise<string> =>
  (await createVihf(vihfInput(changes), signer, { runtime: fixedRuntime() })).xml;

const envelope = (assertion: string): string =>
  '<soap:Envelope xmlns:soap="http://www.w3.org/2003/05/soap-envelope" xmlns:saml2="urn:oasis:names:tc:SAML:2.0:assertion" xmlns:x="urn:x">' +
  '<soap:Header><wsse:Security xmlns:wsse="http://docs.oasis-open.org/wss/2004/01/oasis-200401-wss-wssecurity-secext-1.0.xsd">\n' +
  `${assertion}\n</wsse:Security></soap:Header><soap:Body/></soap:Envelope>`;

describe('verifyAssertion', () => {
  it('returns what was signed', async () => {
    const verified = await verifyAssertion(await make(), { anchors: pki.anchors, runtime: fixedRuntime() });
    expect(verified).toMatchObject({
      nameId: '899900000011',
      mode: 'direct',
      version: '3.0',
      structureId: '499900000011001',
      activitySector: 'SA07',
      purpose: 'normal',
      patient: { value: '279035121518989', oid: '1.2.250.1.213.1.4.10' },
      resourceUrn: 'urn:exemple',
      issuedAt: testNow,
      authnInstant: testNow - 740_000,
      notOnOrAfter: testNow + 3_600_000,
      warnings: [],
    });
    expect(verified.roles.map((role) => (typeof role === 'string' ? role : role.code))).toEqual(['10', 'SM26']);
    expect(verified.signer).toMatchObject({
      kind: 'person',
      familyName: 'FICTIF',
      givenName: 'ÉLODIE',
      specialtyCodes: ['SM26'],
    });
    expect(verified.chain).toHaveLength(3);
  });

  it('takes it inside an envelope that declares other namespaces, as text or bytes', async () => {
    const xml = envelope(await make());
    await expect(verifyAssertion(xml, { anchors: pki.anchors, runtime: fixedRuntime() })).resolves.toMatchObject({
      mode: 'direct',
    });
    await expect(
      verifyAssertion(Buffer.from(xml), { anchors: pki.anchors, runtime: fixedRuntime() }),
    ).resolves.toMatchObject({
      mode: 'direct',
    });
  });

  it('takes the indirect modes from a structure, and warns when the structure is another', async () => {
    const structure = await providerOf(pki.structure.signature);
    const authentication = { mode: 'indirect', means: 'password', instant: testNow } as const;
    const other = { nationalId: '1750000018', activitySector: 'SA01' };
    const good = await verifyAssertion(await make({ authentication }, structure), {
      anchors: pki.anchors,
      runtime: fixedRuntime(),
    });
    expect(good).toMatchObject({ mode: 'indirect', subjectName: 'ÉLODIE FICTIF', warnings: [] });
    const odd = await verifyAssertion(await make({ authentication, structure: other }, structure), {
      anchors: pki.anchors,
      runtime: fixedRuntime(),
    });
    expect(odd.warnings.map(({ rule }) => rule)).toEqual(['VIHF-STRUCTURE-SIGNER']);
  });

  it('shows only its identifier to a logger', async () => {
    const verified = await verifyAssertion(await make(), { anchors: pki.anchors, runtime: fixedRuntime() });
    expect(inspect(verified, { depth: 9 })).not.toContain('279035121518989');
    expect(JSON.stringify(verified)).toBe(`{"id":"${verified.id}"}`);
  });

  it('refuses a second presentation', async () => {
    const replay = createReplayGuard();
    const xml = await make();
    await verifyAssertion(xml, { anchors: pki.anchors, runtime: fixedRuntime(), replay });
    await expect(verifyAssertion(xml, { anchors: pki.anchors, runtime: fixedRuntime(), replay })).rejects.toMatchObject(
      {
        code: 'TE_ASSERTION_INVALID',
        details: { rules: ['SAML-REPLAY'] },
      },
    );
  });

  it('pins the certificate when it is given itself', async () => {
    const anchors = [pki.professional.signature.certDer];
    await expect(verifyAssertion(await make(), { anchors, runtime: fixedRuntime() })).resolves.toMatchObject({
      mode: 'direct',
    });
  });
});

describe('createReplayGuard', () => {
  it('forgets what has expired and refuses rather than forget what has not', () => {
    const guard = createReplayGuard(2);
    expect([guard.claim('a', 10, 0), guard.claim('b', 20, 0), guard.claim('a', 10, 5)]).toEqual([true, true, false]);
    expect(() => guard.claim('c', 30, 5)).toThrow(expect.objectContaining({ code: 'TE_UNAVAILABLE' }));
    expect(guard.claim('c', 30, 15)).toBe(true);
  });
});
