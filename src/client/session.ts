import { Connections, type ClientParts } from './connections.ts';
import type { Operations } from './operations.ts';

/** The life of a client: its operations, loaded at the first call, and its connections. */
export class Session {
  readonly connections: Connections;
  readonly #parts: ClientParts;
  #loading: Promise<Operations> | undefined;
  #loaded: Operations | undefined;
  #closing: Promise<void> | undefined;

  constructor(parts: ClientParts) {
    this.#parts = parts;
    this.connections = new Connections(parts);
  }

  /** Loaded at the first call: a host that has none to make does not pay for them. */
  operations(): Promise<Operations> {
    return (this.#loading ??= this.#load());
  }

  /** Ends the calls in progress, then closes the connections. Safe to call twice. */
  close(): Promise<void> {
    return (this.#closing ??= this.#close());
  }

  async #load(): Promise<Operations> {
    const { createOperations } = await import('./operations.ts');
    const operations = createOperations(this.#parts, this.connections);
    this.#loaded = operations;

    // Closed while the operations were being loaded: every call must meet TE_CLOSED.
    if (this.#closing) operations.close();

    return operations;
  }

  async #close(): Promise<void> {
    this.#loaded?.close();
    await this.connections.close();
  }
}
