import type { Answered, BindingCall, BoundPatient } from './call.ts';
import type { PlansBinding } from './plans.ts';

/** How a home is entered: keys, code of the door. Never log, print or keep. @group Bindings */
export interface HomeAccess {
  readonly id: string;
  readonly text: string;
  readonly start: string | null;
  readonly end: string | null;
}

/** What is told of the access to a home. @group Bindings */
export interface HomeAccessRecords {
  readonly entries: readonly HomeAccess[];
  /** Those that cannot be read, or may mean their contrary. */
  readonly unread: number;
}

/** Plans of interventions at home. @group Bindings */
export interface InterventionPlanBinding extends PlansBinding {
  getAccessInfo(patient: BoundPatient, call: BindingCall): Promise<Answered<HomeAccessRecords>>;
}
