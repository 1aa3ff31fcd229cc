import { compareIdentities, type PatientTraits } from '../../identity/index.ts';
import { readHl7v3Patient } from '../../identity/wire/hl7v3.ts';
import type { ReadElement } from '../../internal/xml/index.ts';
import { protocolFailure } from '../soap/outcome.ts';
import { readIdentifiers } from './identifiers.ts';
import { codeOf, matchValueOf, type InstanceId } from './interaction.ts';
import { contradiction, type Judged } from './judge.ts';
import type { PatientCandidate } from './model.ts';

/** One answer of a search. */
export interface CandidatePage {
  readonly candidates: readonly PatientCandidate[];
  readonly total: number | null;
  readonly remaining: number | null;
  /** Of the answer: the next request names it. */
  readonly messageId: InstanceId | null;
  readonly told: readonly string[];
}

/**
 * Reads one answer of a search.
 *
 * @param traits - what was asked, to compare each candidate with
 * @see IHE ITI TF-2, section 3.47.4.2
 * @throws TerrESanteError `TE_PROTOCOL`
 */
export function readCandidates({ interaction, told }: Judged, traits: PatientTraits): CandidatePage {
  const { patients, queryAck, id } = interaction;
  const code = queryAck?.queryResponseCode;
  if (!queryAck || (code !== 'OK' && code !== 'NF')) {
    throw protocolFailure('query-response', 'La réponse ne dit pas si une personne est trouvée.');
  }
  if (code === 'NF' && patients.length > 0) throw contradiction();

  const read = patients.map((patient) => readCandidate(patient, traits));
  const [total, current, remaining] = [
    queryAck.resultTotalQuantity,
    queryAck.resultCurrentQuantity,
    queryAck.resultRemainingQuantity,
  ].map(quantity) as [Quantity, Quantity, Quantity];
  const isUnreadable = [total, current, remaining].includes('unreadable');
  const isOtherCount = typeof current === 'number' && current !== patients.length;
  const isSilent = code === 'OK' && patients.length === 0 && total !== 0;

  return {
    candidates: read.map(({ candidate }) => candidate),
    total: counted(total),
    remaining: counted(remaining),
    messageId: id,
    told: [
      ...told,
      ...new Set(read.flatMap((candidate) => candidate.told)),
      ...(isUnreadable || isOtherCount ? ['total'] : []),
      ...(isSilent ? ['empty'] : []),
    ],
  };
}

type Quantity = number | null | 'unreadable';

function quantity(text: string | null): Quantity {
  if (text === null) return null;
  return /^\d{1,9}$/.test(text.trim()) ? Number(text) : 'unreadable';
}

const counted = (announced: Quantity): number | null => (typeof announced === 'number' ? announced : null);

function readCandidate(
  patient: ReadElement,
  traits: PatientTraits,
): { readonly candidate: PatientCandidate; readonly told: readonly string[] } {
  const identity = readHl7v3Patient(patient);
  const { identifiers, told } = readIdentifiers([patient]);
  const written = matchValueOf(patient);
  const matchScore = scoreOf(written);

  const candidate = {
    identity,
    identifiers,
    comparison: compareIdentities({ traits }, identity.patient),
    matchScore,
    status: codeOf(patient, 'statusCode'),
  };
  return { candidate, told: written !== null && matchScore === null ? [...told, 'match'] : told };
}

/** A percentage; another scale is not guessed. */
function scoreOf(written: string | null): number | null {
  if (written === null || !/^\d{1,3}(?:\.\d{1,9})?$/.test(written.trim())) return null;
  const score = Number(written);
  return score <= 100 ? score : null;
}
