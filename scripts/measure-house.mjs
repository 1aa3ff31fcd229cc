// Figures of the house, from the sources alone: functions, blank lines, long runs, public names.
// usage: node scripts/measure-house.mjs [--list] [FOLDER...]
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import ts from 'typescript';

const args = process.argv.slice(2);
const list = args.includes('--list');
const folders = args.filter((arg) => !arg.startsWith('--'));
if (folders.length === 0) folders.push('src');

const files = folders.flatMap((folder) =>
  readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && entry.name.endsWith('.ts'))
    .map((entry) => join(entry.parentPath, entry.name)),
);

const functions = [];
for (const file of files) {
  const text = readFileSync(file, 'utf8');
  const source = ts.createSourceFile(file, text, ts.ScriptTarget.ES2022, true);
  const lines = text.split('\n');

  const visit = (node) => {
    if (ts.isFunctionLike(node) && node.body && ts.isBlock(node.body))
      functions.push(measure(node, source, lines, file));
    ts.forEachChild(node, visit);
  };
  visit(source);
}

/** A blank line after an opening or before a closing bracket parts no two steps. */
function measure(node, source, lines, file) {
  const first = source.getLineAndCharacterOfPosition(node.getStart()).line;
  const last = source.getLineAndCharacterOfPosition(node.end).line;
  const isBlank = (at) => lines[at].trim() === '';
  let blanks = 0;
  let run = 0;
  let longest = 0;

  for (let at = first; at <= last; at += 1) {
    const text = lines[at].trim();
    if (text === '') {
      const opened = /[[({]$/.test(lines[at - 1].trim());
      const closes = /^[\])}]/.test((lines[at + 1] ?? '').trim());
      if (!opened && !closes && !isBlank(at - 1)) blanks += 1;
      run = 0;
    } else if (!/^(?:\/\/|\/?\*)/.test(text)) {
      run += 1;
      longest = Math.max(longest, run);
    }
  }
  return {
    file,
    line: first + 1,
    name: node.name?.getText() ?? '(anonymous)',
    length: last - first + 1,
    blanks,
    longest,
  };
}

const long = functions.filter(({ length }) => length >= 15);
const breathless = long.filter(({ blanks }) => blanks === 0);
const above = functions.filter(({ length }) => length > 60).sort((a, b) => b.length - a.length);
const longest = functions.reduce((most, next) => (next.longest > most.longest ? next : most), functions[0]);

if (list) {
  for (const { file, line, name, length } of breathless)
    console.log(`no blank line  ${file}:${line} ${name} ${length}`);
  for (const { file, line, name, length } of above) console.log(`above 60 lines ${file}:${line} ${name} ${length}`);
  for (const { file, line, name, longest } of functions.filter((found) => found.longest > 25))
    console.log(`run of ${longest}      ${file}:${line} ${name}`);
}
console.log(`functions: ${functions.length}; of 15 lines or more: ${long.length}`);
console.log(`without a blank line: ${breathless.length} (${((100 * breathless.length) / long.length).toFixed(1)} %)`);
console.log(`above 60 lines: ${above.length}`);
console.log(`longest run of code lines: ${longest.longest} (${longest.file}:${longest.line} ${longest.name})`);
