import { describe, expect, it } from 'vitest';

import { createProSanteConnectProvider, proSanteConnectProfessional } from '../../../src/auth/index.ts';
import { fictiveProfessional, fictiveStructure } from '../../../src/testing/index.ts';
import { createHttpClient } from '../../../src/transport/index.ts';
import { closing, failure, hierarchy, input, nationalId, redirectUri, scene, secret } from './scene.ts';

describe('authorization code with PKCE', () => {
  it('logs in and reads the professional', async () => {
    const { psc, provider } = await scene();
    const { url, transaction } = await provider.authorize();
    expect(new URL(url).searchParams.get('code_challenge_method')).toBe('S256');
    expect(url).not.toContain(transaction.codeVerifier);
    const session = await provider.complete(await psc.browse(url), transaction);
    expect(session.identity).toMatchObject({
      nationalId,
      familyName: fictiveProfessional().familyName,
      activitySector: { code: fictiveStructure().activitySector, system: '1.2.250.1.71.4.2.4' },
      medicalRegulation: false,
    });
    expect(session.acr).toBe('eidas1');
    expect(proSanteConnectProfessional(session.identity)).toEqual({
      professional: expect.objectContaining({ nationalId, professionCode: '10' }),
      structure: { nationalId: fictiveStructure().nationalId, activitySector: fictiveStructure().activitySector },
    });
    const token = await session.accessToken();
    expect(token.length).toBeGreaterThan(10);
    expect(JSON.stringify(session)).not.toContain(token);
    expect(await session.accessToken()).toBe(token);
  });

  it('refuses a callback of another transaction, and a user who declines', async () => {
    const { psc, provider } = await scene();
    const first = await provider.authorize();
    const second = await provider.authorize();
    const back = await psc.browse(first.url);
    expect(await failure(provider.complete(back, second.transaction))).toMatchObject({ code: 'TE_PROTOCOL' });
    expect(
      await failure(provider.complete(back, { ...first.transaction, codeVerifier: second.transaction.codeVerifier })),
    ).toMatchObject({
      code: expect.stringMatching(/^TE_AUTHN_/),
    });
    const third = await provider.authorize();
    expect(await failure(provider.complete(await psc.browse(third.url, 'refuse'), third.transaction))).toMatchObject({
      code: 'TE_AUTHN_REJECTED',
      details: { error: 'access_denied' },
    });
    expect(await failure(provider.complete('pas une adresse', third.transaction))).toMatchObject({
      code: 'TE_PROTOCOL',
    });
  });

  it('refuses a level below the one asked for', async () => {
    const { psc, provider } = await scene({ acr: 'eidas1' }, { acr: 'eidas2' });
    const { url, transaction } = await provider.authorize();
    expect(await failure(provider.complete(await psc.browse(url), transaction))).toMatchObject({
      code: 'TE_AUTHN_REJECTED',
      details: { expected: 'eidas2' },
    });
  });

  it('renews a short token once for all who ask, and says when it cannot', async () => {
    const { psc, provider } = await scene({ accessTokenSeconds: 5 });
    const { url, transaction } = await provider.authorize();
    const session = await provider.complete(await psc.browse(url), transaction);
    const tokens = await Promise.all(Array.from({ length: 10 }, () => session.accessToken()));
    expect(new Set(tokens).size).toBe(1);
    expect(psc.tokenRequests).toEqual(['authorization_code', 'refresh_token']);
    psc.endSessions();
    expect(await failure(session.accessToken({ renew: true }))).toMatchObject({ code: 'TE_AUTHN_REQUIRED' });
    expect(await failure(session.accessToken())).toMatchObject({ code: 'TE_AUTHN_REQUIRED' });
    await session.close();
    await session.close();
  });
});

describe('CIBA, poll mode', () => {
  it('waits for the phone', async () => {
    const { psc, provider } = await scene();
    const pending = await provider.startCiba(input);
    expect(psc.pending).toEqual([{ nationalId, bindingMessage: 'code 42' }]);
    const waiting = pending.wait();
    await psc.approve();
    const session = await waiting;
    expect(session.identity.nationalId).toBe(nationalId);
    expect(psc.tokenRequests.at(-1)).toBe('urn:openid:params:grant-type:ciba');
    await session.close();
    expect(await failure(session.accessToken())).toMatchObject({ code: 'TE_AUTHN_REQUIRED' });
  });

  it('works with mutual TLS in place of a secret, and not without the certificate', async () => {
    const { psc, provider } = await scene(
      { clientSecret: undefined },
      { client: { id: 'lps-fictif', authentication: 'mutual-tls' } },
    );
    const waiting = (await provider.startCiba(input)).wait();
    await psc.approve();
    expect((await waiting).identity.nationalId).toBe(nationalId);
    const bare = createHttpClient({ ca: hierarchy.caPem });
    closing.push(() => bare.close());
    const without = createProSanteConnectProvider({
      server: { issuer: psc.issuer, discoveryUrl: psc.discoveryUrl },
      client: { id: 'lps-fictif', authentication: 'mutual-tls' },
      http: bare,
    });
    expect(await failure(without.startCiba(input))).toMatchObject({ code: 'TE_CONFIG_INVALID' });
  });

  it('is refused by the user', async () => {
    const { psc, provider } = await scene();
    const pending = await provider.startCiba(input);
    await psc.refuse();
    expect(await failure(pending.wait())).toMatchObject({
      code: 'TE_AUTHN_REJECTED',
      details: { error: 'access_denied' },
    });
  });

  it('expires', async () => {
    const { provider } = await scene({ cibaSeconds: 1 });
    const pending = await provider.startCiba(input);
    expect(await failure(pending.wait())).toMatchObject({ code: 'TE_TIMEOUT', retryable: false });
  });

  it('stops at once when the user closes the prompt, however long the poll waits', async () => {
    const { provider } = await scene({}, { pollIntervalMs: 60_000 });
    const pending = await provider.startCiba(input);
    const controller = new AbortController();
    const waiting = failure(pending.wait({ signal: controller.signal }));
    controller.abort();
    expect(await waiting).toMatchObject({ code: 'TE_CANCELLED' });
  });

  it('refuses somebody else than the professional who was asked', async () => {
    const other = '899900000029';
    const { psc, provider } = await scene({ accounts: [{ nationalId }, { nationalId: other }] });
    const waiting = failure((await provider.startCiba(input)).wait());
    await psc.approve(other);
    expect(await waiting).toMatchObject({ code: 'TE_IDENTITY_MISMATCH' });
  });

  it('does not know everybody', async () => {
    const { provider } = await scene();
    expect(await failure(provider.startCiba({ ...input, nationalId: '899900000099' }))).toMatchObject({
      code: 'TE_AUTHN_REJECTED',
    });
    expect(await failure(provider.startCiba({ ...input, nationalId: "8'; --" }))).toMatchObject({
      code: 'TE_INPUT_INVALID',
    });
  });
});

describe('configuration', () => {
  it('refuses a wrong secret, a foreign description, a missing one and plain http', async () => {
    const { psc, provider, http } = await scene(
      {},
      { client: { id: 'lps-fictif', authentication: 'basic', secret: 'faux' } },
    );
    expect(await failure(provider.startCiba(input))).toMatchObject({
      code: 'TE_CONFIG_INVALID',
      details: { error: 'invalid_client' },
    });
    const client = { id: 'lps-fictif', authentication: 'basic', secret } as const;
    const foreign = createProSanteConnectProvider({
      server: { issuer: 'https://autre.example', discoveryUrl: psc.discoveryUrl },
      client,
      http,
    });
    expect(await failure(foreign.authorize())).toMatchObject({ code: 'TE_CONFIG_INVALID' });
    const standard = createProSanteConnectProvider({
      server: { issuer: psc.issuer, discoveryUrl: `${psc.issuer}/.well-known/openid-configuration` },
      client,
      http,
      redirectUri,
    });
    expect(await failure(standard.authorize())).toMatchObject({ code: 'TE_UNAVAILABLE' });
    expect(() =>
      createProSanteConnectProvider({
        server: { issuer: psc.issuer, discoveryUrl: 'http://127.0.0.1/x' },
        client,
        http,
      }),
    ).toThrow(expect.objectContaining({ code: 'TE_CONFIG_INVALID' }));
  });

  it('tells a server that is not there', async () => {
    const { psc, provider } = await scene();
    await psc.close();
    expect(await failure(provider.startCiba(input))).toMatchObject({ code: 'TE_UNAVAILABLE' });
  });
});
