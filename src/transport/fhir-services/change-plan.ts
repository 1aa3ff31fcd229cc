import { isTerrESanteError, TerrESanteError } from '../../errors.ts';
import type { PlanChanges, PlanVersion, WrittenPlan } from '../binding/plans.ts';
import { changedPlan } from '../plans/change-plan.ts';
import type { PlanKind } from '../plans/names.ts';
import { readPlan, uniqueIdOf } from '../plans/read-plan.ts';
import { mayBeDone } from '../http/unknown-outcome.ts';
import { writeOver, type Current } from './by-version.ts';
import type { FhirCall } from './exchange.ts';
import { currentPlan } from './plan-record.ts';
import type { NoteSubject } from './note-subject.ts';
import { isLost, isStale } from './transaction.ts';

interface Asked {
  readonly plan: PlanVersion;
  readonly changes: PlanChanges;
  readonly kind: PlanKind;
}

/**
 * Changes a plan over the version that the caller read, and over no other: who changed it meanwhile
 * wins, and the caller is told what it has become. What is so already is a success, whatever the
 * version.
 *
 * @throws TerrESanteError `TE_CONFLICT`, with `details.currentVersion`, `currentStatus` and
 *   `currentActions`; `TE_NOT_FOUND` for an action that is not there; `TE_PROTOCOL` without a
 *   version
 * @see HL7 FHIR R4, managing resource contention
 */
export async function changePlan(call: FhirCall, subject: NoteSubject, asked: Asked): Promise<WrittenPlan> {
  const { plan, changes, kind } = asked;
  const read = (): Promise<Current> => currentPlan(call, subject, { id: plan.id, kind });
  const current = await read();
  if (isSoAlready(current, asked)) return told(current, current.version, false);
  if (current.version !== plan.version) throw changedMeanwhile('version', current);
  if (current.resource['status'] === 'entered-in-error') throw changedMeanwhile('retracted', current);

  const next = changedPlan(current.resource, changes, kind);
  if (next === null) return told(current, current.version, false);
  try {
    return told(current, await writeOver(call, current, next, jumped), true);
  } catch (error) {
    return await settle(error, asked, read);
  }
}

const jumped = "Le plan a été écrit, mais quelqu'un l'avait changé entre-temps : relisez-le.";

/** What an error of a write means: somebody else's change, or an answer that was lost. */
async function settle(error: unknown, asked: Asked, read: () => Promise<Current>): Promise<WrittenPlan> {
  if (!isTerrESanteError(error) || error.code === 'TE_CANCELLED' || isLost(error)) throw error;
  if (!isStale(error) && !mayBeDone(error)) throw error;

  // Where that cannot be asked either, the first error is the one to tell.
  const now = await read().catch(() => null);
  if (now === null) throw error;
  if (isSoAlready(now, asked)) return told(now, now.version, true);
  if (isStale(error)) throw changedMeanwhile('version', now, error);
  throw error;
}

/** A place says nothing of another version than the one that was read. */
function isSoAlready(current: Current, { plan, changes, kind }: Asked): boolean {
  const isPlaced = changes.actions?.some(({ action }) => typeof action === 'number') === true;
  if (isPlaced && current.version !== plan.version) return false;
  try {
    return changedPlan(current.resource, changes, kind) === null;
  } catch (error) {
    if (isTerrESanteError(error)) return false;
    throw error;
  }
}

/** What the plan has become, without a word of what is in it: an error may be logged. */
function changedMeanwhile(
  reason: 'version' | 'retracted',
  { resource, version }: Current,
  cause?: unknown,
): TerrESanteError {
  const now = readPlan(resource);
  return new TerrESanteError('TE_CONFLICT', 'Le plan a changé depuis sa lecture : relisez-le avant de le modifier.', {
    ...(cause !== undefined && { cause }),
    details: {
      reason,
      unknownOutcome: false,
      currentVersion: version,
      currentStatus: now?.status ?? null,
      currentActions: now?.actions.map(({ key, index, status }) => `${key ?? String(index)} ${String(status)}`) ?? [],
    },
  });
}

const told = ({ id, resource }: Current, version: string | null, isChanged: boolean): WrittenPlan => ({
  id,
  version,
  uniqueId: uniqueIdOf(resource),
  isChanged,
});
