import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';

/** One example of the documentation: a complete module. */
export interface Example {
  /** `src/errors.ts:87` */
  readonly where: string;
  readonly source: string;
  /** Why it is only type-checked, or `null` when it runs. */
  readonly notRun: string | null;
}

const files = (root: string, folder: string, end: string): string[] =>
  readdirSync(join(root, folder), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && entry.name.endsWith(end))
    .map((entry) => join(entry.parentPath, entry.name))
    .sort();

function blocks(path: string, where: string, insideComments: boolean): Example[] {
  const found: Example[] = [];
  let block: string[] | null = null;
  let start = 0;
  for (const [index, raw] of readFileSync(path, 'utf8').split('\n').entries()) {
    if (insideComments && !/^\s*\*( |$)/.test(raw)) continue;
    const line = insideComments ? raw.replace(/^\s*\* ?/, '') : raw;
    if (block === null) {
      if (line.trimEnd() !== '```ts') continue;
      block = [];
      start = index + 2;
    } else if (line.startsWith('```')) {
      const notRun = /^\/\/ not run: (.+)$/.exec(block[0] ?? '')?.[1] ?? null;
      found.push({ where: `${where}:${start}`, source: `${block.join('\n')}\n`, notRun });
      block = null;
    } else block.push(line);
  }
  if (block !== null) throw new Error(`${where}:${start}: a code block is not closed`);
  return found;
}

/** Code without the words around it: what a guide and its twin in the other language share. */
const codeOf = ({ source, notRun }: Example): string =>
  notRun === null
    ? withChecks(source)
        .replaceAll(/ ?\/\/ .*$/gm, '')
        .replaceAll(/\s+/g, ' ')
    : source;

/** Every TypeScript block of the doc comments, of README.md and of docs; the same code once. */
export function collectExamples(root: string): Example[] {
  const relative = (path: string): string => path.slice(root.length + 1);
  const all = [
    ...files(root, 'src', '.ts').flatMap((path) => blocks(path, relative(path), true)),
    ...[join(root, 'README.md'), ...files(root, 'docs', '.md')].flatMap((path) => blocks(path, relative(path), false)),
  ];
  return [...new Map(all.toReversed().map((example) => [codeOf(example), example])).values()].toReversed();
}

const literal = /^(?:'[^']*'|"[^"]*"|-?\d[\d_.]*|true|false|null|undefined|\[.*\]|\{.*\})$/;

/** Turns `expression; // literal` into a comparison, and leaves the rest as it is. */
export function withChecks(source: string): string {
  let checks = 0;
  const lines = source.split('\n').map((line) => {
    const match = /^(\s*)([^/\s].*?);\s*\/\/ (.+?)\s*$/.exec(line);
    const [, indent = '', statement = '', expected = ''] = match ?? [];
    if (!match || !literal.test(expected)) return line;
    const declared = /^(?:const|let) (\w+)(?:: [^=]+)? = /.exec(statement)?.[1];
    if (declared === undefined && /^(?:const|let|return|import|export|throw|type|interface)\b/.test(statement)) {
      return line;
    }
    checks += 1;
    if (declared !== undefined) return `${indent}${statement}; __same(${declared}, ${expected});`;
    const printed = /^console\.log\((.*)\)$/.exec(statement)?.[1];
    return `${indent}__same(${printed ?? statement}, ${expected});`;
  });
  if (checks === 0) return source;
  return `import { deepStrictEqual as __equal } from 'node:assert';\nconst __same = (a: unknown, b: unknown): void => { __equal(JSON.parse(JSON.stringify(a ?? null)), JSON.parse(JSON.stringify(b ?? null))); };\n${lines.join('\n')}`;
}
