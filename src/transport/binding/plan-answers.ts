import type { HomeAccessRecords } from './home-access.ts';
import { momentOrNull, textOrNull } from './alert-answers.ts';
import type { JsonAnswer } from './json-answer.ts';
import { actionStatuses, daysOfWeek, planStatuses, rhythmUnits } from './plan-codes.ts';
import type {
  PlanAction,
  PlanGoal,
  PlanPerson,
  PlanRecord,
  PlanRecords,
  PlanSchedule,
  PlanVersion,
  WrittenPlan,
} from './plans.ts';
import { identifier } from './simulator-records.ts';

/** Answers of a binding of the host. */
export function planRecords(answer: JsonAnswer): PlanRecords {
  return { plans: answer.list('plans').map(planRecord), unread: answer.count('unread') };
}

export function planRecord(answer: JsonAnswer): PlanRecord {
  return {
    ...versionOf(answer),
    uniqueId: answer.textOrNull('uniqueId'),
    status: answer.oneOf('status', planStatuses),
    title: textOrNull(answer, 'title'),
    category: textOrNull(answer, 'category'),
    start: momentOrNull(answer, 'start'),
    end: momentOrNull(answer, 'end'),
    createdAt: momentOrNull(answer, 'createdAt'),
    updatedAt: answer.timeOrNull('updatedAt'),
    author: answer.has('author') ? person(answer.object('author')) : null,
    goals: answer.has('goals') ? answer.list('goals').map(goal) : [],
    actions: answer.list('actions').map(action),
    unread: answer.has('unread') ? answer.count('unread') : 0,
  };
}

export const versionOf = (answer: JsonAnswer): PlanVersion => ({
  id: answer.text('id', 64),
  version: answer.has('version') ? answer.text('version', 64) : null,
});

export function person(answer: JsonAnswer): PlanPerson {
  const kinds = ['professional', 'structure', 'relative', 'patient', 'device'] as const;
  return {
    kind: answer.has('kind') ? answer.oneOf('kind', kinds) : null,
    ids: answer.has('ids') ? answer.list('ids', 50).map(identifier) : [],
    displayName: textOrNull(answer, 'displayName'),
  };
}

const goal = (answer: JsonAnswer): PlanGoal => ({
  id: answer.text('id', 64),
  label: textOrNull(answer, 'label'),
  status: answer.textOrNull('status'),
});

function action(answer: JsonAnswer): PlanAction {
  return {
    key: answer.has('key') ? answer.text('key', 64) : null,
    index: answer.count('index'),
    status: answer.has('status') ? answer.oneOf('status', actionStatuses) : null,
    statusReason: textOrNull(answer, 'statusReason'),
    doNotPerform: answer.flagOrNull('doNotPerform') ?? false,
    label: textOrNull(answer, 'label'),
    description: textOrNull(answer, 'description'),
    schedule: answer.has('schedule') ? schedule(answer.object('schedule')) : null,
    performers: answer.has('performers') ? answer.list('performers', 200).map(person) : [],
    isOwn: answer.flagOrNull('isOwn'),
    goals: answer.has('goals') ? answer.texts('goals') : [],
  };
}

function schedule(answer: JsonAnswer): PlanSchedule {
  const days = answer.has('daysOfWeek') ? answer.texts('daysOfWeek', 7) : [];
  return {
    start: momentOrNull(answer, 'start'),
    end: momentOrNull(answer, 'end'),
    rhythm: answer.has('rhythm') ? rhythm(answer.object('rhythm')) : null,
    timesOfDay: answer.has('timesOfDay') ? answer.texts('timesOfDay', 24) : [],
    daysOfWeek: daysOfWeek.filter((day) => days.includes(day)),
    text: textOrNull(answer, 'text'),
    isWhole: answer.flagOrNull('isWhole') ?? false,
  };
}

const rhythm = (answer: JsonAnswer): NonNullable<PlanSchedule['rhythm']> => ({
  times: answer.count('times'),
  every: answer.count('every'),
  unit: answer.oneOf('unit', rhythmUnits),
});

export function writtenPlan(answer: JsonAnswer): WrittenPlan {
  return {
    ...versionOf(answer),
    uniqueId: answer.textOrNull('uniqueId'),
    isChanged: answer.flagOrNull('isChanged') ?? true,
  };
}

export function homeAccessRecords(answer: JsonAnswer): HomeAccessRecords {
  const entries = answer.list('entries').map((entry) => ({
    id: entry.text('id', 64),
    text: entry.text('text', 2_000),
    start: momentOrNull(entry, 'start'),
    end: momentOrNull(entry, 'end'),
  }));
  return { entries, unread: answer.count('unread') };
}
