import type { Submission } from '../../documents/index.ts';
import type { LocalIdentifier } from '../../identity/index.ts';
import type { CallOptions } from '../../internal/abort.ts';
import type { Runtime } from '../../internal/runtime.ts';
import type { DepositAcceptance, DepositChannel, DepositMessage, SendOptions } from '../deposit.ts';
import type { HttpClient } from '../http/model.ts';
import type { OutboxCarrier } from '../outbox/outbox-model.ts';
import type { FindOut } from '../outbox/worker-model.ts';

/** Everything a deposit to a FHIR server needs. @group FHIR */
export interface FhirTransportConfig {
  readonly http: HttpClient;
  /** Base of the server, without parameters. */
  readonly baseUrl: string;
  /**
   * Value of the `Authorization` header, asked at each request: a deposit may leave days after it
   * was made. With `renew` the server has refused the one before.
   */
  readonly authorization?:
    | ((
        about: CallOptions & {
          readonly renew: boolean;
          /** Who deposited, where several share an outbox. */
          readonly depositor: string | null;
          /** Whose document it is: an assertion names its patient. */
          readonly patient: LocalIdentifier;
          /** What the practice calls this patient, where the deposit says it beside an INS. */
          readonly sourceId: LocalIdentifier | null;
        },
      ) => Promise<string>)
    | undefined;
  /**
   * How a replaced document is told: the deposit itself marks the old one as superseded (`patch`),
   * or the server does on seeing `relatesTo`.
   *
   * @defaultValue `'patch'`
   */
  readonly replaceStyle?: 'patch' | 'relatesTo' | undefined;
  /**
   * Whether an address may name the patient: a server that has no search of patients is then asked
   * for the id by ITI-83. The platform must permit it.
   *
   * @defaultValue `false`
   */
  readonly allowPatientInAddress?: boolean | undefined;
  /** Longest answer, in bytes. @defaultValue `16_777_216` */
  readonly maxResponseBytes?: number | undefined;
  readonly runtime?: Runtime | undefined;
}

/** Deposits to a FHIR server, at once or as the carrier of an outbox. @group FHIR */
export interface FhirTransport extends DepositChannel, OutboxCarrier {
  readonly channel: 'fhir';
  readonly whenUnknown: 'wait';
  readonly findOut: FindOut;
  /** The transaction, without what only the server knows; identifiers name it in an outbox. */
  compose(
    submission: Submission,
    identifiers?: { readonly messageId: string; readonly envelopeId: string },
  ): Promise<DepositMessage>;
  /** Sends a composed deposit; a retry passes the same one. */
  send(message: DepositMessage, options?: SendOptions): Promise<DepositAcceptance>;
}
