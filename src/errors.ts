/**
 * Every code an error of the SDK can carry. Stable: renaming one is a major release.
 *
 * @group Errors
 */
export type TerrESanteErrorCode =
  // configuration and use
  | 'TE_CONFIG_INVALID'
  | 'TE_UNSUPPORTED'
  | 'TE_INPUT_INVALID'
  | 'TE_PEER_MISSING'
  | 'TE_CLOSED'
  | 'TE_CANCELLED'
  | 'TE_FILE_ACCESS'
  | 'TE_AUDIT'
  | 'TE_INTERNAL'
  // identity
  | 'TE_IDENTITY_INCOMPLETE'
  | 'TE_IDENTITY_AMBIGUOUS'
  | 'TE_IDENTITY_MISMATCH'
  | 'TE_IDENTITY_PROVISIONAL'
  | 'TE_IDENTITY_STATUS'
  | 'TE_INS_INVALID'
  | 'TE_NAME_INVALID'
  | 'TE_DATE_INVALID'
  | 'TE_NATIONAL_ID_INVALID'
  | 'TE_DATAMATRIX_INVALID'
  | 'TE_WIRE_INVALID'
  | 'TE_INSI_FAULT'
  // consent and dossier
  | 'TE_CONSENT_REQUIRED'
  | 'TE_CONSENT_REFUSED'
  | 'TE_DOSSIER_ABSENT'
  | 'TE_DOSSIER_EXISTS'
  | 'TE_DOSSIER_CLOSED'
  | 'TE_NOT_IN_CIRCLE'
  | 'TE_BLOCKED_BY_PATIENT'
  | 'TE_FORBIDDEN'
  // authentication
  | 'TE_AUTHN_REQUIRED'
  | 'TE_AUTHN_REJECTED'
  | 'TE_CLOCK_SKEW'
  | 'TE_ASSERTION_INVALID'
  | 'TE_SIGNATURE_FAILED'
  | 'TE_CERTIFICATE_INVALID'
  | 'TE_KEYSTORE_INVALID'
  | 'TE_KEYSTORE_PASSWORD'
  | 'TE_CARD_ABSENT'
  | 'TE_CARD_REMOVED'
  | 'TE_NOT_A_CPS_CARD'
  | 'TE_PIN_INCORRECT'
  | 'TE_PIN_LOCKED'
  | 'TE_PIN_INVALID'
  | 'TE_PIN_REQUIRED'
  | 'TE_CONTACTLESS_NOT_SUPPORTED'
  | 'TE_MECHANISM_UNSUPPORTED'
  | 'TE_MIDDLEWARE_ERROR'
  | 'TE_INVALID_CREDENTIALS'
  | 'TE_ACCOUNT_LOCKED'
  | 'TE_PASSWORD_EXPIRED'
  | 'TE_CHANNEL_UNAVAILABLE'
  | 'TE_CODE_INVALID'
  | 'TE_CODE_EXPIRED'
  // documents
  | 'TE_DOCUMENT_INVALID'
  | 'TE_CODE_UNKNOWN'
  | 'TE_PDF_REFUSED'
  | 'TE_XML_INVALID'
  | 'TE_ARCHIVE_INVALID'
  | 'TE_NOT_NORMALISED'
  // exchange
  | 'TE_NOT_FOUND'
  | 'TE_CONFLICT'
  | 'TE_VALIDATION'
  | 'TE_DUPLICATE'
  | 'TE_DEPOSIT_REJECTED'
  | 'TE_TLS'
  | 'TE_CLIENT_CERT'
  | 'TE_PROXY'
  | 'TE_ADDRESS_INVALID'
  | 'TE_SENDER_REFUSED'
  | 'TE_RECIPIENT_UNKNOWN'
  | 'TE_MAILBOX_FULL'
  | 'TE_TOO_LARGE'
  | 'TE_MAIL_UNKNOWN_OUTCOME'
  | 'TE_OUTBOX'
  | 'TE_RATE_LIMITED'
  | 'TE_UNAVAILABLE'
  | 'TE_TIMEOUT'
  | 'TE_PROTOCOL';

/** How much a finding matters. Only `error` refuses a document. @group Errors */
export type Severity = 'error' | 'warning' | 'info';

/**
 * One explained problem: of an identity, a configuration, a certificate, an assertion, a document,
 * metadata, an archive, a mail or a description.
 *
 * `found` never holds a patient's trait or identifier: such values are described by their shape.
 *
 * @group Errors
 */
export interface Finding {
  /** Stable rule id, for example `CDA-TITLE`; `rules()` of the conformance entry lists all. */
  readonly rule: string;
  readonly severity: Severity;
  /** Where: an XPath-like or JSON-like path inside the content. */
  readonly path: string;
  /** French sentence for the user. */
  readonly message: string;
  /** The same in English, for developers. */
  readonly messageEn: string;
  /** What was found, or `null` when the thing is absent or must not be shown. */
  readonly found: string | null;
  /** Expected value or code, `null` when no single value says it. */
  readonly expected: string | null;
  /** French sentence: what to do. */
  readonly fix: string;
  /** The same in English. */
  readonly fixEn: string;
  /** Published text and section the rule comes from. */
  readonly reference: string;
}

/**
 * What every check returns. Some checks add fields of their own; these two are always there.
 *
 * @group Errors
 */
export interface CheckReport {
  /** `true` when no finding is an `error`. Warnings do not refuse. */
  readonly ok: boolean;
  readonly findings: readonly Finding[];
}

/**
 * Details of an error that are safe to log: codes, sizes, positions; never a trait, an identifier
 * or a secret.
 *
 * @group Errors
 */
export type SafeDetails = Readonly<Record<string, string | number | boolean | null | readonly string[]>>;

/** Options of TerrESanteError. @group Errors */
export interface TerrESanteErrorInit {
  readonly cause?: unknown;
  /**
   * Default: true for `TE_RATE_LIMITED`, `TE_UNAVAILABLE` and `TE_TIMEOUT`, false for all others.
   */
  readonly retryable?: boolean | undefined;
  readonly findings?: readonly Finding[] | undefined;
  readonly details?: SafeDetails | undefined;
  /** Identifier under which the far side saw the request. */
  readonly correlationId?: string | undefined;
}

/** The members that can be read; of a proxy that answers nothing, none. */
function readInit(given: unknown): TerrESanteErrorInit {
  if (typeof given !== 'object' || given === null) return {};
  try {
    return { ...given };
  } catch {
    return {};
  }
}

const brand = Symbol.for('terr-esante.error');

const retryableByDefault: ReadonlySet<TerrESanteErrorCode> = new Set([
  'TE_RATE_LIMITED',
  'TE_UNAVAILABLE',
  'TE_TIMEOUT',
]);

/**
 * Base class of every error the SDK throws on purpose.
 *
 * `message` is a French sentence that may be shown to the user; it never holds a trait, an
 * identifier or a secret.
 *
 * @example
 * ```ts
 * import { TerrESanteError } from 'terr-esante-sdk';
 *
 * const error = new TerrESanteError('TE_TIMEOUT', 'La plateforme ne répond pas.');
 * error.code; // 'TE_TIMEOUT'
 * error.retryable; // true
 * ```
 *
 * @group Errors
 */
export class TerrESanteError extends Error {
  override readonly name: string = 'TerrESanteError';
  readonly code: TerrESanteErrorCode;
  /** True when the same call may succeed later, unchanged. */
  readonly retryable: boolean;
  /** Explained problems of the content, empty when the error is not about a content. */
  readonly findings: readonly Finding[];
  readonly details: SafeDetails;
  /**
   * The identifier that went with the request: the one of a successful call's `meta`, or the
   * envelope identifier of a deposit by mail. Support finds the request by it. `null` when nothing
   * had been asked yet.
   */
  readonly correlationId: string | null;

  constructor(code: TerrESanteErrorCode, message: string, given: TerrESanteErrorInit = {}) {
    // What tells of a fault may not make another one.
    const init = readInit(given);
    super(typeof (message as unknown) === 'string' ? message : '', 'cause' in init ? { cause: init.cause } : undefined);
    this.code = code;
    this.retryable = init.retryable ?? retryableByDefault.has(code);
    this.findings = init.findings ?? [];
    this.details = init.details ?? {};
    this.correlationId = init.correlationId ?? null;
    Object.defineProperty(this, brand, { value: true });
  }

  /** What a log may keep: no stack, no cause. */
  toJSON(): {
    name: string;
    code: TerrESanteErrorCode;
    message: string;
    retryable: boolean;
    details: SafeDetails;
    correlationId: string | null;
    findings: readonly Finding[];
  } {
    const { name, code, message, retryable, details, correlationId, findings } = this;
    return { name, code, message, retryable, details, correlationId, findings };
  }
}

/**
 * Tells whether a value is an error of the SDK. Works when two copies of the package are loaded
 * (ES module and CommonJS, or two versions), where `instanceof` does not.
 *
 * @example
 * ```ts
 * import { isTerrESanteError } from 'terr-esante-sdk';
 * import { parseIns } from 'terr-esante-sdk/identity';
 *
 * let shown = null;
 * try {
 *   parseIns('1 23', { oid: '1.2.250.1.213.1.4.10', environment: 'test' });
 * } catch (error) {
 *   if (!isTerrESanteError(error)) throw error;
 *   shown = { code: error.code, sentence: error.message, again: error.retryable };
 * }
 * shown; // { code: 'TE_INS_INVALID', sentence: 'Matricule INS : longueur impossible (15 caractères attendus).', again: false }
 * ```
 *
 * @group Errors
 */
export function isTerrESanteError(value: unknown): value is TerrESanteError {
  try {
    return typeof value === 'object' && value !== null && brand in value;
  } catch {
    // A proxy of somebody else that answers nothing.
    return false;
  }
}
