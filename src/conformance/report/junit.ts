import { attributeValue } from '../../internal/xml/index.ts';
import type { ConformanceReport } from '../run/run.ts';
import type { ScenarioResult } from '../verdict/model.ts';

const familyOf = ({ id }: ScenarioResult): string => id.slice(0, id.indexOf('-'));

function element(name: string, attributes: Readonly<Record<string, string>>, content = ''): string {
  const written = Object.entries(attributes).map(([key, value]) => ` ${key}="${attributeValue(value)}"`);
  return content === '' ? `<${name}${written.join('')}/>` : `<${name}${written.join('')}>${content}</${name}>`;
}

/** JUnit XML: a suite for each family, a case for each scenario. */
export function junitOf({ scenarios }: ConformanceReport): string {
  const families = [...new Set(scenarios.map(familyOf))];
  const suites = families.map((family) =>
    suite(
      family,
      scenarios.filter((result) => familyOf(result) === family),
    ),
  );
  return `<?xml version="1.0" encoding="UTF-8"?>\n${element('testsuites', {}, `\n${suites.join('\n')}\n`)}\n`;
}

function suite(family: string, results: readonly ScenarioResult[]): string {
  const count = (...verdicts: readonly ScenarioResult['verdict'][]): string =>
    String(results.filter(({ verdict }) => verdicts.includes(verdict)).length);
  const attributes = {
    name: family,
    tests: String(results.length),
    failures: count('failed'),
    errors: '0',
    skipped: count('not-run', 'not-applicable'),
  };
  return element('testsuite', attributes, `\n${results.map(testCase).join('\n')}\n`);
}

function testCase(result: ScenarioResult): string {
  const { id, title, ms, verdict, reason, assertions, fix } = result;
  const attributes = { name: `${id} ${title.fr}`, classname: familyOf(result), time: (ms / 1000).toFixed(3) };
  if (verdict === 'not-run' || verdict === 'not-applicable') {
    return element('testcase', attributes, element('skipped', { message: reason ?? verdict }));
  }
  if (verdict !== 'failed') return element('testcase', attributes);

  const broken = assertions.filter(({ outcome, severity }) => outcome === 'broken' && severity === 'mandatory');
  const told = broken.map(({ rule, found, expected }) => `${rule} : vu ${String(found)}, attendu ${String(expected)}.`);
  return element(
    'testcase',
    attributes,
    element('failure', { type: broken[0]?.rule ?? id, message: [...told, fix.fr].join(' ') }),
  );
}
