import { describe, expect, it } from 'vitest';
import { errorCodes, rules } from '../../src/conformance/index.ts';
import { TerrESanteError } from '../../src/index.ts';

/** Ends as a sentence does, or with a place that holds one. */
const sentence = /^\S.*[.?!…}]$/s;
/** An infinitive, "Ne rien faire" or "Vérifier…": the first word of a French fix. */
const infinitive = /^(?:Ne (?:pas |plus |jamais |rien |le |la |s')?|N'|S')?\p{L}+(?:er|ir|re)(?!\p{L})/u;

describe('rules', () => {
  const all = rules();

  it('lists every id once', () => {
    const ids = all.map(({ id }) => id);
    expect(ids.length).toBeGreaterThan(200);
    expect(ids.filter((id, index) => ids.indexOf(id) !== index)).toEqual([]);
  });

  it.each(all)('$id explains itself in both languages', ({ id, fr, en, fix, reference, expected }) => {
    expect(id).toMatch(/^[A-Z][A-Z0-9]*(?:-[A-Z0-9]+)+$/);
    for (const text of [fr, en, fix.fr, fix.en]) expect(text).toMatch(sentence);
    expect(fr).not.toBe(en);
    expect(fr + fix.fr).not.toContain('’');
    // A place alone holds a sentence of another table.
    if (!/^\{\w+\}$/.test(fix.fr)) expect(fix.fr).toMatch(infinitive);
    expect(reference).not.toBe('');
    expect(expected).not.toBe('');
  });

  const withCases = all.filter(({ cases }) => cases.length > 0);

  it('knows the rules that have several situations', () => {
    expect(withCases.map(({ id }) => id)).toEqual(
      expect.arrayContaining([
        'VIHF-INPUT',
        'SAML-GRAMMAR',
        'SAML-TIME',
        'CERT-USAGE',
        'SIG-DIGEST-CAUSE',
        'CLOCK-SKEW',
      ]),
    );
  });

  it.each(withCases)('$id has a place for its cases, each in both languages', ({ fr, en, cases }) => {
    expect(fr).toContain('{case}');
    expect(en).toContain('{case}');

    for (const { key, fix, ...sentences } of cases) {
      expect(key).toMatch(/^[a-z][a-z0-9-]*$/);
      expect(sentences.fr).toMatch(/^\S.*\S$/);
      expect(sentences.en).not.toBe(sentences.fr);
      expect(sentences.fr + fix.fr).not.toContain('’');
      expect(fix.fr).toMatch(infinitive);
      expect(fix.en).toMatch(sentence);
    }
    expect(new Set(cases.map((row) => row.fr)).size).toBe(cases.length);
  });

  it.each(all)('$id takes no sentence from outside the catalogue', ({ fr, en, fix, cases }) => {
    const texts = [fr, en, fix.fr, fix.en].join(' ');
    expect(texts).not.toMatch(/\{(?:fr|en|fixFr|fixEn)\}/);
    if (cases.length === 0) expect(texts).not.toContain('{case}');
  });
});

describe('errorCodes', () => {
  it.each(errorCodes())('$code explains itself, and is retryable as the error is', (row) => {
    const { code, cause, doctor, developer, retryable } = row;
    for (const text of [cause.fr, cause.en, doctor, developer.fr, developer.en]) expect(text).toMatch(sentence);
    expect(doctor + cause.fr + developer.fr).not.toContain('’');
    expect(developer.fr).toMatch(infinitive);
    expect(new TerrESanteError(code, 'message').retryable).toBe(retryable);
  });
});
