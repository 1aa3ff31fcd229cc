import { Socket } from 'node:net';
import type { Pool, PoolConfig } from 'pg';

import { TerrESanteError } from '../../../errors.ts';
import { within } from '../../../internal/wait.ts';

/** How long open connections have to say goodbye before they are cut. */
const goodbyeMs = 500;

/** Connections to the database, none of which is waited for without end. */
export interface Connections {
  readonly pool: Pool;
  /** Ends whether the database answers or not. */
  end(): Promise<void>;
}

/**
 * Connections whose every wait ends after `timeoutMs`: for a free one, for its opening, for each
 * answer. One that is cut off in silence would else hold its caller for as long as the system keeps
 * the socket.
 *
 * @throws TerrESanteError `TE_PEER_MISSING` without `pg`
 */
export async function openConnections(config: PoolConfig, timeoutMs: number): Promise<Connections> {
  const { Pool: PgPool } = await import('pg').catch(() => {
    throw new TerrESanteError('TE_PEER_MISSING', "Le paquet « pg » n'est pas installé.", { details: { peer: 'pg' } });
  });

  const sockets = new Set<Socket>();
  const pool = new PgPool({
    ...config,
    connectionTimeoutMillis: timeoutMs,
    query_timeout: timeoutMs,
    keepAlive: true,
    application_name: 'terr-esante-sdk',
    stream: () => {
      const socket = new Socket();
      sockets.add(socket);
      socket.on('close', () => sockets.delete(socket));
      return socket;
    },
  });

  // A connection that breaks while idle is replaced at its next use.
  pool.on('error', () => undefined);
  // One that breaks inside a transaction reports it to its client as well as to the query: without
  // a listener, that would end the process.
  pool.on('connect', (client) => client.on('error', () => undefined));
  return { pool, end: () => endAll(pool, sockets) };
}

/** Cuts what does not end by itself: a query in progress, a connection that answers no more. */
async function endAll(pool: Pool, sockets: ReadonlySet<Socket>): Promise<void> {
  const ended = pool.end();
  const late = (): Error => new Error('late');

  await within(ended, goodbyeMs, late).catch(() => {
    for (const socket of sockets) socket.destroy();
  });
  await within(ended, goodbyeMs, late).catch(() => undefined);
}
