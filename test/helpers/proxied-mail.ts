import { createMailbox, createMssTransport, type Mailbox, type MssTransport } from '../../src/transport/index.ts';
import { depositAddress, fixtureArchive, sender } from '../transport/fixtures.ts';
import type { ConnectProxy } from './connect-proxy.ts';
import type { MailPki } from './mail-pki.ts';
import type { MailScene } from './mail-scene.ts';
import { createScriptedImap, createScriptedSmtp } from './scripted-mail.ts';

/** What the servers show, and what is closed after the test. */
export interface ProxiedScene extends Pick<MailScene, 'open'> {
  readonly pki: Pick<MailPki, 'caPem' | 'server'>;
}

const addressOf = (scene: ProxiedScene, port: number, proxy: ConnectProxy, implicitTls: boolean) => ({
  host: '127.0.0.1',
  port,
  serverName: 'localhost',
  caPem: scene.pki.caPem,
  implicitTls,
  proxy: { url: proxy.url },
});

/** A submission of mail to a scripted server, through a proxy; both are closed with the scene. */
export async function proxiedSubmission(
  scene: ProxiedScene,
  proxy: ConnectProxy,
  implicitTls = true,
): Promise<MssTransport & { port: number }> {
  const server = await createScriptedSmtp({ tls: scene.pki.server, isClear: !implicitTls });
  const transport = createMssTransport({
    server: addressOf(scene, server.port, proxy, implicitTls),
    credentials: {},
    message: { from: sender, to: depositAddress },
    archive: async () => fixtureArchive(),
    connectTimeoutMs: 500,
  });
  scene.open.unshift(transport);
  scene.open.push(server);
  return Object.assign(transport, { port: server.port });
}

/** The same for a mailbox. */
export async function proxiedMailbox(
  scene: ProxiedScene,
  proxy: ConnectProxy,
  implicitTls = true,
): Promise<Mailbox & { port: number }> {
  const server = await createScriptedImap({ tls: scene.pki.server, isClear: !implicitTls });
  const box = createMailbox({
    server: addressOf(scene, server.port, proxy, implicitTls),
    credentials: { password: { user: 'cabinet', provider: async () => 'secret-CANARI' } },
    connectTimeoutMs: 500,
  });
  scene.open.unshift(box);
  scene.open.push(server);
  return Object.assign(box, { port: server.port });
}
