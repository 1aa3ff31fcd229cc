import type { CheckReport, Finding } from '../../errors.ts';
import { momentOf, optionalNumber, optionsOf, reading, recordOf } from '../../internal/border.ts';
import { checkReport, finding } from '../../internal/finding.ts';
import { vihfRules } from './rules/index.ts';
import { clockSkewMs } from '../../internal/clock-skew.ts';
import { number } from '../../internal/option-checks.ts';

/** One exchange with a server that says its time. @group VIHF */
export interface ClockReading {
  /** Value of the `Date` header of the answer. */
  readonly dateHeader: string;
  /** The host's time when the request left and when the answer came, in ms since 1970. */
  readonly sentAt: number;
  readonly receivedAt: number;
}

/**
 * How far our clock is from a server's, with a finding when the clocks differ for sure by more than
 * the limit.
 *
 * @group VIHF
 */
export interface ClockSkew extends CheckReport {
  /** Server minus us, in milliseconds: positive when our clock is late. */
  readonly skewMs: number;
  /**
   * The true value is within this of `skewMs`: half the round trip, and the second that the header
   * rounds away.
   */
  readonly uncertaintyMs: number;
}

const httpDate =
  /^(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun), \d{2} (?:Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec) \d{4} \d{2}:\d{2}:\d{2} GMT$/;

/**
 * Measures how far the clock of this machine is from a server's, from the `Date` header of any
 * answer. A clock that is wrong by more than a minute makes assertions that are refused as expired
 * or not yet valid.
 *
 * @returns `null` when the header is no HTTP date, or the answer came before the question.
 * @throws TerrESanteError `TE_INPUT_INVALID` when `sentAt` or `receivedAt` is not a time.
 *
 * @example
 * ```ts
 * import { measureClockSkew } from 'terr-esante-sdk/auth';
 *
 * const sentAt = Date.UTC(2026, 2, 2, 8, 0, 0);
 * const skew = measureClockSkew({ dateHeader: 'Mon, 02 Mar 2026 08:05:00 GMT', sentAt, receivedAt: sentAt + 200 });
 * skew?.skewMs; // 300400
 * skew?.findings[0]?.rule; // 'CLOCK-SKEW'
 * ```
 *
 * @see RFC 9110, section 6.6.1
 * @group VIHF
 */
export function measureClockSkew(
  input: ClockReading,
  options?: {
    /**
     * Difference that is still harmless, in milliseconds, a day at most.
     * @defaultValue `60_000`, the skew of the assertions
     */
    readonly limitMs?: number | undefined;
  },
): ClockSkew | null {
  const given = optionsOf('options', options, { limitMs: number({ max: 86_400_000 }) });
  return reading('input', () => skewOf(input, given));
}

function skewOf(
  input: ClockReading,
  options: {
    /**
     * Difference that is still harmless, in milliseconds, a day at most.
     * @defaultValue `60_000`, the skew of the assertions
     */
    readonly limitMs?: number | undefined;
  },
): ClockSkew | null {
  const { dateHeader, sentAt, receivedAt } = recordOf('input', input, 'lecture attendue');
  momentOf('sentAt', sentAt);
  momentOf('receivedAt', receivedAt);
  const limitMs = optionalNumber('limitMs', options.limitMs, clockSkewMs, { max: 86_400_000 });
  const server = httpDate.test(dateHeader) ? Date.parse(dateHeader) : Number.NaN;
  const roundTrip = receivedAt - sentAt;
  if (Number.isNaN(server) || !(roundTrip >= 0)) return null;
  // The header cuts its fraction off: on average half a second is missing.
  const skewMs = Math.round(server + 500 - (sentAt + roundTrip / 2));
  const uncertaintyMs = Math.ceil(roundTrip / 2) + 500;

  const findings: Finding[] = [];
  if (!(Math.abs(skewMs) - uncertaintyMs <= limitMs)) {
    findings.push(
      finding(vihfRules, 'CLOCK-SKEW', {
        path: 'clock',
        found: `${wholeSeconds(skewMs)} s`,
        expected: `≤ ${wholeSeconds(limitMs)} s`,
        case: skewMs > 0 ? 'late' : 'fast',
        values: { seconds: wholeSeconds(Math.abs(skewMs)) },
      }),
    );
  }
  return { ...checkReport(findings), skewMs, uncertaintyMs };
}

function wholeSeconds(ms: number): number {
  return Math.round(ms / 1000);
}
