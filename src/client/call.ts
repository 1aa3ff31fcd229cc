import type { CallOptions } from '../internal/abort.ts';
import type { BindingKind } from '../transport/index.ts';

/** How an operation was carried. @group Client */
export interface CallMeta {
  /** `null` when the answer needed no call. */
  readonly binding: BindingKind | 'mssante' | null;
  readonly correlationId: string;
  /** ISO 8601, UTC, on this machine's clock. */
  readonly receivedAt: string;
  /** ISO 8601, UTC, on the platform's clock; `null` when unknown. */
  readonly platformTime: string | null;
}

/** Why the professional accesses the dossier (TRE_R248-ModeAcces). @group Client */
export type Purpose = 'normal' | 'emergency' | 'regulation-centre';

/** Options of what reads a dossier. @group Client */
export interface AccessOptions extends CallOptions {
  /**
   * `emergency` (break-glass): for this one call, where the descriptor offers it (`purposes`).
   * Refused without a `reason`.
   *
   * @defaultValue `'normal'`
   */
  readonly purpose?: Purpose | undefined;
  /**
   * Why the dossier is opened in an emergency: one line, 200 characters at most, which goes into
   * the journal, and into the assertion where the platform names an attribute for it.
   */
  readonly reason?: string | undefined;
}
