import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import ts from 'typescript';
import { describe, expect, it } from 'vitest';

/** The only file that makes a finding. */
const maker = 'src/internal/finding.ts';

/** What has a rule and a severity, and is no finding. */
const exceptions: Readonly<Record<string, string>> = {
  'src/conformance/scenario/row.ts': 'a demand of a scenario, mandatory or recommended',
  'src/conformance/verdict/judge.ts': 'what became of such a demand',
  'src/conformance/far-side/decode.ts': 'of a finding that was made, what the journal keeps',
};

/** Where a source makes an object with a `rule` and a `severity`. */
function madeByHand(path: string, text: string): string[] {
  const source = ts.createSourceFile(path, text, ts.ScriptTarget.ES2022, true);
  const places: string[] = [];

  const visit = (node: ts.Node): void => {
    if (ts.isObjectLiteralExpression(node)) {
      const names = new Set(
        node.properties.map(({ name }) => name && (ts.isComputedPropertyName(name) ? '' : name.text)),
      );
      if (names.has('rule') && names.has('severity')) {
        const { line } = source.getLineAndCharacterOfPosition(node.getStart());
        places.push(`${path}:${line + 1}`);
      }
    }
    ts.forEachChild(node, visit);
  };
  visit(source);

  return places;
}

describe('findings', () => {
  it('are recognised when they are made by hand', () => {
    expect(madeByHand('a.ts', "const a = { rule: 'A-B', severity: 'error' };")).toEqual(['a.ts:1']);
    expect(madeByHand('a.ts', "f(\n  { 'rule': rule, severity, path: '/' });")).toEqual(['a.ts:2']);
    expect(madeByHand('a.ts', "const rules = { 'A-B': { severity: 'error', fr: '' } };")).toEqual([]);
  });

  it(`are made in ${maker} and nowhere else`, () => {
    const files = readdirSync('src', { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile() && entry.name.endsWith('.ts'))
      .map((entry) => join(entry.parentPath, entry.name).replaceAll('\\', '/'));
    expect(files).toContain(maker);

    const places = files
      .filter((path) => path !== maker && !(path in exceptions))
      .map((path) => [path, readFileSync(path, 'utf8')] as const)
      // Reading a file is cheaper than parsing it.
      .filter(([, text]) => /\brule\b/.test(text) && /\bseverity\b/.test(text))
      .flatMap(([path, text]) => madeByHand(path, text));
    expect(places).toEqual([]);
  });
});
