import { parseArgs } from 'node:util';
import { scenarios } from '../../conformance/kit.ts';
import { safeJson } from '../inspect/rows.ts';
import type { Command } from '../io.ts';

/** `terr-esante conformance list` */
export const list: Command = async (args, io) => {
  const { values } = parseArgs({
    args: [...args],
    options: { family: { type: 'string' }, json: { type: 'boolean', default: false } },
  });
  const family = values.family?.toUpperCase();
  const wanted = scenarios.filter(({ id }) => family === undefined || id.startsWith(`${family}-`));
  const lang = io.lang ?? 'fr';

  for (const { id, status, title, sources, assert } of wanted) {
    const grade = sources[0]?.grade ?? 'D';
    const rules = [...new Set(assert.map(({ rule }) => rule))];
    if (values.json) io.out(`${safeJson({ id, status, grade, title: title[lang], rules })}\n`);
    else io.out(`${id.padEnd(8)} ${grade}  ${title[lang]}\n`);
  }
  return wanted.length > 0 ? 0 : 1;
};
