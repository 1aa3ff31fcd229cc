import { momentOrNull, textOrNull } from './alert-answers.ts';
import { notUnderstood, type JsonAnswer } from './json-answer.ts';
import type { MeasureCode, MeasureComponent, MeasurePage, MeasureRecord, MeasureValue } from './measures.ts';

/** Answers of a binding of the host. */
export function measurePage(answer: JsonAnswer): MeasurePage {
  return {
    measures: answer.list('measures').map(measure),
    unread: answer.count('unread'),
    isLast: answer.flagOrNull('isLast') ?? true,
    isComplete: answer.flagOrNull('isComplete') ?? false,
  };
}

function measure(answer: JsonAnswer): MeasureRecord {
  return {
    id: answer.text('id', 64),
    status: answer.text('status', 64),
    ...component(answer),
    measuredAt: momentOrNull(answer, 'measuredAt'),
    measuredUntil: momentOrNull(answer, 'measuredUntil'),
    components: answer.has('components') ? answer.list('components', 200).map(component) : [],
    comments: answer.has('comments') ? answer.texts('comments', 2_000) : [],
  };
}

function component(answer: JsonAnswer): MeasureComponent {
  return {
    codes: answer.has('codes') ? answer.list('codes', 50).map(code) : [],
    label: textOrNull(answer, 'label'),
    value: answer.has('value') ? valueOf(answer.object('value')) : null,
    absentReason: textOrNull(answer, 'absentReason'),
  };
}

function code(answer: JsonAnswer): MeasureCode {
  return { system: answer.textOrNull('system'), code: answer.text('code', 200) };
}

function valueOf(answer: JsonAnswer): MeasureValue {
  const kind = answer.oneOf('kind', ['quantity', 'text', 'code', 'other'] as const);
  if (kind === 'text') return { kind, text: answer.text('text', 2_000) };
  if (kind === 'code') return { kind, codes: answer.list('codes', 50).map(code), text: textOrNull(answer, 'text') };
  if (kind === 'other') return { kind };

  // The digits are the value: what is no number is none, and never 0.
  const digits = answer.text('digits', 100);
  const value = /^-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?$/.test(digits) ? Number(digits) : Number.NaN;
  if (!Number.isFinite(value)) throw notUnderstood('digits');
  return {
    kind,
    value,
    digits,
    comparator: answer.textOrNull('comparator'),
    unit: textOrNull(answer, 'unit'),
    code: answer.has('code') ? code(answer.object('code')) : null,
  };
}
