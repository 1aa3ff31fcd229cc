import { compareIdentities, findInsOid, type PatientInput, type PatientIns } from '../../../identity/index.ts';
import type { ConfirmReason, MatchCandidate, MatchEvidence, PatientMatch } from './model.ts';
import type { Named } from './named.ts';

/** More candidates than this are no help to anybody. */
const maxCandidates = 20;

/**
 * Whose a document is, among the patients that the host found. Only one qualified identity with the
 * same INS and the same traits is `matched`: homonyms have the same traits, twins all but the first
 * name, a number may be mistyped.
 *
 * @see Référentiel national d'identitovigilance: traits and INS are compared before anything is
 *   filed; CI-SIS, volet Transmission au LPS d'un document CDA provenant d'un courriel MSSanté,
 *   codes 902 to 905
 */
export function matchPatient(
  named: Named,
  found: readonly PatientInput[],
  environment: 'production' | 'test',
): PatientMatch {
  const { ins } = named;
  const isTest = ins !== null && findInsOid(ins.oid)?.use !== 'real';
  if (isTest && environment === 'production') return { outcome: 'aside', reason: 'test-ins' };

  const holders = ins === null ? [] : found.filter((patient) => isSameIns(patient.ins, ins));
  if (holders.length > 0) return amongHolders(named, holders);

  const candidates = found.flatMap((patient) => candidateOf(named, patient) ?? []);
  if (candidates.length === 0) return { outcome: 'aside', reason: isNameless(named) ? 'no-identity' : 'no-patient' };
  if (candidates.length > maxCandidates) return { outcome: 'aside', reason: 'too-many' };
  return { outcome: 'to-confirm', reason: reasonOf(named, candidates), candidates: strongestFirst(candidates) };
}

/** Patients who have the INS of the document. */
function amongHolders(named: Named, holders: readonly PatientInput[]): PatientMatch {
  const candidates = holders.map((patient) => withComparison(named, patient, 'ins'));
  const sound = candidates.filter(({ comparison }) => comparison?.outcome !== 'mismatch');
  const [first] = sound;
  if (!first) return { outcome: 'aside', reason: 'ins-traits-differ' };

  const confirm = (reason: ConfirmReason): PatientMatch => ({ outcome: 'to-confirm', reason, candidates });
  if (candidates.length > 1) return confirm('several');
  if (!isQualified(first.patient)) return confirm('not-qualified');
  if (first.comparison?.outcome === 'possible') return confirm('possible');
  if (first.comparison?.outcome !== 'match') return confirm('incomplete');
  return { outcome: 'matched', patient: first.patient, candidate: first };
}

/** A patient without the INS of the document, when something else speaks for it. */
function candidateOf(named: Named, patient: PatientInput): MatchCandidate | null {
  const { ins, localId, traits } = named;
  // Another INS is another person.
  if (ins !== null && patient.ins !== undefined && !isFormerIns(patient, ins)) return null;

  const isOwnId =
    localId !== null && patient.localId?.value === localId.value && patient.localId.system === localId.system;
  const own: MatchEvidence = isOwnId ? 'local-id' : 'traits';
  const evidence: MatchEvidence = ins !== null && isFormerIns(patient, ins) ? 'ins' : own;
  const candidate = withComparison({ ...named, ins: null }, patient, evidence);
  const { comparison } = candidate;
  if (comparison?.outcome === 'mismatch') return null;
  if (evidence !== 'traits') return candidate;

  // Names and a birth date, or nobody: a name alone is that of many.
  const isNamed = Boolean(traits.birthName && traits.firstName && traits.birthDate);
  const known = new Set(['equal', 'equivalent', 'compatible']);
  const agrees = (comparison?.traits ?? [])
    .filter(({ trait }) => trait === 'birthName' || trait === 'firstName' || trait === 'birthDate')
    .every(({ outcome }) => known.has(outcome));
  return isNamed && agrees ? candidate : null;
}

function withComparison(
  { ins, traits }: Pick<Named, 'ins' | 'traits'>,
  patient: PatientInput,
  evidence: MatchEvidence,
): MatchCandidate {
  const said: PatientInput = { traits, ...(ins && { ins }) };
  return {
    patient,
    evidence,
    comparison: Object.keys(traits).length === 0 ? null : compareIdentities(said, patient),
  };
}

function reasonOf({ ins, hasBadIns }: Named, candidates: readonly MatchCandidate[]): ConfirmReason {
  if (candidates.length > 1) return 'several';
  if (candidates.some(({ evidence }) => evidence === 'ins')) return 'former-ins';
  if (hasBadIns) return 'ins-unreadable';
  return ins === null ? 'without-ins' : 'other-ins';
}

const strength: readonly MatchEvidence[] = ['ins', 'local-id', 'traits', 'same-mail', 'sender'];

function strongestFirst(candidates: readonly MatchCandidate[]): readonly MatchCandidate[] {
  return [...candidates].sort((a, b) => strength.indexOf(a.evidence) - strength.indexOf(b.evidence));
}

const isNameless = ({ ins, localId, traits }: Named): boolean =>
  ins === null && localId === null && !(traits.birthName && traits.firstName && traits.birthDate);

const compact = (value: string): string => value.replaceAll(/[\s.-]/g, '').toUpperCase();

function isSameIns(left: PatientIns | undefined, right: PatientIns): boolean {
  return left !== undefined && left.oid === right.oid && compact(left.value) === compact(right.value);
}

const isFormerIns = ({ insHistory = [] }: PatientInput, ins: PatientIns): boolean =>
  insHistory.some((former) => isSameIns(former, ins));

function isQualified({ identityStatus, identityAttributes = [] }: PatientInput): boolean {
  return identityStatus === 'QUAL' && identityAttributes.length === 0;
}
