import { isTerrESanteError, TerrESanteError } from '../../errors.ts';
import { isoUtc } from '../../internal/hl7-time.ts';
import type { Runtime } from '../../internal/runtime.ts';
import { hostAnswer } from '../../internal/wait.ts';
import { professionalOf, structureOf } from '../../platform/config/people.ts';
import type { TerrESanteConfig } from '../../platform/index.ts';
import type { AuditEvent, AuditJournal } from './model.ts';

/** What an operation says of itself. */
export type Access = Pick<AuditEvent, 'startedAt' | 'action' | 'binding' | 'purpose' | 'patient'> &
  Partial<Pick<AuditEvent, 'reason' | 'object'>>;

/**
 * Writes each access before its result is given to the host. A line that could not be written
 * fails its operation and is kept: as long as it is not in the journal, nothing else is done.
 */
export class AuditTrail {
  readonly #config: TerrESanteConfig;
  readonly #runtime: Runtime;
  readonly #journal: AuditJournal | undefined;
  readonly #unwritten: AuditEvent[] = [];
  #catchingUp: Promise<void> | undefined;

  constructor(config: TerrESanteConfig, runtime: Runtime, journal: AuditJournal | undefined) {
    this.#config = config;
    this.#runtime = runtime;
    this.#journal = journal;
  }

  /** Whether accesses are written down at all. */
  get isKept(): boolean {
    return this.#journal !== undefined;
  }

  /**
   * Before an access: what an earlier failure left is written first.
   *
   * @returns when the access begins
   * @throws TerrESanteError `TE_AUDIT`, nothing was asked of anybody
   */
  async require(): Promise<string> {
    // Calls that come together wait for the same writing: none passes it by.
    this.#catchingUp ??= this.#catchUp().finally(() => {
      this.#catchingUp = undefined;
    });
    await this.#catchingUp;
    return isoUtc(this.#runtime.clock.now());
  }

  async #catchUp(): Promise<void> {
    for (let event = this.#unwritten[0]; event; event = this.#unwritten[0]) {
      try {
        await this.#keep(event);
      } catch {
        throw unwritable(false);
      }
      this.#unwritten.shift();
    }
  }

  /**
   * After an access that succeeded.
   *
   * @throws TerrESanteError `TE_AUDIT`: it was done, and its result is not given
   */
  async succeeded(access: Access, correlationId: string): Promise<void> {
    const event = this.#eventOf(access, correlationId, undefined);
    try {
      await this.#keep(event);
    } catch {
      this.#unwritten.push(event);
      throw unwritable(true);
    }
  }

  /** After an access that failed: its own error is what the host receives. */
  async failed(access: Access, correlationId: string, error: unknown): Promise<void> {
    const event = this.#eventOf(access, correlationId, error);
    try {
      await this.#keep(event);
    } catch {
      this.#unwritten.push(event);
    }
  }

  async #keep(event: AuditEvent): Promise<void> {
    const journal = this.#journal;
    if (journal) await hostAnswer('audit.write', () => journal.write(event));
  }

  #eventOf({ reason = null, object = null, ...access }: Access, correlationId: string, error: unknown): AuditEvent {
    const { startedAt, action, binding, purpose, patient } = access;
    return {
      startedAt,
      at: isoUtc(this.#runtime.clock.now()),
      action,
      purpose,
      reason,
      professional: professionalOf(this.#config).nationalId,
      structure: structureOf(this.#config).nationalId,
      patient: patient && { system: patient.system, value: patient.value },
      object,
      outcome: error === undefined ? 'ok' : 'error',
      code: error === undefined ? null : codeOf(error),
      binding,
      correlationId,
    };
  }
}

function codeOf(error: unknown): AuditEvent['code'] {
  return isTerrESanteError(error) ? error.code : 'TE_INTERNAL';
}

function unwritable(isDone: boolean): TerrESanteError {
  return new TerrESanteError(
    'TE_AUDIT',
    isDone
      ? "L'accès a eu lieu, mais n'a pas pu être écrit au journal : son résultat n'est pas rendu."
      : "Un accès précédent n'a pas pu être écrit au journal : rien n'est fait avant qu'il le soit.",
    { details: { isDone }, retryable: !isDone },
  );
}
