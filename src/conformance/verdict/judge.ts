import type { KitPatient } from '../driver/model.ts';
import type { Scenario, ScenarioAssertion } from '../scenario/model.ts';
import { customQueries } from './custom.ts';
import type { AssertionResult, NotRunReason, Verdict } from './model.ts';
import type { Observation } from './observation.ts';
import { ask, queryText } from './query.ts';

export interface Judgement {
  readonly verdict: Verdict;
  readonly reason: NotRunReason | null;
  readonly assertions: readonly AssertionResult[];
}

/** Judges a scenario by what was seen of it. */
export function judge(scenario: Scenario, seen: Observation): Judgement {
  const assertions = [...scenario.assert, ...claims(seen)].map((assertion) => judged(assertion, seen));
  return { ...verdictOf(assertions, seen), assertions };
}

/**
 * A deposit that is said to have left, and was never seen: an answer is a claim, the wire overrules
 * it.
 */
function claims({ acts, mails }: Observation): readonly ScenarioAssertion[] {
  const said = acts.filter(({ request, answer }) => /^document\./.test(request.act) && answer?.outcome === 'done');
  if (said.length <= mails.length) return [];
  return [{ rule: 'K-STATE', severity: 'mandatory', channel: 'W', query: { mails: { min: said.length } } }];
}

function judged({ rule, severity, query }: ScenarioAssertion, seen: Observation): AssertionResult {
  const { outcome, found, expected, entries } = ask(query, seen, customQueries);
  return {
    rule,
    severity,
    outcome,
    query: queryText(query),
    found: found === null ? null : masked(found, seen.patients),
    expected,
    evidence: entries.map(({ seq, mail }) => ({
      seq,
      sha256: mail?.bytes.sha256 ?? null,
      size: mail?.bytes.size ?? null,
    })),
  };
}

/**
 * A demand that is broken fails. What is left passes only when every mandatory demand was seen to
 * be met, one of them at least, by a software that was there.
 */
function verdictOf(
  assertions: readonly AssertionResult[],
  { acts }: Observation,
): Pick<Judgement, 'verdict' | 'reason'> {
  const mandatory = assertions.filter(({ severity }) => severity === 'mandatory');
  const isUnsupported = acts.some(({ answer }) => answer?.outcome === 'unsupported');
  if (isUnsupported) return { verdict: 'not-run', reason: 'unsupported' };
  if (mandatory.some(({ outcome }) => outcome === 'broken')) return { verdict: 'failed', reason: null };

  const isUnanswered = acts.some(({ answer }) => answer === null);
  const isUnseen = assertions.some(({ severity, outcome }) => severity !== 'information' && outcome === 'not-observed');
  if (isUnanswered) return { verdict: 'not-run', reason: 'unanswered' };
  if (isUnseen || !assertions.some(({ outcome }) => outcome === 'met')) {
    return { verdict: 'not-run', reason: 'nothing-observed' };
  }

  const isWarned = assertions.some(({ severity, outcome }) => severity === 'recommended' && outcome === 'broken');
  return { verdict: isWarned ? 'warning' : 'passed', reason: null };
}

/** The traits of the patients, by their name: a report travels. */
export function masked(text: string, patients: readonly KitPatient[]): string {
  let told = text;
  for (const { key, traits, ins, localId } of patients) {
    const words = Object.entries({
      ins: ins?.value,
      localId: localId?.value,
      ...traits,
      birthDateHl7: traits.birthDate?.replaceAll('-', ''),
    });
    for (const [name, word] of words) {
      if (typeof word === 'string' && word.length > 3) told = told.replaceAll(word, `«${key}.${name}»`);
    }
  }
  return told.slice(0, 4_096);
}
