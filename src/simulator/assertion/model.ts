/** Why an assertion is refused, as codes of the wire. */
export type AssertionRefusal =
  'assertion-absent' | 'assertion-expired' | 'assertion-not-yet-valid' | 'assertion-rejected' | 'certificate-rejected';

export class RefusedAssertion extends Error {
  override readonly name = 'RefusedAssertion';
  readonly refusal: AssertionRefusal;
  /** Never holds a value of the assertion. */
  readonly reason: string;

  constructor(refusal: AssertionRefusal, reason: string) {
    super(reason);
    this.refusal = refusal;
    this.reason = reason;
  }
}

/** What the signed bytes say. */
export interface AcceptedAssertion {
  readonly id: string;
  /** National identifier of the professional. */
  readonly nameId: string;
  readonly structureId: string;
  /** HL7 CX, `null` when the assertion names no patient. */
  readonly resourceId: string | null;
  /** TRE_R248-ModeAcces. */
  readonly purpose: string;
}

/** What the platform demands of an assertion. */
export interface VerifyOptions {
  readonly anchors: readonly Uint8Array[];
  readonly now: number;
  /**
   * Its own name, which the assertion must hold; `null`: it has none, and takes no assertion that
   * is made for somebody.
   */
  readonly audience: string | null;
  readonly resourceUrn: string | null;
  /** Whether the assertion is the whole text: no envelope, no declaration. */
  readonly alone: boolean;
  /** Longest validity accepted, in seconds. */
  readonly maxSeconds: number;
  /** How much the clocks may differ, in milliseconds. */
  readonly skewMs: number;
  /** Its own address, which a confirmation may name. */
  readonly recipient?: string | undefined;
  readonly environment?: 'test' | 'production' | undefined;
  readonly allowNoEnd?: boolean | undefined;
  /** Whether it may ask to be used once; whoever allows it keeps its word. */
  readonly allowOneTimeUse?: boolean | undefined;
  /** Longest time since the assertion was issued, in milliseconds. */
  readonly maxAgeMs?: number | undefined;
  /** A structure that a signer may speak for beside its own. */
  readonly declaredStructureId?: string | undefined;
}

export function rejected(reason: string): RefusedAssertion {
  return new RefusedAssertion('assertion-rejected', reason);
}
