import { TerrESanteError } from '../../errors.ts';
import { element, type Xml } from '../../internal/xml/index.ts';
import { time } from '../cda/write-parts.ts';

/** `YYYY`, `YYYY-MM` or `YYYY-MM-DD` to HL7 digits. */
export function hl7Day(value: string, field: string): string {
  const match = /^(\d{4})(?:-(\d{2})(?:-(\d{2}))?)?$/.exec(value);
  if (match) {
    const [, year = '', month, day] = match;
    const date = new Date(Date.UTC(Number(year), Number(month ?? '1') - 1, Number(day ?? '1')));
    const real = date.getUTCMonth() === Number(month ?? '1') - 1 && date.getUTCDate() === Number(day ?? '1');
    if (real && Number(year) > 0) return `${year}${month ?? ''}${day ?? ''}`;
  }

  throw new TerrESanteError('TE_DATE_INVALID', `${field} : date attendue AAAA, AAAA-MM ou AAAA-MM-JJ.`, {
    details: { field },
  });
}

/** As a reader in France writes it. */
export function frenchDay(value: string | undefined): string {
  return value === undefined ? '' : value.split('-').reverse().join('/');
}

export interface Period {
  readonly low: string | null;
  readonly high: string | null;
}

/**
 * The two ends. An end that is not after the start at their common precision is not written as
 * `high`: the data type rules of the CI-SIS refuse equal ends; the narrative keeps both dates.
 */
export function period(start: string | undefined, end: string | undefined, field: string): Period {
  const low = start === undefined ? null : hl7Day(start, `${field}.start`);
  const high = end === undefined ? null : hl7Day(end, `${field}.end`);

  if (low !== null && high !== null) {
    const common = Math.min(low.length, high.length);
    const order = low.slice(0, common).localeCompare(high.slice(0, common));
    if (order > 0) {
      throw new TerrESanteError('TE_DATE_INVALID', `${field} : la fin précède le début.`, { details: { field } });
    }

    if (order === 0) return { low, high: null };
  }

  return { low, high };
}

/** `low` always, `high` when the state wants one. */
export function effectiveTime({ low, high }: Period, ended: boolean, type?: string): Xml {
  return element(
    'effectiveTime',
    { 'xsi:type': type },
    time('low', low) ?? element('low', { nullFlavor: 'UNK' }),
    ended && (time('high', high) ?? element('high', { nullFlavor: 'UNK' })),
  );
}
