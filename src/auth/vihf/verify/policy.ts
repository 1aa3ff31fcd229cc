import {
  bytesListOf,
  bytesOf,
  currentTime,
  needed,
  optionalText,
  reading,
  type Checks,
} from '../../../internal/border.ts';
import { anything, choice, flag, number, runtime as runtimeCheck, text } from '../../../internal/option-checks.ts';
import { clockSkewMs, longestClockSkewMs } from '../../../internal/clock-skew.ts';
import type { Runtime } from '../../../internal/runtime.ts';
import type { CertificateIdentity } from '../../certificates/identity.ts';

/** What a receiver demands of an assertion. @group VIHF verification */
export interface AssertionPolicy {
  /**
   * In DER: the self-signed ones are trusted, the others are intermediates. The certificate in the
   * assertion is never trusted by itself.
   */
  readonly anchors: readonly Uint8Array[];
  /**
   * Clocks may differ by this much, in milliseconds, ten minutes at most.
   *
   * @defaultValue `60_000`
   */
  readonly skewMs?: number | undefined;
  /** Our own name: an assertion with an `AudienceRestriction` must hold it. */
  readonly audience?: string | undefined;
  /** Our own address: a `SubjectConfirmationData` with a `Recipient` must hold it. */
  readonly recipient?: string | undefined;
  /** `Ressource_URN` that the assertion must name. */
  readonly resourceUrn?: string | undefined;
  /** Refuses certificates of the other environment. */
  readonly environment?: 'test' | 'production' | undefined;
  /**
   * In the indirect modes, a structure that the signer may speak for beside the one of its own
   * certificate: its identifier, or a function that knows which (a legal entity and its sites). An
   * assertion that declares yet another structure is refused.
   *
   * @defaultValue the structure of the certificate alone
   */
  readonly declaredStructureId?: string | ((structureId: string, signer: CertificateIdentity) => boolean) | undefined;
  /** Accepts an assertion without `NotOnOrAfter`. @defaultValue `false` */
  readonly allowNoEnd?: boolean | undefined;
  /** Longest time since `IssueInstant`, in milliseconds. */
  readonly maxAgeMs?: number | undefined;
  /** The moment of the check is what its clock says. @defaultValue the system clock */
  readonly runtime?: Runtime | undefined;
}

/** Whether a signer may speak for a structure: `true` and nothing else lets it. */
type StructureMatcher = (structureId: string, signer: CertificateIdentity) => boolean;

/** What a policy may say; verification and explanation each add a name of their own. */
export const policyChecks: Checks<AssertionPolicy> = {
  anchors: needed(bytesListOf),
  skewMs: number({ max: longestClockSkewMs }),
  audience: text,
  recipient: text,
  resourceUrn: text,
  environment: choice('test', 'production'),
  allowNoEnd: flag,
  maxAgeMs: number(),
  // Text or function: judged with its own words.
  declaredStructureId: anything,
  runtime: runtimeCheck,
};

/** A policy whose values were checked, with the moment of the check. */
export interface CheckedPolicy {
  readonly anchors: readonly Uint8Array[];
  /** Milliseconds since 1970. */
  readonly now: number;
  readonly skewMs: number;
  readonly audience: string | undefined;
  readonly recipient: string | undefined;
  readonly resourceUrn: string | undefined;
  readonly environment: 'test' | 'production' | undefined;
  readonly mayDeclare: StructureMatcher;
  readonly allowNoEnd: boolean;
  readonly maxAgeMs: number | undefined;
}

/** The text or bytes of an assertion; anything else is the fault of the caller, not of a sender. */
export function checkAssertionInput(input: unknown): string | Uint8Array {
  return typeof input === 'string' ? input : bytesOf('input', input);
}

/**
 * The policy with its defaults, at the moment of the check.
 *
 * @param policy - which `policyChecks` let through: a value that is no number of the right kind
 *   would switch the rule off that uses it
 */
export function checkPolicy(policy: AssertionPolicy): CheckedPolicy {
  const { skewMs = clockSkewMs, allowNoEnd = false, runtime, ...rest } = policy;
  const { anchors, audience, recipient, resourceUrn, environment, maxAgeMs } = rest;
  const now = currentTime(runtime);
  const mayDeclare = structureMatcher(policy.declaredStructureId);
  return { anchors, now, skewMs, audience, recipient, resourceUrn, environment, mayDeclare, allowNoEnd, maxAgeMs };
}

function structureMatcher(declared: AssertionPolicy['declaredStructureId']): StructureMatcher {
  if (typeof declared === 'function') {
    return (structureId, signer) =>
      reading('declaredStructureId', () => declared(structureId, signer) as unknown) === true;
  }

  const only = optionalText('declaredStructureId', declared);
  return (structureId) => structureId === only;
}
