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
