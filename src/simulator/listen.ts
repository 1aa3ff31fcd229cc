import type { AddressInfo, Server } from 'node:net';
import { TerrESanteError } from '../errors.ts';
import { eventOf } from '../internal/wait.ts';

/** The simulator never listens on another interface. */
export const loopback = '127.0.0.1';

/**
 * Starts a server on the loopback interface and gives its port.
 *
 * @param port - `0` for a free one
 * @throws TerrESanteError `TE_CONFIG_INVALID` when the port is taken
 */
export async function listen(server: Server, port: number): Promise<number> {
  const failed = (): TerrESanteError =>
    new TerrESanteError('TE_CONFIG_INVALID', 'Le simulateur ne peut pas écouter sur ce port.');

  await eventOf(server, ['listening'], { failed }, () => server.listen(port, loopback));
  return (server.address() as AddressInfo).port;
}
