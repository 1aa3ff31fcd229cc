import type { CardContent } from './engine.ts';
import type { FailureReason } from './failure.ts';
import type { SlotView } from './slots.ts';

/** What can be asked of the engine, here or in the child. */
export type EngineRequest =
  | { readonly op: 'open'; readonly module: string | null; readonly library: string }
  | { readonly op: 'slots' }
  | { readonly op: 'read'; readonly slot: string; readonly keep: boolean }
  | { readonly op: 'state' }
  | { readonly op: 'login'; readonly pin: Uint8Array | null }
  | { readonly op: 'sign'; readonly key: string; readonly data: Uint8Array }
  | { readonly op: 'practices' }
  /** Takes part in a login that is open on the token; false when there is none. */
  | { readonly op: 'join' }
  | { readonly op: 'logout'; readonly forAll: boolean }
  | { readonly op: 'close' };

export interface EngineReplies {
  readonly open: undefined;
  readonly slots: readonly SlotView[];
  readonly read: CardContent;
  readonly state: { readonly flags: number; readonly loggedIn: boolean };
  readonly login: undefined;
  readonly join: boolean;
  readonly sign: Uint8Array;
  readonly practices: readonly { readonly index: number; readonly value: Uint8Array }[];
  readonly logout: undefined;
  readonly close: undefined;
}

export interface ChildRequest {
  readonly id: number;
  /** A PIN is not in it: it comes through a pipe of its own. */
  readonly request: EngineRequest;
  /** Length of the PIN that waits in the pipe. */
  readonly pinBytes?: number;
}

export type ChildReply =
  | { readonly id: number; readonly ok: true; readonly value: unknown }
  | {
      readonly id: number;
      readonly ok: false;
      readonly ckr: number | null;
      readonly step: string;
      readonly reason: FailureReason | null;
      readonly detail: string | null;
    };
