import { TerrESanteError } from '../errors.ts';
import { Connections, type ClientParts } from './connections.ts';
import type { Operations } from './operations.ts';

/**
 * The life of a client: its operations, loaded at the first call, its connections, and the clients
 * of the other professionals that share them.
 */
export class Session {
  readonly connections: Connections;
  readonly #parts: ClientParts;
  /** Whose connections are shared; `null` in the first session. */
  readonly #first: Session | null;
  readonly #others = new Set<Session>();
  #loading: Promise<Operations> | undefined;
  #loaded: Operations | undefined;
  #closing: Promise<void> | undefined;

  constructor(parts: ClientParts, first: Session | null = null) {
    this.#parts = parts;
    this.#first = first;
    this.connections = new Connections(parts, first?.connections);
  }

  /**
   * The session of another professional, closed with the first one at the latest.
   *
   * @throws TerrESanteError `TE_CLOSED`
   */
  another(parts: ClientParts): Session {
    const first = this.#first ?? this;
    if (first.#closing) throw new TerrESanteError('TE_CLOSED', 'Le client est fermé.');

    const session = new Session(parts, first);
    first.#others.add(session);
    return session;
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
    if (this.#first) this.#first.#others.delete(this);

    // The others end before what they borrow does.
    const others = await Promise.allSettled([...this.#others].map((other) => other.close()));
    await this.connections.close();

    const failed = others.find(({ status }) => status === 'rejected');
    if (failed?.status === 'rejected') throw failed.reason;
  }
}
