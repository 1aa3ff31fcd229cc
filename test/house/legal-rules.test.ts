import { existsSync, readFileSync } from 'node:fs';
import { expect, it } from 'vitest';

import { policyRules } from '../../scripts/policy-rules.mjs';

/** The rows of docs/legal-rules.md: the rule, who keeps it, what shows it. */
const rows = readFileSync('docs/legal-rules.md', 'utf8')
  .split('\n')
  .filter((line) => line.startsWith('| LEG-'))
  .map((line) => line.split('|').map((cell) => cell.trim()))
  .map(([, rule = '', keptBy = '', shownBy = '']) => ({ id: rule.slice(0, 6), keptBy, shownBy }));

it('every legal rule has its row', () => {
  const numbers = Array.from({ length: 22 }, (_, index) => `LEG-${String(index + 1).padStart(2, '0')}`);
  expect(rows.map(({ id }) => id)).toEqual(numbers);
});

it('a rule is said to be switched off exactly where a switch stands', () => {
  const switched = new Set(policyRules.map(({ id }) => id).filter((id) => id.startsWith('LEG-')));
  expect(rows.filter(({ shownBy }) => shownBy.includes('npm run policy')).map(({ id }) => id)).toEqual(
    [...switched].sort(),
  );
});

it('each file that is named is there', () => {
  const named = rows.flatMap(({ keptBy, shownBy }) => [
    ...[...keptBy.matchAll(/`(client\/[\w/.-]+|transport\/[\w/.-]+)`/g)].map(([, path]) => `src/${path!}`),
    ...[...shownBy.matchAll(/`(test\/[\w/.-]+|api\/)`/g)].map(([, path]) => path!),
  ]);
  expect(named.length).toBeGreaterThan(10);
  expect(named.filter((path) => !existsSync(path) && !existsSync(`${path}.test.ts`))).toEqual([]);
});

it.each(policyRules.map(({ id, what, ...edits }) => [`${id} ${what}`, edits] as const))(
  '%s: the switch finds its line, once',
  (_, { also, ...first }) => {
    for (const { file, on } of [first, ...(also ? [also] : [])]) {
      expect(readFileSync(file, 'utf8').split(on)).toHaveLength(2);
    }
  },
);
