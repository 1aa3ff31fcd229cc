import { isObject, numberOf, type Json } from '../../internal/json/index.ts';
import { daysOfWeek, rhythmUnits } from '../binding/plan-codes.ts';
import type { PlanRhythm, PlanSchedule } from '../binding/plans.ts';
import { momentOf, textOf } from '../nde/read-parts.ts';

const none: PlanSchedule = {
  start: null,
  end: null,
  rhythm: null,
  timesOfDay: [],
  daysOfWeek: [],
  text: null,
  isWhole: true,
};

/** Members of a rhythm that are read; any other says more. */
const read: ReadonlySet<string> = new Set([
  'boundsPeriod',
  'frequency',
  'period',
  'periodUnit',
  'timeOfDay',
  'dayOfWeek',
]);

/**
 * When an action is to be done: a timing, a period or words.
 *
 * @returns `null` when nothing is told
 * @see HL7 FHIR R4, CarePlan.activity.detail.scheduled[x]; Timing
 */
export function readSchedule(detail: Json): PlanSchedule | null {
  const { scheduledTiming, scheduledPeriod, scheduledString } = detail;
  if (isObject(scheduledPeriod)) return { ...none, ...boundsOf(scheduledPeriod) };
  if (isObject(scheduledTiming)) return ofTiming(scheduledTiming);
  const text = textOf(scheduledString);
  return text === null ? null : { ...none, text };
}

function ofTiming(timing: Json): PlanSchedule {
  const { repeat, code, ...more } = timing;
  const text = isObject(code) ? textOf(code['text']) : null;
  const said = isObject(repeat) ? repeat : {};
  const rhythm = rhythmOf(said);
  const days = listOf(said['dayOfWeek']);
  const known = daysOfWeek.filter((day) => days.includes(day));
  const others = Object.keys(said).filter((name) => !read.has(name));
  const isRhythm = rhythm !== null || ['frequency', 'period', 'periodUnit'].every((name) => said[name] === undefined);
  const isCoded = isObject(code) && code['coding'] !== undefined;
  return {
    ...(isObject(said['boundsPeriod']) ? boundsOf(said['boundsPeriod']) : { start: null, end: null }),
    rhythm,
    timesOfDay: listOf(said['timeOfDay']).map((time) => time.replace(/^(\d\d:\d\d):00(?:\.0+)?$/, '$1')),
    daysOfWeek: known,
    text,
    isWhole:
      others.length === 0 && Object.keys(more).length === 0 && isRhythm && !isCoded && known.length === days.length,
  };
}

function rhythmOf({ frequency, period, periodUnit }: Json): PlanRhythm | null {
  const unit = rhythmUnits.find((known) => known === periodUnit);
  const [times, every] = [frequency === undefined ? 1 : numberOf(frequency), numberOf(period)];
  return unit !== undefined && times > 0 && every > 0 ? { times, every, unit } : null;
}

const boundsOf = ({ start, end }: Json): Pick<PlanSchedule, 'start' | 'end'> => ({
  start: momentOf(start),
  end: momentOf(end),
});

const listOf = (value: unknown): readonly string[] =>
  Array.isArray(value) ? value.filter((each): each is string => typeof each === 'string') : [];
