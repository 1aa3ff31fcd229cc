import { afterAll, expect, it } from 'vitest';

import { createTestHierarchy } from '../../src/testing/index.ts';
import { startConnectProxy } from '../helpers/connect-proxy.ts';
import { proxiedSubmission, type ProxiedScene } from '../helpers/proxied-mail.ts';
import { smallMail } from './fixtures.ts';

const open: ProxiedScene['open'] = [];
afterAll(async () => {
  for (const item of open) await item.close();
});

// All that a proxy may answer, and mailboxes, are tried in `mail-proxy.slow.test.ts`.
it('mail goes through the proxy that was given, and waits for its leave', async () => {
  const hierarchy = await createTestHierarchy();
  const { chainPem: certPem, keyPem } = hierarchy.server();
  const proxy = await startConnectProxy();
  open.push(proxy);
  const transport = await proxiedSubmission(
    { open, pki: { caPem: hierarchy.caPem, server: { certPem, keyPem } } },
    proxy,
  );

  proxy.replies.push({ status: 407 });
  await expect(transport.send(smallMail())).rejects.toMatchObject({
    code: 'TE_PROXY',
    details: { proxy: 'credentials' },
  });
  expect(await transport.send(smallMail())).toMatchObject({ smtpCode: 250 });
  expect(proxy.asked).toEqual(Array.from({ length: 2 }, () => `127.0.0.1:${String(transport.port)}`));
});
