import type { Socket } from 'node:net';
import { connect } from 'node:tls';

import type { ImapFlowOptions } from 'imapflow';
import type { SMTPPoolOptions } from 'nodemailer/lib/smtp-pool';

import { isTerrESanteError, TerrESanteError } from '../../errors.ts';
import type { CallOptions } from '../../internal/abort.ts';
import { proxyOf } from '../http/proxy.ts';
import { openTunnel } from '../http/tunnel.ts';
import { CarriedFailure } from './carried-failure.ts';
import type { MailServerAddress } from './credentials.ts';

/**
 * The line to a mail server through the proxy that its address names; `null` where it names none.
 *
 * @throws TerrESanteError those of {@link openTunnel}
 */
export async function mailTunnel(server: MailServerAddress, port: number, call: CallOptions): Promise<Socket | null> {
  if (server.proxy === undefined) return null;
  return openTunnel(proxyOf('server.proxy', server.proxy), { host: server.host, port }, call);
}

/** How the mail library gets its lines, where there is a proxy: one for each connection. */
export function tunnelsOf(
  server: MailServerAddress,
  port: number,
  call: CallOptions,
): Pick<SMTPPoolOptions, 'getSocket'> {
  if (server.proxy === undefined) return {};

  return {
    getSocket: (_options, opened) => {
      mailTunnel(server, port, call).then(
        (connection) => opened(null, connection ? { connection } : false),
        (error: unknown) => opened(new CarriedFailure(carried(error))),
      );
    },
  };
}

function carried(error: unknown): TerrESanteError {
  return isTerrESanteError(error) ? error : new TerrESanteError('TE_INTERNAL', 'La connexion a échoué.');
}

/**
 * The same for the library that reads mailboxes, over a line that is open: TLS begins on it at
 * once, or after STARTTLS, with the options that the library was given.
 */
export function imapOver(tunnel: Socket): NonNullable<ImapFlowOptions['transport']> {
  return {
    connect({ secure, tls, servername }, onConnect) {
      if (secure) return connect({ servername, ...tls, socket: tunnel }, onConnect);
      setImmediate(onConnect);
      return tunnel;
    },
    upgrade(socket, { tls, servername }, onSecure) {
      return connect({ servername, ...tls, socket }, onSecure);
    },
  };
}
