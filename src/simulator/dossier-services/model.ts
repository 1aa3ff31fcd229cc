import type { Runtime } from '../../internal/runtime.ts';
import type { AcceptedAssertion } from '../assertion/model.ts';
import type { IdentityRegistry } from '../sri/registry.ts';
import type { PlatformState } from '../state/state.ts';

/** What an operation works with. */
export interface ServiceContext {
  readonly state: PlatformState;
  readonly identities: IdentityRegistry;
  readonly runtime: Runtime;
  readonly caller: AcceptedAssertion;
}

/** A request that the simulator understands and refuses; `code` goes out as it is. */
export class RefusedService extends Error {
  override readonly name = 'RefusedService';
  readonly code: string;
  /** French, without anything of the request. */
  readonly reason: string;

  constructor(code: string, reason: string) {
    super(reason);
    this.code = code;
    this.reason = reason;
  }
}
