import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import ts from 'typescript';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { collectExamples, withChecks } from './extract.ts';

const root = resolve(import.meta.dirname, '../..');
const folder = join(root, '.tmp/examples');
const examples = collectExamples(root);
const nameOf = (index: number): string => `example-${index}`;

const runner = `
const outcome = {};
for (const name of JSON.parse(process.argv[1])) {
  try { await import('file://' + process.cwd() + '/' + name + '.mjs'); outcome[name] = 'ok'; }
  catch (error) { outcome[name] = String(error?.stack ?? error); }
}
process.stdout.write('\\n@@' + JSON.stringify(outcome), () => process.exit(0));
`;

describe('examples of the documentation', () => {
  let problems = new Map<string, string>();
  let outcome: Record<string, string> = {};

  beforeAll(() => {
    if (!existsSync(join(root, 'dist/esm/index.js'))) throw new Error('dist is missing: npm run build first');
    rmSync(folder, { recursive: true, force: true });
    mkdirSync(folder, { recursive: true });
    const paths = examples.map(({ source }, index) => {
      const checked = withChecks(source);
      const path = join(folder, `${nameOf(index)}.mts`);
      writeFileSync(path, `${checked}\nexport {};\n`);
      const { outputText } = ts.transpileModule(checked, {
        compilerOptions: { target: ts.ScriptTarget.ES2022, module: ts.ModuleKind.ES2022 },
      });
      writeFileSync(join(folder, `${nameOf(index)}.mjs`), outputText);
      return path;
    });
    const program = ts.createProgram(paths, {
      strict: true,
      target: ts.ScriptTarget.ES2022,
      module: ts.ModuleKind.NodeNext,
      moduleResolution: ts.ModuleResolutionKind.NodeNext,
      types: ['node'],
      noEmit: true,
      skipLibCheck: true,
    });
    problems = new Map(
      ts
        .getPreEmitDiagnostics(program)
        .map(({ file, messageText }) => [
          /example-\d+/.exec(file?.fileName ?? '')?.[0] ?? 'all',
          ts.flattenDiagnosticMessageText(messageText, '\n'),
        ]),
    );
    const runnable = examples.flatMap(({ notRun }, index) => (notRun === null ? [nameOf(index)] : []));
    const printed = execFileSync(process.execPath, ['--input-type=module', '-e', runner, JSON.stringify(runnable)], {
      cwd: folder,
      encoding: 'utf8',
      timeout: 110_000,
      maxBuffer: 1 << 26,
    });
    outcome = JSON.parse(printed.slice(printed.lastIndexOf('\n@@') + 3)) as Record<string, string>;
  }, 180_000);

  afterAll(() => {
    rmSync(folder, { recursive: true, force: true });
  });

  it('are found', () => {
    expect(examples.length).toBeGreaterThan(10);
    expect(problems.get('all')).toBeUndefined();
  });

  it.each(examples.map(({ where, notRun }, index) => ({ where, notRun, name: nameOf(index) })))(
    '$where',
    ({ name, notRun }) => {
      expect(problems.get(name)).toBeUndefined();
      if (notRun === null) expect(outcome[name]).toBe('ok');
    },
  );
});
