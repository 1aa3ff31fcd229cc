import type { Finding } from '../../errors.ts';
import { finding, hasError } from '../../internal/finding.ts';
import { checkMatricule } from '../ins/matricule.ts';
import { checkInsOid, findInsOid } from '../ins/oid.ts';
import type { IdentityAttribute, IdentityStatus, PatientIns } from '../patient.ts';
import { refusal } from '../refusal.ts';
import { checkIdentityStatus, factsOf } from './check.ts';
import { statusRules } from './rules.ts';

type Homonym = 'HOMA' | 'HOMD';
type HomonymOnly = readonly [] | readonly [Homonym];

interface StateBase {
  /** INS that were active before, the latest last. */
  readonly insHistory: readonly PatientIns[];
}

/** Provisional: the only status that takes *douteux* and *fictif*. @group Status */
export interface ProvisionalIdentity extends StateBase {
  readonly status: 'PROV';
  readonly attributes: HomonymOnly | readonly ['DOUT'] | readonly ['DOUT', Homonym] | readonly ['FICT'];
  readonly ins: null;
}

/** Validated: a high-confidence document was checked, the INSi was not asked. @group Status */
export interface ValidatedIdentity extends StateBase {
  readonly status: 'VALI';
  readonly attributes: HomonymOnly;
  readonly ins: null;
}

/** Retrieved or qualified: the INSi gave the INS. @group Status */
export interface InsIdentity extends StateBase {
  readonly status: 'RECUP' | 'QUAL';
  readonly attributes: HomonymOnly;
  readonly ins: PatientIns;
}

/**
 * Status, attributes and INS of an identity: only the allowed combinations are values of this type.
 *
 * @group Status
 */
export type IdentityState = ProvisionalIdentity | ValidatedIdentity | InsIdentity;

/** What is known of a stored state, before it is checked. @group Status */
export interface IdentityStateInput {
  readonly status: IdentityStatus;
  readonly attributes?: readonly IdentityAttribute[] | undefined;
  readonly ins?: PatientIns | null | undefined;
  readonly insHistory?: readonly PatientIns[] | undefined;
}

/**
 * Something that happens to an identity.
 *
 * - `ins-retrieved`: the INSi answered one identity, and its traits agree with those of the person;
 * - `ins-lost`: the INSi refuses the INS, or it is invalidated;
 * - `verified`: a high-confidence identity document was checked; `proof` is its code, chosen by the
 *   user;
 * - `verification-lost`: the check no longer holds;
 * - `apcv-read`: the identity, INS included, was read from the application carte Vitale;
 * - `attribute-set`, `attribute-cleared`: homonym, doubtful or fictitious.
 *
 * @group Status
 */
export type IdentityEvent =
  | { readonly type: 'ins-retrieved'; readonly ins: PatientIns }
  | { readonly type: 'ins-lost' }
  | { readonly type: 'verified'; readonly proof: string; readonly acceptedProofs?: readonly string[] | undefined }
  | { readonly type: 'verification-lost' }
  | { readonly type: 'apcv-read'; readonly ins: PatientIns }
  | { readonly type: 'attribute-set'; readonly attribute: IdentityAttribute }
  | { readonly type: 'attribute-cleared'; readonly attribute: IdentityAttribute };

/**
 * Codes of the proofs of identity of FR Core. Which ones a structure accepts is its own choice:
 * give `acceptedProofs`.
 *
 * @see FR Core, code system fr-core-cs-mode-validation-identity
 * @group Status
 */
export const identityProofs: readonly string[] = [
  'CN',
  'PA',
  'CS',
  'eCN',
  'IN',
  'AV',
  'LECV',
  'AN',
  'LEP',
  'CC',
  'ANCV',
];

type Move = Extract<keyof typeof statusRules, `IDENTITY-TRANSITION-${string}`>;

function refuse(rule: Move): never {
  throw refusal('TE_IDENTITY_STATUS', [finding(statusRules, rule, { path: 'identityStatus' })]);
}

/**
 * Checks a stored state and returns it frozen; an illegal one cannot be built.
 *
 * @throws TerrESanteError `TE_IDENTITY_STATUS` with the findings of `checkIdentityStatus`, or those
 *   of the number.
 *
 * @example
 * ```ts
 * import { createIdentityState } from 'terr-esante-sdk/identity/status';
 *
 * createIdentityState({ status: 'PROV' }).ins; // null
 * ```
 *
 * @group Status
 */
export function createIdentityState(input: IdentityStateInput): IdentityState {
  const { status, attributes = [], insHistory = [] } = input;
  const stored = input.ins ?? null;
  const findings: Finding[] = [...checkIdentityStatus({ status, attributes, ins: stored !== null }).findings];
  let ins = stored;
  if (stored) {
    const matricule = checkMatricule(stored.value, findings);
    const wrongOid = checkInsOid(stored.oid, undefined, 'ins.oid');
    if (wrongOid) findings.push(wrongOid);
    const entry = findInsOid(stored.oid);
    if (matricule !== null && entry) ins = Object.freeze({ value: matricule.text, oid: stored.oid, kind: entry.kind });
  }
  if (hasError(findings)) throw refusal('TE_IDENTITY_STATUS', findings);
  const order: readonly IdentityAttribute[] = ['DOUT', 'FICT', 'HOMA', 'HOMD'];
  return Object.freeze({
    status,
    attributes: Object.freeze(order.filter((attribute) => attributes.includes(attribute))),
    ins,
    insHistory: Object.freeze([...insHistory]),
  }) as IdentityState;
}

function statusOf(insi: boolean, verified: boolean): IdentityStatus {
  return insi ? (verified ? 'QUAL' : 'RECUP') : verified ? 'VALI' : 'PROV';
}

/**
 * Moves an identity to its next state. Only the moves that the two facts allow exist (INSi: PROV to
 * RECUP, VALI to QUAL; document: PROV to VALI, RECUP to QUAL; and back); any other is refused.
 * Setting *douteux* or *fictif* always leads to PROV and invalidates the INS, which goes to the
 * history.
 *
 * The rule on the application carte Vitale and those on the attributes are those of the Référentiel
 * national d'identitovigilance; the list of moves is our reading of the two facts.
 *
 * @throws TerrESanteError `TE_IDENTITY_STATUS`
 *
 * @example
 * ```ts
 * import { createIdentityState, moveIdentity } from 'terr-esante-sdk/identity/status';
 *
 * const provisional = createIdentityState({ status: 'PROV' });
 * const retrieved = moveIdentity(provisional, { type: 'ins-retrieved', ins: { value: '285019999999936', oid: '1.2.250.1.213.1.4.10' } });
 * retrieved.status; // 'RECUP'
 * moveIdentity(retrieved, { type: 'verified', proof: 'PA' }).status; // 'QUAL'
 * ```
 *
 * @group Status
 */
export function moveIdentity(state: IdentityState, event: IdentityEvent): IdentityState {
  const current = createIdentityState(state);
  const { insi, verified } = factsOf(current.status) ?? { insi: false, verified: false };
  const attributes: readonly IdentityAttribute[] = current.attributes;
  const history = current.ins ? [...current.insHistory, current.ins] : current.insHistory;
  const closed = attributes.includes('DOUT') || attributes.includes('FICT');
  switch (event.type) {
    case 'ins-retrieved':
      if (closed) refuse('IDENTITY-TRANSITION-CLOSED');
      if (insi) refuse('IDENTITY-TRANSITION-INS-ACTIVE');
      return createIdentityState({ ...current, status: statusOf(true, verified), ins: event.ins });
    case 'apcv-read':
      if (closed) refuse('IDENTITY-TRANSITION-CLOSED');
      if (insi && current.ins?.value !== event.ins.value) {
        refuse('IDENTITY-TRANSITION-INS-ACTIVE');
      }
      return createIdentityState({ ...current, status: 'QUAL', ins: event.ins });
    case 'ins-lost':
      if (!insi) refuse('IDENTITY-TRANSITION-NO-INS');
      return createIdentityState({ ...current, status: statusOf(false, verified), ins: null, insHistory: history });
    case 'verified':
      if (closed) refuse('IDENTITY-TRANSITION-CLOSED');
      if (verified) refuse('IDENTITY-TRANSITION-VERIFIED');
      if (!(event.acceptedProofs ?? identityProofs).includes(event.proof)) {
        refuse('IDENTITY-TRANSITION-PROOF');
      }
      return createIdentityState({ ...current, status: statusOf(insi, true) });
    case 'verification-lost':
      if (!verified) refuse('IDENTITY-TRANSITION-NOT-VERIFIED');
      return createIdentityState({ ...current, status: statusOf(insi, false) });
    case 'attribute-set': {
      const next = [...attributes, event.attribute];
      if (event.attribute !== 'DOUT' && event.attribute !== 'FICT') {
        return createIdentityState({ ...current, attributes: next });
      }
      return createIdentityState({ status: 'PROV', attributes: next, ins: null, insHistory: history });
    }
    case 'attribute-cleared':
      return createIdentityState({ ...current, attributes: attributes.filter((one) => one !== event.attribute) });
    default:
      return refuse('IDENTITY-TRANSITION-EVENT');
  }
}
