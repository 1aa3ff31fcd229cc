import { momentOrNull, textOrNull } from './alert-answers.ts';
import type { JsonAnswer } from './json-answer.ts';
import { noteAuthor } from './note-answers.ts';
import { identifier } from './simulator-records.ts';
import type { SupportDetail, SupportPage, SupportRecord, SupportStep, WrittenSupportRequest } from './support.ts';
import { supportStates, supportUrgencies } from './support-words.ts';

/** Answers of a binding of the host. */
export function supportPage(answer: JsonAnswer): SupportPage {
  return {
    requests: answer.list('requests').map(supportRecord),
    unread: answer.count('unread'),
    isLast: answer.flagOrNull('isLast') ?? true,
    isComplete: answer.flagOrNull('isComplete') ?? false,
  };
}

export function supportDetail(answer: JsonAnswer): SupportDetail {
  return {
    ...supportRecord(answer),
    history: answer.has('history') ? answer.list('history').map(step) : null,
  };
}

function step(answer: JsonAnswer): SupportStep {
  return { state: stateOrNull(answer), reason: textOrNull(answer, 'reason'), at: momentOrNull(answer, 'at') };
}

function supportRecord(answer: JsonAnswer): SupportRecord {
  return {
    ...versionOf(answer),
    uniqueId: answer.textOrNull('uniqueId'),
    kind: answer.oneOf('kind', ['care', 'information']),
    state: stateOrNull(answer),
    stateReason: textOrNull(answer, 'stateReason'),
    structure: answer.has('structure') ? structure(answer.object('structure')) : null,
    need: textOrNull(answer, 'need'),
    reasons: answer.has('reasons') ? answer.texts('reasons', 2_000) : [],
    urgency: answer.has('urgency') ? answer.oneOf('urgency', supportUrgencies) : null,
    comments: answer.has('comments') ? answer.texts('comments', 2_000) : [],
    patientIds: answer.has('patientIds') ? answer.list('patientIds', 50).map(identifier) : [],
    requesters: answer.has('requesters') ? answer.list('requesters', 50).map(noteAuthor) : [],
    isOwn: answer.flagOrNull('isOwn'),
    requestedAt: momentOrNull(answer, 'requestedAt'),
    updatedAt: momentOrNull(answer, 'updatedAt'),
  };
}

function structure(answer: JsonAnswer): SupportRecord['structure'] {
  const ids = answer.has('ids') ? answer.list('ids', 50).map(identifier) : [];
  return { ids, name: textOrNull(answer, 'name') };
}

const stateOrNull = (answer: JsonAnswer): SupportRecord['state'] =>
  answer.has('state') ? answer.oneOf('state', supportStates) : null;

const versionOf = (answer: JsonAnswer): Pick<SupportRecord, 'id' | 'version'> => ({
  id: answer.text('id', 64),
  version: answer.has('version') ? answer.text('version', 64) : null,
});

export function writtenSupport(answer: JsonAnswer): WrittenSupportRequest {
  return {
    ...versionOf(answer),
    uniqueId: answer.textOrNull('uniqueId'),
    state: stateOrNull(answer),
    existed: answer.flagOrNull('existed') ?? false,
  };
}
