import { verify, X509Certificate } from 'node:crypto';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import {
  createPkcs11Provider,
  type CardEvent,
  type Pkcs11Provider,
  type Pkcs11ProviderOptions,
} from '../../../src/auth/index.ts';
import { createTestHierarchy, fictiveProfessional, type TestHierarchy } from '../../../src/testing/index.ts';
import { skipBecause } from '../../helpers/require-tool.ts';
import { createSoftToken, softhsmLibrary, type SoftToken } from '../../helpers/softhsm-token.mjs';
import { backEnds, compileChild } from './child-file.ts';

const data = Buffer.from('<ds:SignedInfo>…</ds:SignedInfo>');

describe.skipIf(softhsmLibrary === null && skipBecause('not installed: softhsm2')).each(backEnds)(
  'SoftHSM2 holding a CPS-like token, through $name',
  ({ module }) => {
    let hierarchy: TestHierarchy;
    let token: SoftToken;
    let childFile: string;
    const opened: Pkcs11Provider[] = [];
    const events: CardEvent[] = [];

    const open = (options: Partial<Pkcs11ProviderOptions> = {}): Pkcs11Provider => {
      const provider = createPkcs11Provider({
        library: token.library,
        childFile,
        childEnv: token.env,
        module,
        onPinRequired: () => '1234',
        onEvent: (event) => events.push(event),
        ...options,
      });
      opened.push(provider);
      return provider;
    };
    const verifies = (der: Uint8Array | undefined, signature: Uint8Array): boolean =>
      verify('sha256', data, new X509Certificate(der ?? new Uint8Array()).publicKey, signature);

    beforeAll(async () => {
      childFile = await compileChild();
      hierarchy = await createTestHierarchy();
      token = createSoftToken({
        signature: hierarchy.professional.signature,
        authentication: hierarchy.professional.authentication,
        specialty: 'SM26',
        practices: {
          1: { name: 'CABINET FICTIF', structureId: '499900000011001', sector: 'SA07' },
          4: { name: 'CLINIQUE FICTIVE', structureId: '10B0000001', sector: 'SA01' },
        },
      });
    });
    afterEach(async () => {
      await Promise.all(opened.splice(0).map((provider) => provider.close()));
      events.length = 0;
    });
    afterAll(() => token.close());

    it('reads the holder without a PIN', async () => {
      const provider = open({ onPinRequired: () => expect.fail('no PIN is needed') });
      const card = await provider.card();
      expect(card.holder.nationalId).toBe(fictiveProfessional().nationalId);
      expect(card.certificates.map(({ use }) => use)).toEqual(['signature', 'authentication']);
      expect(card.specialtyCode).toMatch(/^S[A-Z]\d\d$/);
      expect(card.pin).toBe('ok');
      expect((await provider.readers()).filter(({ card: kind }) => kind === 'cps')).toHaveLength(1);
      expect(await provider.certificates()).toEqual([new Uint8Array(hierarchy.professional.signature.certDer)]);
    });

    it('signs with the key of the chosen certificate, one prompt for fifty calls', async () => {
      let prompts = 0;
      const provider = open({
        onPinRequired: () => {
          prompts += 1;
          return new TextEncoder().encode('1234');
        },
      });
      const signatures = await Promise.all(Array.from({ length: 50 }, () => provider.sign('rsa-sha256', data)));
      expect(prompts).toBe(1);
      for (const signature of signatures) {
        expect(verifies(hierarchy.professional.signature.certDer, signature)).toBe(true);
      }
      const authentication = await provider.authentication.sign('rsa-sha256', data);
      expect(verifies(hierarchy.professional.authentication.certDer, authentication)).toBe(true);
      expect(provider.loggedInAt).not.toBeNull();
    });

    it('reads the practices after the PIN', async () => {
      expect(await open().practices()).toEqual([
        { index: 1, structureName: 'CABINET FICTIF', structureId: '499900000011001', activitySector: 'SA07' },
        { index: 4, structureName: 'CLINIQUE FICTIVE', structureId: '10B0000001', activitySector: 'SA01' },
      ]);
    });

    it('works in process too', async () => {
      process.env['SOFTHSM2_CONF'] = token.env.SOFTHSM2_CONF;
      const provider = open({ isolation: 'in-process' });
      expect(verifies(hierarchy.professional.signature.certDer, await provider.sign('rsa-sha256', data))).toBe(true);
    });

    it('does not present a refused PIN again', async () => {
      let prompts = 0;
      const provider = open({
        onPinRequired: () => {
          prompts += 1;
          return '9999';
        },
      });
      const results = await Promise.allSettled(Array.from({ length: 5 }, () => provider.sign('rsa-sha256', data)));
      expect(prompts).toBe(1);
      expect(results.map((result) => (result as PromiseRejectedResult).reason.code)).toEqual(
        Array(5).fill('TE_PIN_INCORRECT'),
      );
      const again = open();
      expect(verifies(hierarchy.professional.signature.certDer, await again.sign('rsa-sha256', data))).toBe(true);
    });

    it('asks the PIN again after the token left and came back', async () => {
      let prompts = 0;
      const provider = open({
        onPinRequired: () => {
          prompts += 1;
          return '1234';
        },
      });
      await provider.sign('rsa-sha256', data);
      token.remove();
      await expect(provider.sign('rsa-sha256', data)).rejects.toMatchObject({
        code: expect.stringMatching(/^TE_(CARD_REMOVED|MIDDLEWARE_ERROR)$/),
      });
      expect(provider.loggedInAt).toBeNull();
      await expect(provider.sign('rsa-sha256', data)).rejects.toMatchObject({
        code: expect.stringMatching(/^TE_(CARD_ABSENT|NOT_A_CPS_CARD)$/),
      });
      token.replace();
      expect(verifies(hierarchy.professional.signature.certDer, await provider.sign('rsa-sha256', data))).toBe(true);
      expect(prompts).toBe(2);
    });
  },
);
