import { Agent, type AgentOptions } from 'node:https';

import type { TerrESanteError } from '../../errors.ts';
import type { HttpClientOptions } from './model.ts';
import { isListOutOfDate } from './revocation-lists.ts';
import { secureContextOf } from './secure-context.ts';
import { TunnelAgent } from './tunnel-agent.ts';

/**
 * The kept connections of a client to HTTPS servers. What the host gives for them is asked for at
 * the first call, for all calls: one that gives up does not take it from the others.
 */
export class KeptConnections {
  readonly #options: HttpClientOptions;
  readonly #openMs: number;
  readonly #closing: AbortSignal;
  #agent: Promise<Agent> | undefined;

  /** @param openMs - longest time to open a connection through a proxy */
  constructor(options: HttpClientOptions, openMs: number, closing: AbortSignal) {
    this.#options = options;
    this.#openMs = openMs;
    this.#closing = closing;
  }

  /** What cannot be had is asked for again at the next call. */
  get(): Promise<Agent> {
    this.#agent ??= makeAgent(this.#options, this.#openMs, this.#closing).catch((error: unknown) => {
      this.#agent = undefined;
      throw error;
    });
    return this.#agent;
  }

  /**
   * Leaves connections that failed for want of newer lists or of another identity: the next call
   * asks the host.
   *
   * @returns whether the same call may be tried again: nothing was sent, and lists change by
   *   themselves
   */
  async renew(agent: Agent, error: TerrESanteError): Promise<boolean> {
    const isOld = isListOutOfDate(error);
    const isRefused = error.code === 'TE_CLIENT_CERT' && typeof this.#options.identity === 'function';
    if (!isOld && !isRefused) return false;

    // Another call may have done it already.
    if ((await this.#agent) === agent) this.#agent = undefined;
    // Those in use end with their calls.
    agent.maxFreeSockets = 0;
    for (const idle of Object.values(agent.freeSockets).flat()) idle?.destroy();
    return isOld;
  }

  async close(): Promise<void> {
    const agent = this.#agent;
    this.#agent = undefined;
    await agent?.then((opened) => opened.destroy()).catch(() => undefined);
  }
}

async function makeAgent(options: HttpClientOptions, openMs: number, closing: AbortSignal): Promise<Agent> {
  const { servername, proxy, maxConnections = 8 } = options;

  const agentOptions: AgentOptions = {
    keepAlive: true,
    maxSockets: maxConnections,
    minVersion: 'TLSv1.2',
    rejectUnauthorized: true,
    ...(servername !== undefined && { servername }),
    secureContext: await secureContextOf(options, { signal: closing }),
  };
  return proxy ? new TunnelAgent(proxy, openMs, agentOptions) : new Agent(agentOptions);
}
