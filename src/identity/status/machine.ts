import type { Finding } from '../../errors.ts';
import { finding, hasError } from '../../internal/finding.ts';
import { checkMatricule } from '../ins/matricule.ts';
import { checkInsOid, findInsOid } from '../ins/oid.ts';
import type { IdentityAttribute, IdentityStatus, PatientIns } from '../patient.ts';
import { refusal } from '../refusal.ts';
import { checkIdentityStatus, factsOf, type Facts } from './check.ts';
import { statusRules } from './rules.ts';
import { reading } from '../../internal/reading.ts';

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
  return reading('input', () => stateOf(input));
}

function stateOf(input: IdentityStateInput): IdentityState {
  const { status, attributes = [], ins = null, insHistory = [] } = input;
  const findings: Finding[] = [...checkIdentityStatus({ status, attributes, ins: ins !== null }).findings];
  const stored = ins && storedIns(ins, findings);
  if (hasError(findings)) throw refusal('TE_IDENTITY_STATUS', findings);

  const order: readonly IdentityAttribute[] = ['DOUT', 'FICT', 'HOMA', 'HOMD'];
  return Object.freeze({
    status,
    attributes: Object.freeze(order.filter((attribute) => attributes.includes(attribute))),
    ins: stored,
    insHistory: Object.freeze([...insHistory]),
  }) as IdentityState;
}

/** The INS in the form in which it is kept; `null`, and its findings, when it is none. */
function storedIns({ value, oid }: PatientIns, findings: Finding[]): PatientIns | null {
  const matricule = checkMatricule(value, findings);
  const wrongOid = checkInsOid(oid, undefined, 'ins.oid');
  if (wrongOid) findings.push(wrongOid);

  const entry = findInsOid(oid);
  return matricule && entry && Object.freeze({ value: matricule.text, oid, kind: entry.kind });
}

/** The status that crosses the two facts. */
function statusOf({ insi, verified }: Facts): IdentityStatus {
  if (insi) return verified ? 'QUAL' : 'RECUP';
  return verified ? 'VALI' : 'PROV';
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
  return reading('event', () => moved(state, event));
}

function moved(state: IdentityState, event: IdentityEvent): IdentityState {
  const current = createIdentityState(state);

  switch (event.type) {
    case 'ins-retrieved':
      return retrieve(current, event.ins);
    case 'apcv-read':
      return readFromApcv(current, event.ins);
    case 'ins-lost':
      return loseIns(current);
    case 'verified':
      return verify(current, event.proof, event.acceptedProofs ?? identityProofs);
    case 'verification-lost':
      return loseVerification(current);
    case 'attribute-set':
      return setAttribute(current, event.attribute);
    case 'attribute-cleared':
      return clearAttribute(current, event.attribute);
    default:
      return refuse('IDENTITY-TRANSITION-EVENT');
  }
}

/** The facts of a state that exists, hence with a known status. */
function factsIn({ status }: IdentityState): Facts {
  return factsOf(status) ?? { insi: false, verified: false };
}

function requireOpen({ attributes }: IdentityState): void {
  const closed = attributes.some((attribute) => attribute === 'DOUT' || attribute === 'FICT');
  if (closed) refuse('IDENTITY-TRANSITION-CLOSED');
}

function retrieve(current: IdentityState, ins: PatientIns): IdentityState {
  requireOpen(current);
  const { insi, verified } = factsIn(current);
  if (insi) refuse('IDENTITY-TRANSITION-INS-ACTIVE');

  return createIdentityState({ ...current, status: statusOf({ insi: true, verified }), ins });
}

/** The application carte Vitale gives a qualified identity, without a call to the INSi. */
function readFromApcv(current: IdentityState, ins: PatientIns): IdentityState {
  requireOpen(current);
  if (current.ins && current.ins.value !== ins.value) refuse('IDENTITY-TRANSITION-INS-ACTIVE');

  return createIdentityState({ ...current, status: 'QUAL', ins });
}

function loseIns(current: IdentityState): IdentityState {
  const { insi, verified } = factsIn(current);
  if (!insi) refuse('IDENTITY-TRANSITION-NO-INS');

  const status = statusOf({ insi: false, verified });
  return createIdentityState({ ...current, status, ins: null, insHistory: historyOf(current) });
}

function verify(current: IdentityState, proof: string, accepted: readonly string[]): IdentityState {
  requireOpen(current);
  const { insi, verified } = factsIn(current);
  if (verified) refuse('IDENTITY-TRANSITION-VERIFIED');
  if (!accepted.includes(proof)) refuse('IDENTITY-TRANSITION-PROOF');

  return createIdentityState({ ...current, status: statusOf({ insi, verified: true }) });
}

function loseVerification(current: IdentityState): IdentityState {
  const { insi, verified } = factsIn(current);
  if (!verified) refuse('IDENTITY-TRANSITION-NOT-VERIFIED');

  return createIdentityState({ ...current, status: statusOf({ insi, verified: false }) });
}

/**
 * *Douteux* and *fictif* lead back to PROV: the INS is no longer active, and goes to the history.
 */
function setAttribute(current: IdentityState, attribute: IdentityAttribute): IdentityState {
  const attributes = [...current.attributes, attribute];
  if (attribute !== 'DOUT' && attribute !== 'FICT') return createIdentityState({ ...current, attributes });

  return createIdentityState({ status: 'PROV', attributes, ins: null, insHistory: historyOf(current) });
}

function clearAttribute(current: IdentityState, attribute: IdentityAttribute): IdentityState {
  const before: readonly IdentityAttribute[] = current.attributes;
  return createIdentityState({ ...current, attributes: before.filter((candidate) => candidate !== attribute) });
}

function historyOf({ ins, insHistory }: IdentityState): readonly PatientIns[] {
  return ins ? [...insHistory, ins] : insHistory;
}
