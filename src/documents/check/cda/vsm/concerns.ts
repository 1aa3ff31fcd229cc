import { place, places } from '../context.ts';
import { get, isNull } from '../tools.ts';
import { hasReference, hasStatus, holdsTemplate, isA, pcc, subjects, xsiType, type EntryCheck } from './entry-tools.ts';
import { oids } from '../../../cda/oids.ts';

const states: ReadonlySet<string> = new Set(['active', 'suspended', 'aborted', 'completed']);
const subject = 'entryRelationship[@typeCode="SUBJ"]';

/** A concern: the act that follows a problem or an allergy over time. */
export const concern: EntryCheck = (entry, fail) => {
  if (!isA(entry, 'act', 'ACT')) fail('VSM-CONCERN', 'ACT/EVN');
  if (!place(entry, 'id')) fail('VSM-CONCERN', 'id 1..*');
  if (get(place(entry, 'code'), 'nullFlavor') !== 'NA') fail('VSM-CONCERN', 'code[@nullFlavor="NA"]');

  const status = get(place(entry, 'statusCode'), 'code') ?? '';
  if (!states.has(status)) fail('VSM-CONCERN', 'statusCode/@code');

  // A finished concern has an end, an active one has none.
  const time = place(entry, 'effectiveTime');
  const ended = status === 'completed' || status === 'aborted';
  if (!time || !(isNull(time) || place(time, 'low'))) fail('VSM-CONCERN', 'effectiveTime/low');
  if (time && !isNull(time) && ended !== (place(time, 'high') !== undefined)) {
    fail('VSM-CONCERN-END', `effectiveTime/high ${ended ? '1..1' : '0..0'}`);
  }

  const relations = places(entry, 'entryRelationship');
  const observed = relations.some((relation) => holdsTemplate(relation, `${pcc}.5`, `${pcc}.6`));
  if (subjects(entry).length === 0 || !observed) fail('VSM-CONCERN', subject);
};

export const problemConcern: EntryCheck = (entry, fail) => {
  if (!subjects(entry).some((relation) => holdsTemplate(relation, `${pcc}.5`))) fail('VSM-CONCERN', subject);
};

export const allergyConcern: EntryCheck = (entry, fail) => {
  if (places(entry, 'id').length !== 1) fail('VSM-CONCERN', 'id 1..1');

  const time = place(entry, 'effectiveTime');
  const low = place(time, 'low');
  if ((get(low, 'value') ?? get(low, 'nullFlavor')) === undefined) fail('VSM-CONCERN', 'effectiveTime/low');
  if (place(time, 'width') || place(time, 'center')) fail('VSM-CONCERN', 'effectiveTime/width 0..0');

  const direct = subjects(entry).filter((relation) => get(relation, 'inversionInd') === 'false');
  if (!direct.some((relation) => holdsTemplate(relation, `${pcc}.6`))) {
    fail('VSM-CONCERN', `${subject}[@inversionInd="false"]`);
  }
};

/** A problem: one observation with its code, its times and its value. */
export const problem: EntryCheck = (entry, fail) => {
  if (!isA(entry, 'observation', 'OBS')) fail('VSM-PROBLEM', 'OBS/EVN');
  if (places(entry, 'id').length !== 1) fail('VSM-PROBLEM', 'id 1..1');
  const code = place(entry, 'code');
  if (get(code, 'code') === undefined || get(code, 'codeSystem') === undefined) {
    fail('VSM-PROBLEM', 'code/@code code/@codeSystem');
  }
  if (!hasReference(entry)) fail('VSM-PROBLEM', 'text/reference');
  if (!hasStatus(entry, 'completed')) fail('VSM-PROBLEM', 'statusCode[@code="completed"]');

  const time = place(entry, 'effectiveTime');
  const low = place(time, 'low');
  if (!low || (get(low, 'value') === undefined && !/^(?:UNK|NAV)$/.test(get(low, 'nullFlavor') ?? ''))) {
    fail('VSM-PROBLEM', 'effectiveTime/low');
  }
  if (place(time, 'width') || place(time, 'center')) fail('VSM-PROBLEM', 'effectiveTime/width 0..0');

  if (places(entry, 'value').length !== 1) fail('VSM-PROBLEM', 'value 1..1');
  else {
    problemValue(entry, fail);
    problemDetails(entry, fail);
  }
};

const problemValue: EntryCheck = (entry, fail) => {
  const [value] = places(entry, 'value');
  if (!value) return;

  const isCoded = xsiType(value).includes('CD');
  if (isNull(value)) {
    if (get(value, 'nullFlavor') !== 'UNK' && !isCoded) fail('VSM-PROBLEM', 'value[@xsi:type="CD"]');
  } else {
    if (!isCoded) fail('VSM-PROBLEM', 'value[@xsi:type="CD"]');
    if (places(value, 'originalText').length !== 1) fail('VSM-ORIGINAL-TEXT', 'value/originalText');
  }

  if ((get(value, 'code') === undefined) !== (get(value, 'codeSystem') === undefined)) {
    fail('VSM-PROBLEM', 'value/@code value/@codeSystem');
  }
};

/** Severity, status and comment: each at most once. */
const problemDetails: EntryCheck = (entry, fail) => {
  const relations = places(entry, 'entryRelationship');
  for (const template of [`${pcc}.1`, `${pcc}.1.1`, `${pcc}.1.2`]) {
    if (relations.filter((relation) => holdsTemplate(relation, template)).length > 1) {
      fail('VSM-PROBLEM', `${template} 0..1`);
    }
  }
};

export const allergy: EntryCheck = (entry, fail) => {
  if (get(entry, 'classCode') !== 'OBS') fail('VSM-PROBLEM', 'OBS');
  if (get(place(entry, 'code'), 'codeSystem') !== oids.snomedCt) {
    fail('VSM-PROBLEM', `code[@codeSystem="${oids.snomedCt}"]`);
  }

  const value = place(entry, 'value');
  if (!value || !xsiType(value).includes('CD')) fail('VSM-PROBLEM', 'value[@xsi:type="CD"]');
  if (!place(value, 'originalText')) fail('VSM-ORIGINAL-TEXT', 'value/originalText');

  for (const participant of places(entry, 'participant')) {
    if (!place(participant, 'participantRole', 'playingEntity', 'code', 'originalText', 'reference')) {
      fail('VSM-ORIGINAL-TEXT', 'playingEntity/code/originalText/reference');
    }
  }
};

/** The clinical status of a problem. */
export const status: EntryCheck = (entry, fail) => {
  if (!isA(entry, 'observation', 'OBS')) fail('VSM-PROBLEM', 'OBS/EVN');
  const code = place(entry, 'code');
  if (get(code, 'code') !== '33999-4' || get(code, 'codeSystem') !== oids.loinc) fail('VSM-PROBLEM', '33999-4');

  if (!hasReference(entry)) fail('VSM-PROBLEM', 'text/reference');
  if (!hasStatus(entry, 'completed')) fail('VSM-PROBLEM', 'statusCode[@code="completed"]');
  if (xsiType(place(entry, 'value')) !== 'CE') fail('VSM-PROBLEM', 'value[@xsi:type="CE"]');
};
