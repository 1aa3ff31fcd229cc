import type { CheckReport, Finding, TerrESanteErrorCode } from '../../errors.ts';
import type { CallOptions } from '../../internal/abort.ts';

/**
 * What a diagnosis looks at, in this order. `card` is the reader and its card, where the provider
 * reads cards; `expiry` the dates of the certificates of this side and of the authorities that are
 * trusted, 30 days ahead; `resolution` the name of the platform's server, `platform` its TLS and
 * its answer; `read` one reading that names no patient, with `sign`; `deposit` the mail server that
 * takes the deposits; `replies` the mailbox to which reports come, where there is one.
 *
 * @group Diagnosis
 */
export type DiagnosisTopic =
  | 'configuration'
  | 'card'
  | 'certificate'
  | 'expiry'
  | 'signature'
  | 'resolution'
  | 'platform'
  | 'clock'
  | 'read'
  | 'deposit'
  | 'replies';

/** One answer of a diagnosis. Holds nothing of a patient. @group Diagnosis */
export interface DiagnosisStep {
  readonly topic: DiagnosisTopic;
  /** `unknown`: could not be tried, for the reason in the message. */
  readonly state: 'ok' | 'warning' | 'error' | 'unknown';
  /** French sentence for the user. */
  readonly message: string;
  readonly findings: readonly Finding[];
  /** What was thrown, when something was. */
  readonly error: {
    readonly code: TerrESanteErrorCode;
    readonly retryable: boolean;
    /** Word of a lower layer, for example `CERT_HAS_EXPIRED` or `ECONNREFUSED`. */
    readonly reason: string | null;
  } | null;
}

/** Why a client works or does not: `findings` are those of all steps. @group Diagnosis */
export interface Diagnosis extends CheckReport {
  /** No step is an error: neither by its findings, nor because it failed. */
  readonly ok: boolean;
  readonly steps: readonly DiagnosisStep[];
}

/** Options of `te.diagnose()`. @group Diagnosis */
export interface DiagnoseOptions extends CallOptions {
  /**
   * Signs an assertion that names no patient, then reads a count with it; a card asks for its PIN.
   *
   * @defaultValue `false`
   */
  readonly sign?: boolean | undefined;
}
