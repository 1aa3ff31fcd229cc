import type { Runtime } from '../../internal/runtime.ts';
import type { SimulatedMail } from '../model.ts';
import type { JudgedDocument } from '../registry/register.ts';
import type { SubmittedObjects } from '../registry/submission.ts';
import type { DossierState, PlatformState } from '../state/state.ts';

/** What a deposit is taken in with. */
export interface IntakeOptions {
  readonly state: PlatformState;
  readonly runtime: Runtime;
  readonly depositAddress: string;
  readonly maxMessageBytes: number;
  readonly requireIns: boolean;
  /** An integration code to refuse the next deposit with, consumed. */
  readonly rejection: () => string | undefined;
  /** Whether the next report is lost, consumed. */
  readonly loseReport: () => boolean;
  /** A report to leave in a mailbox. */
  readonly deliver: (mail: SimulatedMail) => void;
}

/** A document that may be filed. */
export interface AcceptedDocument {
  readonly dossier: DossierState;
  readonly document: Exclude<JudgedDocument['document'], { readonly submittedAt: number }>;
  /** The same version is there already. */
  readonly duplicate: boolean;
}

/** A submission set of a deposit, none of which is refused. */
export interface AcceptedSet {
  readonly objects: SubmittedObjects;
  /** In the order of the entries. */
  readonly documents: readonly AcceptedDocument[];
}
