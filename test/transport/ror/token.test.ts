import { expect, it } from 'vitest';
import { createSupportDirectoryToken, type HttpRequest } from '../../../src/transport/index.ts';

interface Far {
  readonly asked: HttpRequest[];
  readonly authorization: ReturnType<typeof createSupportDirectoryToken>;
  now: number;
}

function far(status: number, body: unknown, clientSecret?: string): Far {
  const asked: HttpRequest[] = [];
  const state = { now: 1_000_000 };
  const authorization = createSupportDirectoryToken({
    http: {
      send: async (request) => {
        asked.push(request);
        return { status, headers: {}, body: Buffer.from(typeof body === 'string' ? body : JSON.stringify(body)) };
      },
    },
    tokenUrl: 'https://ror.example/token',
    clientId: 'cabinet',
    clientSecret,
    runtime: { clock: { now: () => state.now }, ids: { uuid: () => 'id' } },
  });
  return Object.assign(state, { asked, authorization });
}

const token = { access_token: 'jeton', token_type: 'Bearer', expires_in: 300 };

it('is asked once for the software itself, and again before its end or when it is refused', async () => {
  const server = far(200, token, 'secret-CANARI');
  expect(await server.authorization({ renew: false })).toBe('Bearer jeton');
  await server.authorization({ renew: false });
  expect(server.asked).toHaveLength(1);
  expect(server.asked[0]).toMatchObject({ method: 'POST', url: 'https://ror.example/token' });
  expect(Buffer.from(server.asked[0]?.body as Uint8Array).toString()).toBe(
    'grant_type=client_credentials&client_id=cabinet&client_secret=secret-CANARI',
  );

  server.now += 271_000;
  await server.authorization({ renew: false });
  await server.authorization({ renew: true });
  expect(server.asked).toHaveLength(3);
});

it('serves one call when the server does not say how long it holds', async () => {
  const server = far(200, { ...token, expires_in: undefined });
  await server.authorization({ renew: false });
  await server.authorization({ renew: false });
  expect(server.asked).toHaveLength(2);
});

it.each([
  ['a refused client', 400, { error: 'invalid_client' }, 'TE_AUTHN_REJECTED'],
  ['a server that is down', 503, '', 'TE_UNAVAILABLE'],
  ['a page of a proxy', 200, '<html>', 'TE_PROTOCOL'],
  ['a token of another kind', 200, { ...token, token_type: 'MAC' }, 'TE_PROTOCOL'],
  ['a token that breaks the header', 200, { ...token, access_token: 'a\r\nb' }, 'TE_PROTOCOL'],
])('%s is an error without the secret', async (_, status, body, code) => {
  const error: unknown = await far(status, body, 'secret-CANARI')
    .authorization({ renew: false })
    .catch((e: unknown) => e);
  expect(error).toMatchObject({ code });
  expect(JSON.stringify(error) + String(error)).not.toContain('CANARI');
});
