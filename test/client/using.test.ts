import { describe, expect, it } from 'vitest';

import { createPemProvider, createPkcs12Provider, type OwnedSigningProvider } from '../../src/auth/index.ts';
import { createClient } from '../../src/client/create-client.ts';
import { createSimulator, fictiveConfig } from '../../src/simulator/index.ts';
import { fictivePatient } from '../../src/testing/index.ts';
import { sharedHierarchy } from './world.ts';

const closed = expect.objectContaining({ code: 'TE_CLOSED' }) as unknown;

describe('the end of a block', () => {
  it('closes the client, its provider and the simulator', async () => {
    const hierarchy = await sharedHierarchy();
    const { pfx, password } = hierarchy.professional.signature;
    const provider = await createPkcs12Provider({ pfx, password });
    const kept = { te: null as ReturnType<typeof createClient> | null, url: '' };
    {
      await using simulator = await createSimulator({ hierarchy });
      await using te = createClient(fictiveConfig(simulator), { auth: provider, tls: { ca: simulator.caPem } });
      expect((await te.dossier.status(fictivePatient())).state).toBe('absent');
      Object.assign(kept, { te, url: simulator.httpUrl });
    }
    await expect(kept.te?.dossier.status(fictivePatient())).rejects.toEqual(closed);
    await expect(provider.certificates()).rejects.toEqual(closed);
    await expect(fetch(kept.url)).rejects.toThrow();
  });

  it('closes a provider on its own', async () => {
    const { certPem, keyPem, pfx, password } = (await sharedHierarchy()).professional.signature;
    const kept: OwnedSigningProvider[] = [];
    {
      await using pem = await createPemProvider({ key: keyPem, certificates: certPem });
      await using pkcs12 = await createPkcs12Provider({ pfx, password });
      kept.push(pem, pkcs12);
      expect(await pem.certificates()).toHaveLength(1);
    }
    for (const provider of kept) await expect(provider.certificates()).rejects.toEqual(closed);
  });
});
