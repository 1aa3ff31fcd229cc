import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

import { describe, expect, it } from 'vitest';

import { readJson, writeJson, type Json } from '../../../src/internal/json/index.ts';
import { skipBecause } from '../../helpers/require-tool.ts';

/*
 * Official examples of the guides, read and written: nothing but `meta` may differ, digits included.
 * `TERR_DATA` holds those of most guides; `TERR_ROR_EXAMPLES` names instead a folder of those of the
 * ROR (ansforge/IG-fhir-repertoire-offre-ressources-sante), which are too many to be kept there.
 */
const ror = process.env['TERR_ROR_EXAMPLES'];
const folder = ror ?? join(process.env['TERR_DATA'] ?? '', 'fhir');
const files = existsSync(folder)
  ? readdirSync(folder, { recursive: true, encoding: 'utf8' })
      .filter((name) => name.endsWith('.json') && (ror !== undefined || /(?:^|[\\/])examples[\\/]/.test(name)))
      .sort()
  : [];
if (files.length === 0) skipBecause('neither TERR_DATA nor TERR_ROR_EXAMPLES names a folder of examples');

/** Paths at which two trees differ; the order of members does not count, that of lists does. */
function differences(left: unknown, right: unknown, path: string): string[] {
  if (typeof left !== 'object' || typeof right !== 'object' || left === null || right === null) {
    return Object.is(left, right) ? [] : [path];
  }
  if (Array.isArray(left) !== Array.isArray(right)) return [path];
  const names = new Set([...Object.keys(left), ...Object.keys(right)]);
  return [...names].flatMap((name) => differences((left as Json)[name], (right as Json)[name], `${path}.${name}`));
}

/** Numbers as they stand in a text, outside of its strings. */
const digits = (text: string): readonly string[] =>
  text.replaceAll(/"(?:[^"\\]|\\.)*"/g, '""').match(/-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?/g) ?? [];

describe.skipIf(files.length === 0)('official examples', () => {
  it.each(files)('%s', (name) => {
    const bytes = readFileSync(join(folder, name));
    const text = bytes.toString('utf8').replace(/^\uFEFF/, '');
    const original = JSON.parse(text) as Json;
    if (typeof original['resourceType'] !== 'string') {
      console.log(`skipped: ${name}: no resource`);
      return;
    }
    const written = writeJson(readJson(bytes));
    const found = differences(original, JSON.parse(written), original['resourceType']);
    expect(found.filter((path) => !/^\w+\.meta\b/.test(path))).toEqual([]);
    expect(digits(written)).toEqual(digits(text));
  });
});
