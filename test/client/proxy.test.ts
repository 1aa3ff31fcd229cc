import { describe, expect, it } from 'vitest';

import { createClient } from '../../src/index.ts';
import { createPkcs12Provider } from '../../src/auth/index.ts';
import { createSimulator, fictiveConfig } from '../../src/simulator/index.ts';
import { startConnectProxy } from '../helpers/connect-proxy.ts';

describe('a client behind a proxy', () => {
  it('reaches the platform through it, and says when it does not let it', async () => {
    const [simulator, proxy] = await Promise.all([createSimulator(), startConnectProxy()]);
    const { pfx, password } = simulator.hierarchy.professional.signature;
    const auth = await createPkcs12Provider({ pfx, password });
    const config = fictiveConfig(simulator);
    const te = createClient(config, { auth, tls: { ca: simulator.caPem }, proxy: { url: proxy.url } });
    try {
      const { steps } = await te.diagnose();
      expect(steps.find(({ topic }) => topic === 'platform')).toMatchObject({ state: 'ok' });
      expect(proxy.asked).toEqual([new URL(config.quai.url).host]);
    } finally {
      await te.close();
    }

    proxy.always = { status: 407 };
    const refused = createClient(config, { auth, tls: { ca: simulator.caPem }, proxy: { url: proxy.url } });
    try {
      const { ok, steps } = await refused.diagnose();
      expect(ok).toBe(false);
      expect(JSON.stringify(steps.find(({ topic }) => topic === 'platform'))).toMatch(/mandataire/);
    } finally {
      await Promise.all([refused.close(), simulator.close(), proxy.close()]);
    }
  });
});
