import * as library from 'oidc-provider';

import {
  createPkcs11Provider,
  createProSanteConnectProvider,
  type ProSanteConnectSession,
} from '../../../src/auth/index.ts';
import { createPscSimulator, type OpenIdServerLibrary } from '../../../src/simulator/index.ts';
import { createHttpClient } from '../../../src/transport/index.ts';
import { compileChild } from '../../auth/pkcs11/child-file.ts';
import { createSoftToken } from '../../helpers/softhsm-token.mjs';
import { createGate } from './gate.ts';
import { cardMeans, pinPrompt, reinforced } from './local.ts';
import { pin, type Means } from './scene.ts';

/** A real PKCS#11 library, in a process of its own. */
export const softHsm: Means = {
  name: 'carte CPS (SoftHSM)',
  open: async ({ world, runtime }) => {
    const { signature, authentication } = world.simulator.hierarchy.professional;
    const token = createSoftToken({ pin, signature, authentication });
    const prompt = pinPrompt();
    const card = createPkcs11Provider({
      library: token.library,
      childFile: await compileChild(),
      childEnv: token.env,
      onPinRequired: prompt.ask,
      runtime,
      pollMs: 0,
    });
    const plugged = cardMeans(card, prompt, {
      remove: () => token.remove(),
      insert: () => token.replace(),
      close: async () => token.close(),
    });
    // SoftHSM, whose token is a folder, has no word for one that left: a general error.
    return {
      ...plugged,
      lost: { code: 'TE_(?:CARD|MIDDLEWARE|NOT_A_CPS)', message: /carte|Cryptolib|intergiciel|composant/i },
    };
  },
};

/** Pro Santé Connect, played by a real OpenID server: by the browser, or by the phone (CIBA). */
function proSanteConnect(name: string, way: 'code' | 'ciba', authentication: 'basic' | 'mutual-tls'): Means {
  return {
    name,
    open: async ({ world, runtime, nationalId, structure }) => {
      const secret = 'canari-secret-du-client-0123456789';
      const { hierarchy } = world.simulator;
      const start = (): ReturnType<typeof createPscSimulator> =>
        createPscSimulator({
          library: library as OpenIdServerLibrary,
          hierarchy,
          ...(authentication === 'basic' && { clientSecret: secret }),
        });
      const psc = await start();
      const { chainPem: certificates, keyPem: privateKey } = hierarchy.structure.authentication;
      const http = createHttpClient({ ca: hierarchy.caPem, identity: { certificates, privateKey } });
      const gate = createGate();
      const secrets = new Set<string>([secret]);

      const provider = createProSanteConnectProvider({
        server: { issuer: psc.issuer, discoveryUrl: psc.discoveryUrl },
        client: {
          id: 'lps-fictif',
          ...(authentication === 'basic' ? { authentication, secret: async () => secret } : { authentication }),
        },
        http: {
          send: async (request) => {
            if (Buffer.from(request.body ?? []).includes('grant_type=refresh_token')) await gate.pass();
            return http.send(request);
          },
        },
        redirectUri: 'https://lps.example/retour',
        pollIntervalMs: 50,
        runtime,
      });

      const logIn = async (): Promise<ProSanteConnectSession> => {
        if (way === 'code') {
          const { url, transaction } = await provider.authorize();
          return provider.complete(await psc.browse(url), transaction);
        }
        const pending = await provider.startCiba({ nationalId, bindingMessage: '42', channel: 'MOBILE' });
        const waiting = pending.wait();
        await psc.approve();
        return waiting;
      };

      let current = await logIn();
      let isLost = false;
      return {
        means: 'ecps',
        auth: { session: () => current, signer: await structure() },
        declared: reinforced('MobileTwoFactorUnregistered'),
        loggedInAt: () => current.authnInstant,
        // The access token lives two minutes: the clock of the test has passed its end.
        beforeRenewal: async () => void secrets.add(await current.accessToken()),
        renewed: () => psc.tokenRequests.filter((type) => type === 'refresh_token').length,
        lose: async () => {
          await current.close();
          isLost = true;
        },
        lost: { code: 'TE_AUTHN_REQUIRED', message: /Pro Santé Connect est terminée : reconnectez-vous/ },
        back: async () => {
          if (isLost) current = await logIn();
          isLost = false;
        },
        stall: gate.stall,
        secrets: () => [...secrets],
        close: async () => {
          await current.close();
          await http.close();
          await psc.close();
        },
      };
    },
  };
}

export const proSanteConnectMeans: readonly Means[] = [
  proSanteConnect('Pro Santé Connect, navigateur', 'code', 'basic'),
  proSanteConnect('Pro Santé Connect, téléphone (CIBA)', 'ciba', 'basic'),
  proSanteConnect('Pro Santé Connect, CIBA en TLS mutuel', 'ciba', 'mutual-tls'),
];
