import * as library from 'oidc-provider';
import { afterEach, beforeAll } from 'vitest';

import {
  createProSanteConnectProvider,
  type ProSanteConnectOptions,
  type ProSanteConnectProvider,
} from '../../../src/auth/index.ts';
import {
  createPscSimulator,
  type OpenIdServerLibrary,
  type PscSimulator,
  type PscSimulatorOptions,
} from '../../../src/simulator/index.ts';
import { createTestHierarchy, fictiveProfessional, type TestHierarchy } from '../../../src/testing/index.ts';
import { createHttpClient, type HttpClient } from '../../../src/transport/index.ts';

export const nationalId = fictiveProfessional().nationalId;
export const secret = 'secret-fictif-du-client-0123456789';
export const redirectUri = 'https://lps.example/retour';
export let hierarchy: TestHierarchy;
export const closing: (() => Promise<void>)[] = [];

beforeAll(async () => {
  hierarchy = await createTestHierarchy();
});
afterEach(async () => {
  await Promise.all(closing.splice(0).map((close) => close()));
});

/** A simulated Pro Santé Connect and a client of it; both are closed after the test. */
export async function scene(
  options: Partial<PscSimulatorOptions> = {},
  client: Partial<ProSanteConnectOptions> = {},
): Promise<{ psc: PscSimulator; provider: ProSanteConnectProvider; http: HttpClient }> {
  const psc = await createPscSimulator({
    library: library as OpenIdServerLibrary,
    hierarchy,
    clientSecret: secret,
    redirectUri,
    ...options,
  });
  const { certPem: certificates, keyPem: privateKey } = hierarchy.structure.authentication;
  const http = createHttpClient({ ca: hierarchy.caPem, identity: { certificates, privateKey } });
  closing.push(
    () => psc.close(),
    () => http.close(),
  );
  const provider = createProSanteConnectProvider({
    server: { issuer: psc.issuer, discoveryUrl: psc.discoveryUrl },
    client: { id: 'lps-fictif', authentication: 'basic', secret: async () => secret },
    http,
    redirectUri,
    pollIntervalMs: 50,
    ...client,
  });
  return { psc, provider, http };
}

export const failure = (work: Promise<unknown>): Promise<unknown> => work.catch((error: unknown) => error);
export const input = { nationalId, bindingMessage: 'code 42', channel: 'MOBILE' } as const;
