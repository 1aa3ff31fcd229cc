import type { LocalIdentifier } from '../../identity/index.ts';
import type { TerrESanteErrorCode } from '../../errors.ts';
import type { CallMeta, Purpose } from '../call.ts';

/**
 * One access, as the journal keeps it: who, when, to whose dossier, and how it ended. Holds
 * identifiers, and no trait, document or assertion.
 *
 * @see CI-SIS, Traçabilité des événements: who, what, when
 * @group Audit
 */
export interface AuditEvent {
  /** ISO 8601, UTC: when the operation began, on this machine's clock. */
  readonly startedAt: string;
  /** ISO 8601, UTC: when the operation ended, on this machine's clock. */
  readonly at: string;
  /** What was done, for example `documents.fetch`. */
  readonly action: string;
  readonly purpose: Purpose;
  /** Why the dossier was opened without belonging to the care circle; `null` in a usual access. */
  readonly reason: string | null;
  /** National identifiers of the professional and of the structure. */
  readonly professional: string;
  readonly structure: string;
  /** `null` when the operation concerns no single patient. */
  readonly patient: LocalIdentifier | null;
  /** What of the dossier: a uniqueId, the identifier of a consent or of a subscription. */
  readonly object: string | null;
  readonly outcome: 'ok' | 'error';
  readonly code: TerrESanteErrorCode | null;
  /** The wire; `local` when nothing left the machine (`privacy.export`, `privacy.erase`). */
  readonly binding: NonNullable<CallMeta['binding']> | 'soap-insi' | 'portal' | 'local';
  readonly correlationId: string;
}

/** What an AuditEvent of FHIR says, whoever wrote it; what is absent is `null`. @group Audit */
export interface AuditTrace {
  /** Code of the event, for example `rest` or `110112`. */
  readonly type: string | null;
  /** ISO 8601, as it was written. */
  readonly startedAt: string | null;
  readonly endedAt: string | null;
  readonly recordedAt: string | null;
  /** `0` is success. */
  readonly outcome: string | null;
  /** By identifier, else by reference. */
  readonly agents: readonly { readonly id: string | null; readonly isRequestor: boolean | null }[];
  /** The software that observed the event. */
  readonly observer: string | null;
  /** The access of this library's journal, when it is one. */
  readonly access: AuditEvent | null;
}

/**
 * Where accesses are written down: a port of the host. Nothing is given back to the host before
 * `write` has ended, and an operation whose line cannot be written fails.
 *
 * @group Audit
 */
export interface AuditJournal {
  /** @param event - to be kept before the promise ends */
  write(event: AuditEvent): Promise<void>;
  /** The accesses to the dossier of a patient, for `te.privacy.export`. */
  events?(filter: { readonly patient: LocalIdentifier }): AsyncIterable<AuditEvent>;
}
