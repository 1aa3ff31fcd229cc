import { createHash } from 'node:crypto';
import type { ConformanceReport } from '../run/run.ts';
import type { AssertionResult, ScenarioResult } from '../verdict/model.ts';
import { ruleText } from './rule-text.ts';

const levels = { mandatory: 'error', recommended: 'warning', information: 'note' } as const;
const kinds = { met: 'pass', broken: 'fail', 'not-observed': 'open', 'not-applicable': 'notApplicable' } as const;

/** A stable path keeps the fingerprints of a finding stable. */
const location = [{ physicalLocation: { artifactLocation: { uri: 'conformance.json' } } }];

/** SARIF 2.1.0: a result for each demand of each scenario that was played. */
export function sarifOf({ scenarios, catalogue }: ConformanceReport): string {
  const results = scenarios.flatMap((scenario) =>
    scenario.assertions.map((assertion) => resultOf(scenario, assertion)),
  );
  const rules = [...new Set(results.map(({ ruleId }) => ruleId))].sort().map((id) => ({
    id,
    shortDescription: { text: ruleText(id).fr },
    help: { text: ruleText(id).fix.fr },
  }));

  return `${JSON.stringify(
    {
      $schema: 'https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json',
      version: '2.1.0',
      runs: [{ tool: { driver: { name: 'terr-esante conformance', version: catalogue.version, rules } }, results }],
    },
    null,
    2,
  )}\n`;
}

function resultOf(scenario: ScenarioResult, assertion: AssertionResult) {
  const { rule, severity, outcome, found, expected, query } = assertion;
  const kind = kinds[outcome];
  const text = `${scenario.id} ${scenario.title.fr} : vu ${String(found)}, attendu ${String(expected)}. ${scenario.fix.fr}`;

  return {
    ruleId: rule,
    kind,
    level: kind === 'fail' ? levels[severity] : 'none',
    message: { text },
    locations: location,
    partialFingerprints: {
      'scenarioRule/v1': createHash('sha256').update(`${scenario.id} ${rule} ${query}`).digest('hex').slice(0, 32),
    },
    ...(scenario.waiver && {
      suppressions: [{ kind: 'external', justification: `${scenario.waiver.reason} (${scenario.waiver.owner})` }],
    }),
  };
}
