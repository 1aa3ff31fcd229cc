import { place, places } from '../context.ts';
import { get, isNull, withAttribute } from '../tools.ts';
import { ccd, hasReference, hasStatus, holdsTemplate, isA, pcc, type EntryCheck } from './entry-tools.ts';
import { templatesOf } from './templates.ts';

/** A procedure, done or planned. */
export const procedure: EntryCheck = (entry, fail) => {
  const own = templatesOf(entry);
  const done = isA(entry, 'procedure', 'PROC') && own.includes(`${ccd}.29`);
  const planned = isA(entry, 'procedure', 'PROC', 'INT') && own.includes(`${ccd}.25`);
  if (!done && !planned) fail('VSM-PROCEDURE', 'PROC/EVN | PROC/INT');

  if (!place(entry, 'id')) fail('VSM-PROCEDURE', 'id 1..*');
  for (const name of ['code', 'text', 'statusCode']) {
    if (places(entry, name).length !== 1) fail('VSM-PROCEDURE', `${name} 1..1`);
  }
  if (!hasReference(entry)) fail('VSM-PROCEDURE', 'text/reference');

  if (!/^(?:completed|active|aborted|cancelled)$/.test(get(place(entry, 'statusCode'), 'code') ?? '')) {
    fail('VSM-PROCEDURE', 'statusCode/@code');
  }
  if (planned && !place(entry, 'effectiveTime') && !place(entry, 'priorityCode')) {
    fail('VSM-PROCEDURE', 'effectiveTime | priorityCode');
  }
};

/** What the simple observation asks of its specialisations. */
export const observation: EntryCheck = (entry, fail) => {
  if (!isA(entry, 'observation', 'OBS')) fail('VSM-HABIT', 'OBS/EVN');
  for (const name of ['id', 'code']) if (!place(entry, name)) fail('VSM-HABIT', `${name} 1..1`);
  if (!place(entry, 'text', 'reference')) fail('VSM-HABIT', 'text/reference');
  if (!hasStatus(entry, 'completed')) fail('VSM-HABIT', 'statusCode[@code="completed"]');

  const time = place(entry, 'effectiveTime');
  const low = place(time, 'low');
  const times = [get(time, 'value'), get(time, 'nullFlavor'), get(low, 'value'), get(low, 'nullFlavor')];
  if (times.every((value) => value === undefined)) fail('VSM-HABIT', 'effectiveTime');
};

/** A habit: tobacco, alcohol, sport. */
export const habit: EntryCheck = (entry, fail) => {
  if (places(entry, 'id').length > 1) fail('VSM-HABIT', 'id 0..1');
  for (const name of ['code', 'statusCode', 'effectiveTime']) {
    if (places(entry, name).length !== 1) fail('VSM-HABIT', `${name} 1..1`);
  }
  if (!hasReference(entry)) fail('VSM-HABIT', 'text/reference');
  if (!place(entry, 'value')) fail('VSM-HABIT', 'value 1..*');

  for (const name of ['repeatNumber', 'interpretationCode', 'methodCode', 'targetSiteCode']) {
    if (place(entry, name)) fail('VSM-HABIT', `${name} 0..0`);
  }
};

/** The history of one relative. */
export const familyOrganizer: EntryCheck = (entry, fail) => {
  if (!isA(entry, 'organizer', 'CLUSTER')) fail('VSM-FAMILY', 'CLUSTER/EVN');

  const [subject] = withAttribute(entry, 'subject', 'typeCode', 'SBJ');
  const [related] = withAttribute(subject, 'relatedSubject', 'classCode', 'PRS');
  if (!related) fail('VSM-FAMILY', 'subject[@typeCode="SBJ"]/relatedSubject[@classCode="PRS"]');

  const code = place(related, 'code');
  const isCoded = get(code, 'code') !== undefined && get(code, 'codeSystem') === '2.16.840.1.113883.5.111';
  if (!code || !(isNull(code) || isCoded)) fail('VSM-FAMILY', 'relatedSubject/code');

  const observed = withAttribute(entry, 'component', 'typeCode', 'COMP').some((component) =>
    holdsTemplate(component, `${pcc}.13.3`),
  );
  if (!observed) fail('VSM-FAMILY', 'component[@typeCode="COMP"]');
};

/** What a relative had. */
export const familyObservation: EntryCheck = (entry, fail) => {
  for (const name of ['id', 'code']) if (places(entry, name).length !== 1) fail('VSM-FAMILY', `${name} 1..1`);
  if (!hasReference(entry)) fail('VSM-FAMILY', 'text/reference');

  for (const name of ['effectiveTime', 'interpretationCode', 'methodCode', 'targetSiteCode', 'author']) {
    if (places(entry, name).length > 1) fail('VSM-FAMILY', `${name} 0..1`);
  }
};
