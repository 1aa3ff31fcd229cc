import type { CallOptions } from '../../internal/abort.ts';
import type { PlatformOperation } from '../../platform/index.ts';
import type { Answered, BindingCall, BoundPatient, PlatformBinding } from '../../transport/index.ts';
import type { Access } from '../audit/trail.ts';
import type { CallMeta, Purpose } from '../call.ts';
import type { CallEvent } from '../events.ts';

/** Operations of the platform's own services, which carry a VIHF. */
export type ServiceOperation = Exclude<PlatformOperation, 'documents.deposit' | 'portal.launch' | 'insi'>;

/** What a call needs beside its own arguments. */
export interface CallPlan<T> {
  readonly operation: ServiceOperation;
  readonly patient: BoundPatient | null;
  readonly purpose: Purpose;
  /** Of an emergency. @defaultValue none */
  readonly reason?: string | null | undefined;
  /** What the journal says beside. @defaultValue the operation, of nothing in particular */
  readonly access?: Partial<Pick<Access, 'action' | 'object' | 'patient' | 'reason'>> | undefined;
  readonly options: CallOptions;
  /** `undefined`: this binding does not carry the operation. */
  readonly send: (binding: PlatformBinding) => ((call: BindingCall) => Promise<Answered<T>>) | undefined;
}

/** An exchange with the platform or another service. */
export interface ExchangePlan extends Pick<CallEvent, 'operation' | 'binding'> {
  readonly options: CallOptions;
  /** What the journal says of it. @defaultValue the operation, of no patient */
  readonly access?: Partial<Access> | undefined;
  /** What is said when the deadline passes. */
  readonly late: string;
  /** One name for several exchanges. @defaultValue one of its own */
  readonly correlationId?: string | undefined;
}

/** The same of a call that is answered by pages. */
export interface PagesPlan<T> extends Omit<CallPlan<T>, 'send'> {
  readonly send: (binding: PlatformBinding) => ((call: BindingCall) => AsyncIterable<Answered<T>>) | undefined;
}

export interface Called<T> {
  readonly value: T;
  readonly meta: CallMeta;
}
