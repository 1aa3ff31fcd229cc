import type { LocalIdentifier } from '../../identity/index.ts';
import {
  needed,
  numberIn,
  optionsOf,
  reading,
  recordOf,
  refuseArgument,
  type Check,
  type Checks,
} from '../../internal/border.ts';
import { isoUtc, parseInstant } from '../../internal/hl7-time.ts';
import {
  callChecks,
  choice,
  count,
  listOf,
  options as optionRecord,
  orNull,
  text,
} from '../../internal/option-checks.ts';
import { actionStatuses, daysOfWeek, planStatuses, rhythmUnits } from '../../transport/binding/plan-codes.ts';
import { uuid, versionedOf, words } from '../../internal/words.ts';
import type {
  NewPlan,
  NewSchedule,
  PlanActionChange,
  PlanChanges,
  PlanPerformer,
  PlanRhythm,
  PlanVersion,
} from '../../transport/index.ts';
import type {
  PlanActionChangeInput,
  PlanActionInput,
  PlanChangesInput,
  PlanListOptions,
  PlanPerformerInput,
  PlanScheduleInput,
} from './model.ts';

/** A day that is in the calendar, or an instant as UTC. */
export const moment: Check<string> = (name, value) => {
  const given = text(name, value);
  if (!/^\d{4}-\d{2}-\d{2}$/.test(given)) return isoUtc(parseInstant(given).epochMs);
  const time = Date.parse(given);
  const isDay = !Number.isNaN(time) && new Date(time).toISOString().startsWith(given);
  return isDay ? given : refuseArgument(name, 'jour du calendrier attendu');
};

const timeOfDay: Check<string> = (name, value) => {
  const given = text(name, value);
  return /^(?:[01]\d|2[0-3]):[0-5]\d$/.test(given) ? given : refuseArgument(name, 'heure attendue, comme 08:30');
};

/** A resource of the platform, as a member of a circle has it. */
const reference: Check<string> = (name, value) => {
  const given = text(name, value);
  const isOne = /^(?:https?:\/\/\S+\/)?[A-Z][A-Za-z]{1,63}\/[A-Za-z0-9.-]{1,64}$/.test(given);
  return isOne ? given : refuseArgument(name, "référence d'un membre du cercle attendue");
};

const performerChecks: Checks<PlanPerformerInput> = {
  reference,
  id: optionRecord<LocalIdentifier>({ system: needed(text), value: needed(text) }),
  displayName: words,
};

const performer: Check<PlanPerformerInput> = (name, value) => {
  const given = optionRecord(performerChecks)(name, value);
  const isNamed = given.reference !== undefined || given.id !== undefined;
  return isNamed ? given : refuseArgument(name, 'reference ou id attendu');
};

const scheduleChecks: Checks<PlanScheduleInput> = {
  start: moment,
  end: moment,
  rhythm: orNull(
    optionRecord<PlanRhythm>({
      times: needed(count(1, 1_000)),
      every: needed(count(1, 1_000)),
      unit: needed(choice(...rhythmUnits)),
    }),
  ),
  timesOfDay: listOf(timeOfDay),
  daysOfWeek: listOf(choice(...daysOfWeek)),
  text: words,
};

const actionChecks: Checks<PlanActionInput> = {
  label: needed(words),
  status: needed(choice(...actionStatuses)),
  key: uuid,
  description: words,
  statusReason: words,
  schedule: optionRecord(scheduleChecks),
  performers: listOf(performer),
};

/** An action of a new plan. */
export const actionInput: Check<PlanActionInput> = optionRecord(actionChecks);

export const changeChecks: Checks<PlanActionChangeInput> = {
  label: words,
  status: choice(...actionStatuses),
  description: orNull(words),
  statusReason: orNull(words),
  schedule: optionRecord(scheduleChecks),
  performers: listOf(performer),
};

const planChangeChecks: Checks<PlanChangesInput> = {
  status: choice(...planStatuses),
  title: orNull(words),
  start: orNull(moment),
  end: orNull(moment),
};

/** @throws TerrESanteError `TE_INPUT_INVALID` for nothing to change */
export function planChanges(given: PlanChangesInput): PlanChanges {
  const changes = optionsOf('changes', given as PlanChangesInput | undefined, planChangeChecks);
  if (Object.keys(changes).length === 0) refuseArgument('changes', 'au moins un changement attendu');
  const { start, end } = changes;
  if (typeof start === 'string' && typeof end === 'string' && isAfter(start, end)) {
    refuseArgument('changes.end', 'fin après le début');
  }
  return changes;
}

export const planListChecks: Checks<PlanListOptions> = { ...callChecks, statuses: listOf(choice(...planStatuses)) };

/** What is written of an action, beside its key; nothing is filled in. */
export function actionChange(name: string, { ...given }: PlanActionChangeInput): PlanActionChange {
  if (Object.keys(given).length === 0) refuseArgument(name, 'au moins un changement attendu');
  return changeOf(given);
}

function changeOf({ schedule, performers, ...rest }: PlanActionChangeInput): PlanActionChange {
  return {
    ...rest,
    ...(schedule && { schedule: scheduleOf(schedule) }),
    ...(performers && { performers: performers.map(performerOf) }),
  };
}

/** An action of a new plan, as a binding takes it. */
export function newAction({ key, ...input }: PlanActionInput, uuids: () => string): NewPlan['actions'][0] {
  return { ...changeOf(input), key: key ?? uuids(), goals: [] };
}

function scheduleOf(given: PlanScheduleInput): NewSchedule {
  const { start = null, end = null, rhythm = null, timesOfDay = [], daysOfWeek: days = [], text: said = null } = given;
  if (start !== null && end !== null && isAfter(start, end)) refuseArgument('schedule.end', 'fin après le début');
  // In the order of the week, as they are read back.
  return { start, end, rhythm, timesOfDay, daysOfWeek: daysOfWeek.filter((day) => days.includes(day)), text: said };
}

/** @see HL7 FHIR R4, Period, rule per-1; a day lasts to its end */
export const isAfter = (start: string, end: string): boolean => start.slice(0, end.length) > end;

const performerOf = ({ reference: by, id, displayName }: PlanPerformerInput): PlanPerformer => ({
  reference: by ?? null,
  id: id ?? null,
  displayName: displayName ?? null,
});

/** What names a plan and its version; the rest of one that was read does not matter. */
export function readVersion(name: string, given: unknown): PlanVersion {
  return reading(name, () =>
    versionedOf(name, recordOf(name, given as PlanVersion | undefined, 'id et version lus attendus')),
  );
}

/** An action by its key, or by its place in the version that was read. */
export function actionName(name: string, given: unknown, { version }: PlanVersion): string | number {
  if (typeof given === 'string') return uuid(name, given);
  // Without versions, nothing says that the place is still that of the same action.
  if (version === null) refuseArgument(name, "clé de l'action attendue");
  return numberIn(name, given, { integer: true, max: 10_000 });
}
