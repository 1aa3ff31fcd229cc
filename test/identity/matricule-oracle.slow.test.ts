import { describe, expect, it } from 'vitest';

import { checkIns } from '../../src/identity/index.ts';

/** The rules said again, slowly: one after the other, with numbers of any length. */
function expected(text: string): string[] {
  const kept: string[] = [];
  for (const unit of text.split('')) if (!/^[\s.-]$/.test(unit)) kept.push(unit.replace('a', 'A').replace('b', 'B'));
  const isCorsican = kept[5] === '2' && (kept[6] === 'A' || kept[6] === 'B');
  if (kept.some((unit, index) => !'0123456789'.includes(unit) && !(index === 6 && isCorsican)))
    return ['IDENTITY-CHARACTER'];
  if (kept.length !== 15) return ['IDENTITY-LENGTH'];
  const rules: string[] = [];
  if ('34'.includes(kept[0]!)) rules.push('IDENTITY-FIRST-DIGIT-LEGACY');
  else if (!'1278'.includes(kept[0]!)) rules.push('IDENTITY-FIRST-DIGIT');
  const month = Number(kept.slice(3, 5).join(''));
  if (month === 0 || (month >= 14 && month <= 19)) rules.push('IDENTITY-MONTH');
  else if (month === 13) rules.push('IDENTITY-MONTH-13');
  else if (month >= 43 && month <= 49) rules.push('IDENTITY-MONTH-UNUSUAL');
  const body = kept.slice(0, 13).join('').replace('2A', '19').replace('2B', '18');
  if (97n - (BigInt(body) % 97n) !== BigInt(kept.slice(13).join(''))) rules.push('IDENTITY-KEY');
  return rules;
}

describe('checkIns', () => {
  it('says what the rules say, on many texts', () => {
    let seed = 20_261_125;
    const random = (below: number): number => {
      seed = (Math.imul(seed, 1_664_525) + 1_013_904_223) >>> 0;
      return Math.floor((seed / 2 ** 32) * below);
    };
    const strange = [
      '٣',
      '３',
      '\uD835',
      '\uDFCE',
      '𝟎',
      '\u00A0',
      '\u2003',
      '\uFEFF',
      '\n',
      '.',
      '-',
      ' ',
      '–',
      'A',
      'b',
      'a',
      'B',
      'C',
      'O',
      '\0',
      '+',
    ];
    const digits = (count: number): string => Array.from({ length: count }, () => String(random(10))).join('');
    const seen = new Map<string, number>();
    for (let count = 0; count < 200_000; count += 1) {
      const department = ['2A', '2B', '2a', '2b', digits(2), digits(2)][random(6)]!;
      const body = `${String(random(3) === 0 ? random(10) : 1 + random(2))}${digits(2)}${digits(2)}${department}${digits(6)}`;
      const number = body.toUpperCase().replace('2A', '19').replace('2B', '18');
      const right = String(97n - (BigInt(number) % 97n)).padStart(2, '0');
      let text = body + (random(4) === 0 ? digits(2) : right);
      for (let change = random(4); change > 1; change -= 1) {
        const at = random(text.length + 1);
        const added = random(3) === 0 ? digits(1) : strange[random(strange.length)]!;
        text = text.slice(0, at) + added + text.slice(at + random(2));
      }
      const said = checkIns(text).findings.map(({ rule }) => rule);
      const due = expected(text);
      if (said.join() !== due.join()) {
        expect.unreachable(`${JSON.stringify(text)}: ${said.join()} and not ${due.join()}`);
      }
      for (const code of due.length === 0 ? ['none'] : due) seen.set(code, (seen.get(code) ?? 0) + 1);
    }
    const codes = [
      'none',
      'IDENTITY-CHARACTER',
      'IDENTITY-LENGTH',
      'IDENTITY-FIRST-DIGIT',
      'IDENTITY-FIRST-DIGIT-LEGACY',
      'IDENTITY-MONTH',
      'IDENTITY-MONTH-13',
      'IDENTITY-MONTH-UNUSUAL',
      'IDENTITY-KEY',
    ];
    for (const code of codes) expect([code, (seen.get(code) ?? 0) > 200]).toEqual([code, true]);
  });
});
