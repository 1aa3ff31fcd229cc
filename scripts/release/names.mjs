// Which public names changed since the last release, and which of them nobody announced.
import { createHash } from 'node:crypto';
import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';

const declared = /^export (?:declare )?(?:abstract )?(?:class|const|function|interface|type|enum|namespace) (\w+)/;

/** Each public name of the reports, as `entry#name`, with a digest of its declaration. */
export function publicNames(folder) {
  const names = {};
  for (const file of readdirSync(folder)
    .filter((name) => name.endsWith('.api.md'))
    .toSorted()) {
    const entry = file.replace(/\.api\.md$/, '');
    const text = readFileSync(join(folder, file), 'utf8').replaceAll('\r\n', '\n');
    for (const part of text.split(/^(?=export )/m)) {
      const name = declared.exec(part)?.[1];
      // What stands between two declarations (a warning of the report, the fence) is none of theirs.
      const body = part.split(/^(?:\/\/ |```)/m)[0].trim();
      if (name)
        names[`${entry}#${name}`] = createHash('sha256')
          .update((names[`${entry}#${name}`] ?? '') + body)
          .digest('hex')
          .slice(0, 16);
    }
  }
  return names;
}

/** What differs between two lists of names. */
export function changedNames(before, after) {
  const gone = Object.keys(before).filter((name) => !(name in after));
  const come = Object.keys(after).filter((name) => !(name in before));
  const other = Object.keys(after).filter((name) => name in before && before[name] !== after[name]);
  return { removed: gone, added: come, changed: other };
}

/**
 * The names that no text names. A fragment names them as code: `` `depositLetter` ``, or a member of
 * it (`` `ClientOptions.auth` ``).
 */
export function unannounced({ removed, added, changed }, text) {
  const words = new Set([...text.matchAll(/`([^`\n]+)`/g)].flatMap(([, code]) => code.match(/\w+/g) ?? []));
  return [...removed, ...added, ...changed].filter((name) => !words.has(name.split('#')[1])).toSorted();
}

/** Whether the version says what happened: a name that is gone or differs is not a patch. */
export function versionFits(released, version, { removed, added, changed }) {
  if (released === null) return true;
  const [a, b] = [released, version].map((text) => text.split('-')[0].split('.').map(Number));
  if (b[0] > a[0]) return true;
  if (b[0] < a[0]) return false;
  if (removed.length > 0 || changed.length > 0) return a[0] === 0 && b[1] > a[1];
  return added.length > 0 ? b[1] > a[1] : b[1] > a[1] || b[2] > a[2];
}
