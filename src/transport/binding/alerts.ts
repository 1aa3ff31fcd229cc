import type { LocalIdentifier } from '../../identity/index.ts';
import type { Answered, BindingCall, BoundPatient } from './call.ts';
import type { CareCircleContact } from './care-circle.ts';

/** Admission to a hospital, or discharge from one (TRE_R254: `ADM`, `SOR`). @group Bindings */
export type AlertType = 'admission' | 'discharge';

/** A hospital or a service of it, as an alert names it. @group Bindings */
export interface AlertFacility {
  readonly ids: readonly LocalIdentifier[];
  readonly name: string | null;
  readonly contacts: readonly CareCircleContact[];
  /** In one line. */
  readonly address: string | null;
}

/** A message about an admission or a discharge. @group Bindings */
export interface AlertRecord {
  readonly id: string;
  /** The subscription that it answers. */
  readonly subscription: string;
  readonly type: AlertType;
  /** `null` when the message does not tell it. */
  readonly facility: AlertFacility | null;
  /**
   * ISO 8601, UTC; a day, a month or a year where the hospital told no more; `null` when it told
   * nothing.
   */
  readonly occurredAt: string | null;
  readonly emittedAt: string | null;
  /** When the platform took it in, or changed it last: ISO 8601, UTC. */
  readonly receivedAt: string | null;
  readonly title: string | null;
  /** Plain text, whatever it looks like; never log. */
  readonly text: string | null;
  /** The hospital took it back. */
  readonly isCancelled: boolean;
  /** Messages whose place it takes. */
  readonly replaces: readonly string[];
}

/** The messages that answer some subscriptions. @group Bindings */
export interface AlertMessages {
  readonly messages: readonly AlertRecord[];
  /** Messages of these subscriptions that are no alert that can be read. */
  readonly unread: number;
  /** `false`: the platform announces more than it gave. */
  readonly isComplete: boolean;
}

/** A subscription, and whose admissions and discharges it is about. @group Bindings */
export interface SubscribedPatient {
  readonly id: string;
  readonly patient: LocalIdentifier;
}

/** Which messages are asked for. @group Bindings */
export interface AlertQuery {
  readonly subscriptions: readonly SubscribedPatient[];
  /** Inclusive, on the platform's clock, ISO 8601 UTC; `null`: from the first one on. */
  readonly since: string | null;
}

/** A subscription to ask for. @group Bindings */
export interface AlertSubscribing {
  readonly type: AlertType;
  /** The hospital whose alerts are wanted, by its FINESS. */
  readonly facility: { readonly finess: string; readonly name: string };
  /** ISO 8601, UTC. */
  readonly from: string;
  readonly until: string | null;
  /** MSSanté address that the platform may write to. */
  readonly mailbox: string;
}

/** A subscription as the platform keeps it. @group Bindings */
export interface AlertSubscriptionRecord {
  readonly id: string;
  /** Only an `active` one brings alerts; `null` when the platform does not tell. */
  readonly status: 'requested' | 'active' | 'error' | 'off' | null;
  /** What the platform says of an error; never log. */
  readonly problem: string | null;
  readonly type: AlertType | null;
  readonly facility: AlertFacility | null;
  readonly reason: string | null;
  /** Where it writes to. */
  readonly mailbox: string | null;
  /** ISO 8601, UTC. */
  readonly askedAt: string | null;
  readonly from: string | null;
  readonly until: string | null;
}

/** Hospital alert transactions. @group Bindings */
export interface AlertsBinding {
  list(query: AlertQuery, call: BindingCall): Promise<Answered<AlertMessages>>;
  subscribe(
    patient: BoundPatient,
    subscribing: AlertSubscribing,
    call: BindingCall,
  ): Promise<Answered<AlertSubscriptionRecord>>;
  /** To end one that is gone is a success. */
  unsubscribe(id: string, call: BindingCall): Promise<Answered<null>>;
}
