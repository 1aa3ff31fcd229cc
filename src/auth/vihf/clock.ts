import type { Finding } from '../../errors.ts';
import { momentOf, optionalNumber } from '../../internal/border.ts';
import { clockSkewMs } from '../../internal/clock-skew.ts';

/** One exchange with a server that says its time. @group VIHF */
export interface ClockReading {
  /** Value of the `Date` header of the answer. */
  readonly dateHeader: string;
  /** Our clock when the request left and when the answer came, in milliseconds since 1970. */
  readonly sentAt: number;
  readonly receivedAt: number;
}

/** How far our clock is from a server's. @group VIHF */
export interface ClockSkew {
  /** Server minus us, in milliseconds: positive when our clock is late. */
  readonly skewMs: number;
  /**
   * The true value is within this of `skewMs`: half the round trip, and the second that the header
   * rounds away.
   */
  readonly uncertaintyMs: number;
  /** One finding when the clocks differ for sure by more than the limit. */
  readonly findings: readonly Finding[];
}

/** Options of {@link measureClockSkew}. @group VIHF */
export interface ClockSkewOptions {
  /**
   * Difference that is still harmless, in milliseconds, a day at most.
   * @defaultValue `60_000`, the skew of the assertions
   */
  readonly limitMs?: number | undefined;
}

const httpDate =
  /^(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun), \d{2} (?:Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec) \d{4} \d{2}:\d{2}:\d{2} GMT$/;

/**
 * Measures how far the clock of this machine is from a server's, from the `Date` header of any
 * answer. A clock that is wrong by more than a minute makes assertions that are refused as expired
 * or not yet valid.
 *
 * @returns `null` when the header is no HTTP date, or the answer came before the question.
 * @throws TerrESanteError `TE_INPUT_INVALID` when our times are no moments.
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
  { dateHeader, sentAt, receivedAt }: ClockReading,
  options: ClockSkewOptions = {},
): ClockSkew | null {
  momentOf('sentAt', sentAt);
  momentOf('receivedAt', receivedAt);
  const limitMs = optionalNumber('limitMs', options.limitMs, clockSkewMs, { max: 86_400_000 });
  const server = httpDate.test(dateHeader) ? Date.parse(dateHeader) : Number.NaN;
  const roundTrip = receivedAt - sentAt;
  if (Number.isNaN(server) || !(roundTrip >= 0)) return null;
  // The header cuts its fraction off: on average half a second is missing.
  const skewMs = Math.round(server + 500 - (sentAt + roundTrip / 2));
  const uncertaintyMs = Math.ceil(roundTrip / 2) + 500;
  const sure = Math.abs(skewMs) - uncertaintyMs > limitMs;
  const late = skewMs > 0;
  return {
    skewMs,
    uncertaintyMs,
    findings: sure
      ? [
          {
            rule: 'CLOCK-SKEW',
            severity: 'error',
            path: 'clock',
            message: `L'heure du poste ${late ? 'retarde' : 'avance'} de ${Math.round(Math.abs(skewMs) / 1000)} s sur celle du serveur.`,
            messageEn: `The clock of this machine is ${Math.round(Math.abs(skewMs) / 1000)} s ${late ? 'late' : 'fast'}.`,
            found: `${Math.round(skewMs / 1000)} s`,
            expected: `au plus ${Math.round(limitMs / 1000)} s`,
            fix: "Réglez l'heure du poste par un serveur de temps (NTP), au moins une fois par jour.",
            reference: 'SAML 2.0 Core, section 2.5.1.2',
          },
        ]
      : [],
  };
}
