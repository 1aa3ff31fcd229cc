import { describe, expect, it } from 'vitest';
import { checkCda } from '../../src/documents/index.ts';
import { letter, vsm } from './helpers/cda-texts.ts';

const rulesOf = async (xml: string): Promise<string[]> =>
  (await checkCda(Buffer.from(xml, 'utf8'))).findings.map(({ rule }) => rule);

describe('checkCda', () => {
  it('does not fill the memory with findings', async () => {
    const xml = (await letter()).replace('<title>', `${'<inconnu></inconnu>'.repeat(20_000)}<title>`);
    expect((await rulesOf(xml)).length).toBeLessThanOrEqual(500);
    // Quadratic work would not end here: tens of thousands of siblings, at several places.
    const address = (await letter()).replace(
      '<addr nullFlavor="UNK"></addr>',
      '<addr nullFlavor="UNK"></addr>'.repeat(40_000),
    );
    const narrative = (await vsm()).replace('<tbody>', `<tbody>${'<tr><td>x</td></tr>'.repeat(20_000)}`);
    for (const one of [address, narrative]) expect((await rulesOf(one)).length).toBeLessThanOrEqual(500);
  });
});
