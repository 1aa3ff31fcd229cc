import { inspect } from 'node:util';
import { beforeAll, describe, expect, it } from 'vitest';
import {
  createReplayGuard,
  createVihf,
  verifyAssertion,
  type SigningProvider,
  type VerifyAssertionOptions,
  type VihfInput,
} from '../../src/auth/index.ts';
import { derChildren, derWhole, type Der } from '../../src/auth/certificates/der.ts';
import { isTerrESanteError } from '../../src/errors.ts';
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

/**
 * The same certificate with lengths of that many bytes: BER, which OpenSSL reads and DER forbids.
 */
function reencoded(der: Uint8Array, outerBytes: number, bitsBytes: number): Uint8Array {
  const [body, algorithm, signature] = derChildren(derWhole(der)) as [Der, Der, Der];
  const tlv = (tag: number, content: Uint8Array, lengthBytes: number): Uint8Array => {
    const length = Array.from(
      { length: lengthBytes },
      (_, index) => (content.length >> (8 * (lengthBytes - 1 - index))) & 0xff,
    );
    return Buffer.concat([Uint8Array.of(tag, 0x80 | lengthBytes, ...length), content]);
  };
  return tlv(0x30, Buffer.concat([body.raw, algorithm.raw, tlv(0x03, signature.content, bitsBytes)]), outerBytes);
}

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

  describe('in the indirect modes', () => {
    const authentication = { mode: 'indirect', means: 'password', instant: testNow } as const;
    const site = { nationalId: '1750000018', activitySector: 'SA01' };
    const judge = async (
      changes: Partial<VihfInput>,
      policy: Partial<VerifyAssertionOptions> = {},
    ): Promise<readonly string[]> => {
      const xml = await make({ authentication, ...changes }, await providerOf(pki.structure.signature));
      const options = { anchors: pki.anchors, runtime: fixedRuntime(), ...policy };
      return verifyAssertion(xml, options).then(
        ({ warnings }) => ['ACCEPTED', ...warnings.map(({ rule }) => rule)],
        (error: unknown) => (isTerrESanteError(error) ? (error.details['rules'] as string[]) : ['THREW']),
      );
    };

    it('takes a structure for itself', async () => {
      expect(await judge({})).toEqual(['ACCEPTED']);
    });

    it('takes it for another one only where the receiver says so', async () => {
      expect(await judge({ structure: site })).toEqual(['VIHF-STRUCTURE-SIGNER']);
      expect(await judge({ structure: site }, { declaredStructureId: '1750000026' })).toEqual([
        'VIHF-STRUCTURE-SIGNER',
      ]);
      expect(await judge({ structure: site }, { declaredStructureId: site.nationalId })).toEqual([
        'ACCEPTED',
        'VIHF-STRUCTURE-SIGNER',
      ]);
    });

    it('asks the matcher with both sides, and takes nothing but true', async () => {
      const asked: unknown[] = [];
      const matcher = (answer: unknown) => (structureId: string, signer: { structureId: string | null }) => {
        asked.push([structureId, signer.structureId]);
        return answer as boolean;
      };
      expect(await judge({ structure: site }, { declaredStructureId: matcher(true) })).toContain('ACCEPTED');
      expect(asked).toEqual([['1750000018', '499900000011001']]);
      for (const answer of [false, 'yes', 1, undefined, Promise.resolve(true)]) {
        expect(await judge({ structure: site }, { declaredStructureId: matcher(answer) })).toEqual([
          'VIHF-STRUCTURE-SIGNER',
        ]);
      }
    });

    it.each([null, 7, {}])('refuses %j as the structure of the policy', async (wrong) => {
      const policy = { declaredStructureId: wrong as unknown as string };
      const xml = await make();
      await expect(verifyAssertion(xml, { anchors: pki.anchors, ...policy })).rejects.toMatchObject({
        code: 'TE_INPUT_INVALID',
      });
    });
  });

  it('shows only its identifier to a logger', async () => {
    const verified = await verifyAssertion(await make(), { anchors: pki.anchors, runtime: fixedRuntime() });
    expect(inspect(verified, { depth: 9 })).not.toContain('279035121518989');
    expect(JSON.stringify(verified)).toBe(`{"id":"${verified.id}"}`);
  });

  describe('with a replay guard', () => {
    const once = async (xml: string, changes: Partial<VerifyAssertionOptions>): Promise<readonly string[]> =>
      verifyAssertion(xml, { anchors: pki.anchors, runtime: fixedRuntime(), ...changes }).then(
        () => ['ACCEPTED'],
        (error: unknown) => (isTerrESanteError(error) ? (error.details['rules'] as string[]) : ['THREW']),
      );

    it('refuses a second presentation, alone or in an envelope', async () => {
      const replay = createReplayGuard();
      const xml = await make();
      expect(await once(xml, { replay })).toEqual(['ACCEPTED']);
      expect(await once(xml, { replay })).toEqual(['SAML-REPLAY']);
      expect(await once(envelope(xml), { replay })).toEqual(['SAML-REPLAY']);
    });

    it('takes two assertions with the same content but not the same identifier', async () => {
      const replay = createReplayGuard();
      const runtime = fixedRuntime();
      for (let count = 0; count < 2; count += 1) {
        const { xml } = await createVihf(vihfInput(), card, { runtime });
        expect(await once(xml, { replay })).toEqual(['ACCEPTED']);
      }
    });

    it('knows it again when the unsigned parts are written otherwise', async () => {
      const replay = createReplayGuard();
      const xml = await make();
      await once(xml, { replay });
      const spaced = xml.replace('<ds:SignatureValue>', '<ds:SignatureValue>\n ');
      const broken = xml.replace(/(<ds:X509Certificate>[^<]{64})/, '$1\n');
      const spread = xml.replace('<ds:KeyInfo>', '\n<ds:KeyInfo>\n ');
      for (const again of [spaced, broken, spread]) {
        expect(again).not.toBe(xml);
        expect(await once(again, { replay })).toEqual(['SAML-REPLAY']);
      }
    });

    it('takes no other encoding of the certificate', async () => {
      const replay = createReplayGuard();
      const xml = await make();
      await once(xml, { replay });
      for (const outer of [2, 3, 4]) {
        for (const bits of [1, 2, 3, 4]) {
          const der = reencoded(pki.professional.signature.certDer, outer, bits);
          const again = xml.replace(/(<ds:X509Certificate>)[^<]*/, `$1${Buffer.from(der).toString('base64')}`);
          const same = Buffer.compare(der, pki.professional.signature.certDer) === 0;
          expect(await once(again, { replay })).toEqual([same ? 'SAML-REPLAY' : 'CERT-READ']);
        }
      }
    });

    it('remembers for as long as any skew still lets the assertion in', async () => {
      const xml = await make();
      const end = testNow + 3_600_000;
      const replay = createReplayGuard();
      // Taken first by a strict check; the later ones allow more.
      expect(await once(xml, { replay, skewMs: 0 })).toEqual(['ACCEPTED']);
      expect(await once(xml, { replay, runtime: fixedRuntime(end + 59_999) })).toEqual(['SAML-REPLAY']);
      const latest = { replay, runtime: fixedRuntime(end + 599_999), skewMs: 600_000 };
      expect(await once(xml, latest)).toEqual(['SAML-REPLAY']);
      // Without the guard it would have been taken.
      expect(await once(xml, { ...latest, replay: undefined })).toEqual(['ACCEPTED']);
    });

    it('gives a shared store a key that names nobody, and the end of what must be remembered', async () => {
      const claims: [string, number, number][] = [];
      const replay = { claim: (...claim: [string, number, number]) => claims.push(claim) > 0 };
      await once(await make(), { replay });
      await once(await make({ target: { resourceUrn: 'urn:exemple', lifetimeMs: null } }), {
        replay,
        allowNoEnd: true,
      });
      expect(claims.map(([, until, now]) => [until, now])).toEqual([
        [testNow + 3_600_000 + 600_000, testNow],
        [Number.POSITIVE_INFINITY, testNow],
      ]);
      expect(claims.every(([key]) => /^[0-9a-f]{64}$/.test(key))).toBe(true);
    });
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
