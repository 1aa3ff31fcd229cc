import { readFileSync } from 'node:fs';

import { describe, expect, it } from 'vitest';

import { integrationCodes } from '../../src/transport/receipt/integration-code.ts';

const guide = readFileSync(new URL('../../docs/deposer-un-document.md', import.meta.url), 'utf8');

/** Rows of the table of codes: those whose first cell is a code of three digits. */
const rows = guide
  .split('\n')
  .map((line) => line.split('|').map((cell) => cell.trim()))
  .filter(([, code]) => code !== undefined && /^\d{3}$/.test(code))
  .map(([, code, label, fix]) => ({ code, label, fix }));

describe('docs/deposer-un-document.md', () => {
  it('lists every integration code with the sentences of the table in the code', () => {
    expect(rows).toEqual(integrationCodes);
  });
});
