import type { PatientTraits } from '../../identity/index.ts';

/** A text in both languages. @group Conformance kit */
export interface BilingualText {
  readonly fr: string;
  readonly en: string;
}

/**
 * Where a demand comes from: `S` the texts of the platform, `N` a national text or a published
 * standard, `D` inferred by us.
 *
 * @group Conformance kit
 */
export type EvidenceGrade = 'S' | 'N' | 'D';

/** What an editor can claim. @group Conformance kit */
export type ConformanceProfile = 'mail-only';

/** A gesture that the kit asks for: never an internal call. @group Conformance kit */
export type Act =
  | 'patient.open'
  | 'patient.edit'
  | 'document.deposit'
  | 'document.replace'
  | 'deposit.state'
  | 'reports.read'
  | 'config.set'
  | 'app.start'
  | 'app.stop'
  | 'app.kill';

/** How an act ended, as the software tells it. @group Conformance kit */
export type ActOutcome = 'done' | 'refused' | 'pending' | 'failed' | 'unsupported';

/** What is tried on one value. `$patient.…` in a text stands for a value of the patient. */
export type ValueTest =
  | { readonly equals: ScenarioValue }
  | { readonly in: readonly ScenarioValue[] }
  | { readonly matches: string }
  /** None of these stands in the value, which may be absent. */
  | { readonly lacks: readonly string[] }
  | { readonly present: boolean };

export type ScenarioValue = string | number | boolean | null;

/** A number, or its limits. */
export type Count = number | { readonly min?: number; readonly max?: number };

/** What is looked at. Content goes to the checks of the package, by prefix of their rules. */
export type Query =
  /** Messages about the patients of the scenario. */
  | { readonly mails: Count }
  /** Documents in their dossiers, on the far side. */
  | { readonly filed: Count }
  /** No message about these patients, from the act to the end of the run. */
  | { readonly silent: true }
  /** Nothing of the software was read as a message while the scenario ran. */
  | { readonly untouched: 'mail' | 'data-half' }
  /** Each message, at a path of its decoded form. */
  | { readonly every: string; readonly is: ValueTest }
  /** Equal in all messages of the scenario, of which there are two at least. */
  | { readonly same: readonly string[] }
  /** Never twice in the whole run, but in copies of one message. */
  | { readonly distinct: string }
  /** The answer to an act, by its number among the acts of the scenario, from 1; 0 is any. */
  | { readonly answer: number; readonly outcome: readonly ActOutcome[] }
  | { readonly answer: number; readonly value: string; readonly is: ValueTest }
  /** The sentence that was shown: French words, one of which at least stands in it. */
  | { readonly answer: number; readonly told: readonly string[] }
  /** No error of these rules in any message. */
  | { readonly check: readonly string[] }
  /** What was planted in the run stands in none of the files of the software. */
  | { readonly files: 'logs' | 'data'; readonly lack: readonly ('traits' | 'ins' | 'secrets' | 'subjects')[] }
  | { readonly custom: string };

/** Where an assertion looks: wire, state of the far side, answer, files. @group Conformance kit */
export type Channel = 'W' | 'S' | 'A' | 'F';

/** How much an assertion weighs. @group Conformance kit */
export type AssertionSeverity = 'mandatory' | 'recommended' | 'information';

export interface ScenarioAssertion {
  readonly rule: string;
  readonly severity: AssertionSeverity;
  readonly channel: Channel;
  readonly query: Query;
  /** Why an inferred demand is mandatory: a safety invariant. */
  readonly safety?: string;
}

/** Where the dialogue of the mail server is disturbed, and how. */
export interface MailFault {
  readonly at: 'connect' | 'mail' | 'rcpt' | 'data-half' | 'data-end';
  readonly do: 'close' | 'hang' | 'half-reply' | 'keep-and-close' | 'reply';
  readonly reply?: { readonly code: number; readonly text: string };
  readonly times?: number;
}

/** Which mail server the software meets. */
export type ServerVariant =
  | 'usual'
  | 'no-starttls'
  | 'unknown-authority'
  | 'wrong-name'
  | 'expired'
  | 'old-tls'
  | 'small'
  | 'certificate-asked'
  | 'away';

/** A report that the far side sends about the last message of the scenario. */
export interface ReportStep {
  readonly kind: 'processed' | 'error' | 'ko-mail' | 'bounce' | 'integration-error' | 'subject-only' | 'hostile';
  readonly code?: string;
  readonly form?: 'older';
  /** Mailbox that says it, when it is not the one written to. */
  readonly from?: string;
  /** The same bytes once more. */
  readonly again?: true;
  readonly later?: string;
}

export type Step =
  | {
      readonly act: Act;
      /** Which patient of the scenario. @defaultValue the first */
      readonly patient?: number;
      readonly input?: Readonly<Record<string, ScenarioValue | readonly string[]>>;
      /** The next step does not wait for the message of a deposit. */
      readonly unawaited?: true;
    }
  | { readonly fault: MailFault }
  | { readonly server: ServerVariant }
  | { readonly report: ReportStep }
  | { readonly reports: 'by-the-platform' }
  | { readonly await: { readonly mails: number }; readonly ms: number }
  /** Real time. */
  | { readonly pauseMs: number }
  | { readonly clock: string };

/** What is otherwise in a patient of a scenario. */
export interface PatientPatch {
  readonly traits?: Partial<PatientTraits>;
  /** Traits that are taken away. */
  readonly without?: readonly (keyof PatientTraits)[];
  readonly status?: 'PROV' | 'RECUP' | 'VALI' | 'QUAL';
  readonly ins?: null | 'wrong-key';
  readonly localId?: string;
  /** A dossier on the far side. @defaultValue `true` */
  readonly dossier?: boolean;
}

/** One scenario: pure data. */
export interface Scenario {
  readonly id: string;
  readonly revision: number;
  readonly status: 'draft' | 'stable' | 'retired';
  readonly since: string;
  readonly title: BilingualText;
  readonly purpose: BilingualText;
  readonly profiles: readonly ConformanceProfile[];
  readonly sources: readonly { readonly doc: string; readonly section: string; readonly grade: EvidenceGrade }[];
  readonly world: { readonly patients: readonly PatientPatch[] };
  /** The positive scenario that must have passed. */
  readonly control: string | null;
  /** Changes what all share: alone, at the end. */
  readonly exclusive: boolean;
  readonly steps: readonly Step[];
  readonly assert: readonly ScenarioAssertion[];
  readonly fix: BilingualText;
}
