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

export interface VerifyOptions {
  readonly anchors: readonly Uint8Array[];
  readonly now: number;
  readonly audience: string | null;
  readonly resourceUrn: string | null;
  /** Longest validity accepted, in seconds. */
  readonly maxSeconds: number;
}

export function rejected(reason: string): RefusedAssertion {
  return new RefusedAssertion('assertion-rejected', reason);
}
