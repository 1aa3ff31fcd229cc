import type { Act, Channel, PatientPatch, Query, Scenario, ScenarioAssertion, Step } from './model.ts';

/** A scenario as its family writes it: what most of them share is left out. */
export type ScenarioRow = Pick<Scenario, 'id' | 'title' | 'purpose' | 'sources' | 'steps' | 'assert' | 'fix'> &
  Partial<Pick<Scenario, 'revision' | 'status' | 'control' | 'exclusive'>> & {
    readonly patients?: readonly PatientPatch[];
  };

/** The first catalogue. */
const since = '2027.01';

export function scenarioOf({ patients = [{}], ...row }: ScenarioRow): Scenario {
  return {
    revision: 1,
    status: 'stable',
    since,
    profiles: ['mail-only'],
    // A refusal proves something only of a software that can deposit.
    control: row.assert.some(({ query }) => 'silent' in query || 'untouched' in query) ? 'DEP-01' : null,
    exclusive: false,
    ...row,
    world: { patients },
  };
}

export const must = (rule: string, channel: Channel, query: Query, safety?: string): ScenarioAssertion => ({
  rule,
  severity: 'mandatory',
  channel,
  query,
  ...(safety !== undefined && { safety }),
});

export const should = (rule: string, channel: Channel, query: Query): ScenarioAssertion => ({
  rule,
  severity: 'recommended',
  channel,
  query,
});

export const act = (name: Act, input: Extract<Step, { act: Act }>['input'] = {}, patient = 1): Step => ({
  act: name,
  patient,
  input,
});

/** A letter of one page, with the consent of the patient. */
export const deposit = (input: Extract<Step, { act: Act }>['input'] = {}, patient = 1): Step =>
  act('document.deposit', { kind: 'letter', file: 'one-page.pdf', consent: true, ...input }, patient);

/** A deposit whose message may never come. */
export const unawaited = (input: Extract<Step, { act: Act }>['input'] = {}): Step => ({
  ...(deposit(input) as Extract<Step, { act: Act }>),
  unawaited: true,
});

/** The deposit left. */
export const isDone = (answer = 1): ScenarioAssertion => must('K-STATE', 'A', { answer, outcome: ['done', 'pending'] });

/** Nothing left, and the user was told in these words. */
export const refused = (words: readonly string[], rule = 'K-NOSEND', answer = 1): readonly ScenarioAssertion[] => [
  must(rule, 'W', { silent: true }),
  must('K-TOLD', 'A', { answer, outcome: ['refused', 'failed'] }),
  must('K-TOLD', 'A', { answer, told: words }),
];

export const every = (path: string, is: Extract<Query, { every: string }>['is']): Query => ({ every: path, is });

/** What the software says of the deposit after the given act. */
export const state = (answer: number, states: readonly string[], rule = 'K-STATE'): ScenarioAssertion =>
  must(rule, 'A', { answer, value: 'state', is: { in: states } });
