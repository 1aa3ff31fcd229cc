import { describe, expect, it } from 'vitest';
import { parseUtc } from '../../src/internal/hl7-time.ts';

// SAML Core 2.0, section 1.3.3: times are in UTC form, without a time zone component.
describe('a time of an assertion', () => {
  it.each(['2026-03-02T08:00:00Z', '2026-03-02T08:00:00.5Z', '2026-03-02T08:00Z'])('is in UTC form: %s', (text) => {
    expect(new Date(parseUtc(text)).toISOString()).toMatch(/^2026-03-02T08:00:00/);
  });

  it.each([
    '2026-03-02T08:00:00+00:00',
    '2026-03-02T08:00:00-00:00',
    '2026-03-02T09:00:00+01:00',
    '2026-03-02T08:00:00',
    '2026-03-02T08:00:00z',
    '2026-02-30T08:00:00Z',
    '2026-03-02T24:00:00Z',
    '2026-03-02T08:00:60Z',
  ])('is in no other form: %s', (text) => {
    expect(() => parseUtc(text)).toThrow();
  });
});
