import { describe, expect, it } from 'vitest';
import { exportsOf } from '../../src/internal/exports-of.ts';

describe('the exports of a lazily imported CommonJS package', () => {
  const whole = { SignedXml: 'class' };

  it.each([
    ['Node: names beside default', { default: whole, SignedXml: 'class' }],
    ['a bundler that splits: default alone', { default: whole } as unknown as typeof whole],
    ['an ES module in its place: names alone', whole],
  ])('%s', (_from, imported) => {
    expect(exportsOf(imported).SignedXml).toBe('class');
  });
});
