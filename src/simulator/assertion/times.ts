import { attributeOf, childElement, childElements, type ReadElement } from '../../internal/xml/index.ts';
import { part } from './content.ts';
import { RefusedAssertion, rejected, type VerifyOptions } from './model.ts';

const shape = /^(\d{4}-\d{2}-\d{2})T(\d{2}:\d{2})(?::(\d{2})(\.\d{1,9})?)?Z$/;

/** A time in UTC, in milliseconds; `null` when the attribute is absent. */
function timeOf(node: ReadElement | undefined, name: string): number | null {
  const value = attributeOf(node, name);
  if (value === undefined) return null;

  const [, day = '', minute = '', second = '00'] = shape.exec(value) ?? [];
  const time = Date.parse(`${day}T${minute}:${second}Z`);
  // A day that is not in the calendar comes back as another one.
  const isReal = !Number.isNaN(time) && new Date(time).toISOString().startsWith(`${day}T${minute}:${second}`);
  if (!isReal) throw rejected('time');
  return time;
}

function requiredTime(node: ReadElement, name: string): number {
  const time = timeOf(node, name);
  if (time === null) throw rejected('time');
  return time;
}

/** Refuses an assertion that is not valid now. Comparisons are written so that NaN refuses. */
export function checkTimes(assertion: ReadElement, options: VerifyOptions): void {
  const { now, skewMs, maxSeconds, maxAgeMs, allowNoEnd = false } = options;
  const conditions = childElement(assertion, 'Conditions');
  const statement = part(assertion, 'AuthnStatement');
  const confirmations = childElements(part(assertion, 'Subject'), 'SubjectConfirmation').map((confirmation) =>
    childElement(confirmation, 'SubjectConfirmationData'),
  );

  const issued = requiredTime(assertion, 'IssueInstant');
  const login = requiredTime(statement, 'AuthnInstant');
  const begin = timeOf(conditions, 'NotBefore');
  const end = timeOf(conditions, 'NotOnOrAfter');
  const starts = [issued, login, begin, ...confirmations.map((data) => timeOf(data, 'NotBefore'))];
  const ends = [
    end,
    timeOf(statement, 'SessionNotOnOrAfter'),
    ...confirmations.map((data) => timeOf(data, 'NotOnOrAfter')),
  ];

  // Against the clock.
  if (!starts.every((start) => start === null || start <= now + skewMs)) {
    throw new RefusedAssertion('assertion-not-yet-valid', 'time');
  }
  if (!ends.every((time) => time === null || time > now - skewMs)) {
    throw new RefusedAssertion('assertion-expired', 'time');
  }
  if (maxAgeMs !== undefined && !(now - issued <= maxAgeMs + skewMs)) {
    throw new RefusedAssertion('assertion-expired', 'age');
  }

  // Dates that contradict each other, or are missing.
  if (!(login <= issued + skewMs)) throw rejected('login-after-issue');
  if (begin !== null && end !== null && !(begin < end)) throw rejected('empty-validity');
  if (end === null && !allowNoEnd) throw rejected('no-end');
  if (begin !== null && end !== null && !(end - begin <= (maxSeconds + 120) * 1000)) throw rejected('validity');
}
