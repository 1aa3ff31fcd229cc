import { describe, expect, it } from 'vitest';
import { checkCoherence, type CoherenceTraits } from '../../src/identity/index.ts';
import { load } from './load.ts';

const vectors = load<{ id: string; matricule: string; traits: CoherenceTraits; rules: string[]; note: string }>(
  'coherence',
);
const oid = '1.2.250.1.213.1.4.8';

describe('checkCoherence', () => {
  it.each(vectors)('$id $matricule: $note', ({ matricule, traits, rules }) => {
    const { ok, findings } = checkCoherence({ value: matricule, oid }, traits);
    expect(ok).toBe(true);
    expect(findings.map(({ rule }) => rule)).toEqual(rules);
    expect(findings.every(({ severity, message }) => severity === 'warning' && message !== '')).toBe(true);
  });

  it('knows Seine and Seine-et-Oise before 1968, with the same last three digits', () => {
    const place = (number: string, birthDate: string, birthPlace: string): number =>
      checkCoherence({ value: number, oid }, { birthDate, birthPlace }).findings.filter(
        ({ rule }) => rule === 'IDENTITY-BIRTH-PLACE-MISMATCH',
      ).length;
    // Key not right on purpose: coherence looks at the structure only.
    expect(place('160017501200100', '1960-01-05', '92012')).toBe(0);
    expect(place('160017801200100', '1960-01-05', '95012')).toBe(0);
    expect(place('160017501200100', '1960-01-05', '92013')).toBe(1);
    expect(place('170017501200100', '1970-01-05', '92012')).toBe(1);
    expect(place('160017501200100', '1960-01-05', '77012')).toBe(1);
  });

  it('takes the years of the Maghreb as options', () => {
    const born1963 = { birthDate: '1963-02-01', birthPlace: '99352' };
    const ins = { value: '163029235203100', oid };
    expect(checkCoherence(ins, born1963).findings.map(({ rule }) => rule)).toEqual(['IDENTITY-BIRTH-PLACE-MISMATCH']);
    expect(checkCoherence(ins, born1963, { algeriaUntil: 1963 }).findings).toEqual([]);
  });

  it('compares nothing that is absent, and nothing of an unreadable number', () => {
    expect(checkCoherence({ value: '185057800608491', oid }, {}).findings).toEqual([]);
    expect(checkCoherence({ value: 'x', oid }, { sex: 'F' }).findings).toEqual([]);
  });
});
