import type { AssertionSeverity, BilingualText, EvidenceGrade } from '../scenario/model.ts';

/** What was seen of one demand. @group Conformance kit */
export type AssertionOutcome = 'met' | 'broken' | 'not-observed' | 'not-applicable';

/** How a scenario ended. @group Conformance kit */
export type Verdict = 'passed' | 'warning' | 'failed' | 'not-applicable' | 'not-run';

/** Why a scenario was not run, or proved nothing. @group Conformance kit */
export type NotRunReason =
  | 'manual'
  | 'channel-missing'
  | 'control-failed'
  | 'unanswered'
  | 'unsupported'
  | 'nothing-observed'
  | 'filtered'
  | 'draft'
  | 'kit-error';

/** One demand of a scenario, judged. @group Conformance kit */
export interface AssertionResult {
  readonly rule: string;
  readonly severity: AssertionSeverity;
  readonly outcome: AssertionOutcome;
  /** What was looked at. */
  readonly query: string;
  /** Without traits: those of the fictive patients are named, such as `«DEP-16.1.birthName»`. */
  readonly found: string | null;
  readonly expected: string | null;
  /** Numbers in the journal, and the messages by their hash. */
  readonly evidence: readonly { readonly seq: number; readonly sha256: string | null; readonly size: number | null }[];
}

/** One scenario, judged. @group Conformance kit */
export interface ScenarioResult {
  readonly id: string;
  readonly revision: number;
  readonly status: 'draft' | 'stable' | 'retired';
  readonly title: BilingualText;
  readonly grade: EvidenceGrade;
  readonly wire: 'standard' | 'private';
  readonly verdict: Verdict;
  readonly reason: NotRunReason | null;
  readonly assertions: readonly AssertionResult[];
  readonly fix: BilingualText;
  /** Of the waiver that covers the failure. */
  readonly waiver: { readonly reason: string; readonly owner: string; readonly expires: string } | null;
  /** Real time, in milliseconds. */
  readonly ms: number;
}
