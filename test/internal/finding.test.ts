import { describe, expect, it } from 'vitest';
import { finding, type RuleCatalogue } from '../../src/internal/finding.ts';

const catalogue = {
  'TEST-PLAIN': {
    severity: 'warning',
    fr: 'Champ {field} vide.',
    en: 'Field {field} is empty.',
    fix: { fr: 'Renseigner {field}.', en: 'Fill in {field}.' },
    reference: 'RFC 1',
  },
  'TEST-CASES': {
    severity: 'error',
    fr: 'Date refusée : {case}.',
    en: 'Date refused: {case}.',
    cases: {
      late: { fr: 'périmée depuis {days} jours', en: 'over for {days} days' },
      early: {
        fr: 'pas encore valable',
        en: 'not valid yet',
        fix: { fr: 'Attendre {days} jours.', en: 'Wait for {days} days.' },
      },
    },
    fix: { fr: 'Renouveler la carte.', en: 'Renew the card.' },
    reference: 'RFC 2',
  },
} as const satisfies RuleCatalogue;

describe('finding', () => {
  it('fills the places of a rule without cases', () => {
    const { message, messageEn, fix, fixEn } = finding(catalogue, 'TEST-PLAIN', { path: '/', values: { field: 'a' } });
    expect([message, messageEn]).toEqual(['Champ a vide.', 'Field a is empty.']);
    expect([fix, fixEn]).toEqual(['Renseigner a.', 'Fill in a.']);
  });

  it('puts the sentence of a case in its place, in each language', () => {
    const place = { path: '/', case: 'late', values: { days: 3 } } as const;
    const { rule, message, messageEn, fix, fixEn } = finding(catalogue, 'TEST-CASES', place);
    expect(rule).toBe('TEST-CASES');
    expect([message, messageEn]).toEqual(['Date refusée : périmée depuis 3 jours.', 'Date refused: over for 3 days.']);
    expect([fix, fixEn]).toEqual(['Renouveler la carte.', 'Renew the card.']);
  });

  it('gives the remedy of the case where it has one', () => {
    const { message, fix, fixEn } = finding(catalogue, 'TEST-CASES', { path: '/', case: 'early', values: { days: 2 } });
    expect([message, fix, fixEn]).toEqual([
      'Date refusée : pas encore valable.',
      'Attendre 2 jours.',
      'Wait for 2 days.',
    ]);
  });

  it('does not read a value as a sentence with places', () => {
    const place = { path: '/', case: 'late', values: { days: '{case} {path}' } } as const;
    expect(finding(catalogue, 'TEST-CASES', place).message).toBe('Date refusée : périmée depuis {case} {path} jours.');
  });

  it('takes only a case of its rule, at compilation and at run time', () => {
    // @ts-expect-error the rule has no such case
    expect(() => finding(catalogue, 'TEST-CASES', { path: '/', case: 'old' })).toThrow(TypeError);
    // @ts-expect-error a rule with cases asks for one
    expect(() => finding(catalogue, 'TEST-CASES', { path: '/' })).toThrow(TypeError);
    // @ts-expect-error a rule without cases takes none
    expect(() => finding(catalogue, 'TEST-PLAIN', { path: '/', case: 'late' })).toThrow(TypeError);
    // @ts-expect-error an inherited name is no case
    expect(() => finding(catalogue, 'TEST-CASES', { path: '/', case: 'toString' })).toThrow(TypeError);
    // @ts-expect-error a rule that is not in the catalogue
    expect(() => finding(catalogue, 'TEST-OTHER', { path: '/' })).toThrow(TypeError);
  });

  it('takes no rule chosen at run time among rules with and without cases', () => {
    const rule = 'TEST-CASES' as keyof typeof catalogue;
    // @ts-expect-error which case would it be
    expect(() => finding(catalogue, rule, { path: '/' })).toThrow(TypeError);
  });
});
