import { describe, expect, it } from 'vitest';

import { isTerrESanteError, type TerrESanteError } from '../../src/errors.ts';
import { afterFailure } from '../../src/transport/outbox/retry-policy.ts';
import type { OutboxEntry } from '../../src/transport/outbox/model.ts';
import { startConnectProxy, type ConnectProxy, type ProxyReply } from '../helpers/connect-proxy.ts';
import { mailScene } from '../helpers/mail-scene.ts';
import { proxiedMailbox, proxiedSubmission } from '../helpers/proxied-mail.ts';
import { createScriptedSmtp } from '../helpers/scripted-mail.ts';
import { smallMail } from './fixtures.ts';

const scene = mailScene();

async function proxyWith(): Promise<ConnectProxy> {
  const proxy = await startConnectProxy();
  scene.open.push(proxy);
  return proxy;
}

const submission = (proxy: ConnectProxy, implicitTls?: boolean) => proxiedSubmission(scene, proxy, implicitTls);
const mailbox = (proxy: ConnectProxy, implicitTls?: boolean) => proxiedMailbox(scene, proxy, implicitTls);

async function failureOf(work: Promise<unknown>): Promise<TerrESanteError> {
  const error = await work.then(
    () => expect.unreachable('should fail'),
    (reason: unknown) => reason,
  );
  if (!isTerrESanteError(error)) throw error;
  expect(`${JSON.stringify(error)} ${String(error.stack)}`).not.toMatch(/CANARI|cabinet@/);
  return error;
}

describe('mail through a proxy', () => {
  it.each([true, false])('sends, with TLS from the first byte: %s', async (implicitTls) => {
    const proxy = await proxyWith();
    const transport = await submission(proxy, implicitTls);
    await transport.verify();
    expect(await transport.send(smallMail())).toMatchObject({ smtpCode: 250 });
    // One for the look, one for the pool.
    expect(proxy.asked).toEqual(Array.from({ length: 2 }, () => `127.0.0.1:${String(transport.port)}`));
  });

  it.each([true, false])('reads, with TLS from the first byte: %s', async (implicitTls) => {
    const proxy = await proxyWith();
    const box = await mailbox(proxy, implicitTls);
    await box.verify();
    expect(proxy.asked[0]).toBe(`127.0.0.1:${String(box.port)}`);
  });

  const cases: [ProxyReply, string, boolean, object][] = [
    [{ status: 407 }, 'TE_PROXY', false, { proxy: 'credentials' }],
    [{ status: 403 }, 'TE_PROXY', false, { proxy: 'forbidden' }],
    [{ status: 502 }, 'TE_UNAVAILABLE', true, { proxy: 'unreachable' }],
    ['cut', 'TE_UNAVAILABLE', true, { proxy: 'line' }],
    ['noise', 'TE_PROXY', false, { proxy: 'protocol' }],
    ['silent', 'TE_TIMEOUT', true, {}],
    ['open-page', 'TE_TLS', false, {}],
    ['open-cut', 'TE_UNAVAILABLE', true, {}],
    ['open-cut-later', 'TE_UNAVAILABLE', true, {}],
    ['open-silent', 'TE_TIMEOUT', true, {}],
  ];

  it.each(cases)('that answers %j: typed for both, nothing left open', async (reply, code, retryable, details) => {
    const proxy = await proxyWith();
    proxy.always = reply;
    const transport = await submission(proxy);
    const box = await mailbox(proxy);

    const errors = await Promise.all([
      failureOf(transport.send(smallMail())),
      failureOf(transport.verify()),
      failureOf(box.verify()),
    ]);
    for (const error of errors) expect(error).toMatchObject({ code, retryable, details });
    await expect.poll(() => proxy.open).toBe(0);

    // The channel is at fault, not the deposit: it waits.
    const entry = { id: 'x', attempts: 1, expiresAt: Number.MAX_SAFE_INTEGER, outcomeUnknown: false };
    expect(afterFailure(errors[0], entry as OutboxEntry, 0, {})).toMatchObject({
      action: 'retry',
      outcomeUnknown: false,
    });
  });

  it('that leads to another server gives it nothing', async () => {
    const proxy = await proxyWith();
    const trap = await createScriptedSmtp({ tls: scene.pki.otherName });
    scene.open.push(trap);
    proxy.always = { elsewhere: trap.port };
    const [transport, box] = [await submission(proxy), await mailbox(proxy)];
    expect(await failureOf(transport.send(smallMail()))).toMatchObject({ code: 'TE_TLS' });
    expect(await failureOf(box.verify())).toMatchObject({ code: 'TE_TLS' });
    expect(trap.lines).toEqual([]);
  });

  it('is checked where it is used', async () => {
    const proxy = await proxyWith();
    Object.assign(proxy, { url: 'http://user:CANARI@proxy.example' });
    const transport = await submission(proxy);
    expect(await failureOf(transport.verify())).toMatchObject({ code: 'TE_INPUT_INVALID' });
    expect(await failureOf(transport.send(smallMail()))).toMatchObject({ code: 'TE_INPUT_INVALID' });
    expect(await failureOf((await mailbox(proxy)).verify())).toMatchObject({ code: 'TE_INPUT_INVALID' });
  });
});
