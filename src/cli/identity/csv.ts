import type { TerrESanteError } from '../../errors.ts';
import { usageError } from '../failure.ts';
import { columnKey, frenchField, frenchValue } from './french.ts';
import type { InputRecord, RecordFault } from './record.ts';

/** Columns that are read, by their name in lower case, and where each goes. */
const columns: ReadonlyMap<string, readonly [string, string] | readonly [string, string, string]> = new Map([
  ['birthname', ['traits', 'birthName']],
  ['firstname', ['traits', 'firstName']],
  ['birthfirstnames', ['traits', 'birthFirstNames']],
  ['usedname', ['traits', 'usedName']],
  ['usedfirstname', ['traits', 'usedFirstName']],
  ['birthdate', ['traits', 'birthDate']],
  ['sex', ['traits', 'sex']],
  ['countryinsee', ['traits', 'birthPlace', 'countryInsee']],
  ['communeinsee', ['traits', 'birthPlace', 'communeInsee']],
  ['postalcode', ['traits', 'birthPlace', 'postalCode']],
  ['city', ['traits', 'birthPlace', 'city']],
  ['ins', ['ins', 'value']],
  ['oid', ['ins', 'oid']],
  ['localid', ['localId', 'value']],
  ['localsystem', ['localId', 'system']],
  ['identitystatus', ['patient', 'identityStatus']],
]);

export const columnNames: readonly string[] = [
  'birthName',
  'firstName',
  'birthFirstNames',
  'usedName',
  'usedFirstName',
  'birthDate',
  'sex',
  'countryInsee',
  'communeInsee',
  'postalCode',
  'city',
  'ins',
  'oid',
  'localId',
  'localSystem',
  'identityStatus',
];

/** Cells of one record (RFC 4180); `null` while a quoted cell is still open. */
function cells(text: string, delimiter: string): string[] | null {
  const out: string[] = [];
  let index = 0;
  for (;;) {
    if (text[index] === '"') {
      let value = '';
      index += 1;
      for (;;) {
        const end = text.indexOf('"', index);
        if (end < 0) return null;
        value += text.slice(index, end);
        index = end + 1;
        if (text[index] !== '"') break;
        value += '"';
        index += 1;
      }

      const next = text.indexOf(delimiter, index);
      out.push(value + text.slice(index, next < 0 ? text.length : next));
      if (next < 0) return out;
      index = next + 1;
    } else {
      const next = text.indexOf(delimiter, index);
      out.push(text.slice(index, next < 0 ? text.length : next));
      if (next < 0) return out;
      index = next + 1;
    }
  }
}

function delimiterOf(header: string): string {
  const count = (delimiter: string): number => header.split(delimiter).length;
  return [';', ',', '\t'].reduce((best, next) => (count(next) > count(best) ? next : best));
}

type Mutable = Record<string, unknown>;

/** How the columns of a CSV are named and its values written. */
export interface CsvOptions {
  /** `fr`: French column names, birth dates day first, `H` for a man. */
  readonly format?: 'fr' | undefined;
  /** Fields of columns of other names: the name, as {@link columnKey} makes it, and the field. */
  readonly columns?: ReadonlyMap<string, string> | undefined;
}

/** The field of a column by its header; `null` when the column is not read. */
function fieldOf(header: string, { format, columns: named }: CsvOptions): string | null {
  const given = named?.get(columnKey(header));
  if (given !== undefined) return given;

  const english = header.trim().toLowerCase().replace(/^.*\./, '');
  if (columns.has(english)) return english;
  return format === 'fr' ? (frenchField(header)?.toLowerCase() ?? null) : null;
}

/** Turns CSV lines into patients. A cell that is empty is an absent value. */
export class CsvReader {
  readonly #delimiter: string;
  /** The field of each column, in lower case. */
  readonly #fields: readonly (string | null)[];
  readonly #isFrench: boolean;
  readonly #maxRecord: number;
  #open = '';

  constructor(header: string, maxRecord: number, options: CsvOptions = {}) {
    this.#delimiter = delimiterOf(header);
    this.#maxRecord = maxRecord;
    const names = cells(header, this.#delimiter) ?? [];
    this.#isFrench = options.format === 'fr';
    this.#fields = names.map((name) => fieldOf(name, options)?.toLowerCase() ?? null);
    if (!this.#fields.some((field) => columns.get(field ?? '')?.[0] === 'traits')) throw unknownHeader();
  }

  /** The record that this line ends, if it does. */
  push(line: string): InputRecord | undefined {
    const text = this.#open === '' ? line : `${this.#open}\n${line}`;
    if (text.trim() === '') return undefined;
    if (text.length > this.#maxRecord) return this.tooLong();

    const values = cells(text, this.#delimiter);
    if (!values) {
      // Reading an open record again at each line would take quadratic time: a quoted cell has few
      // lines.
      if (text.split('\n', 102).length > 100) return this.#refuse('IDENTITY-CSV-QUOTE');
      this.#open = text;
      return undefined;
    }
    this.#open = '';

    return values.length > this.#fields.length ? { fault: 'IDENTITY-CSV-CELLS' } : { value: this.#patient(values) };
  }

  tooLong(): InputRecord {
    return this.#refuse('IDENTITY-RECORD-LENGTH');
  }

  end(): InputRecord | undefined {
    return this.#open === '' ? undefined : this.#refuse('IDENTITY-CSV-QUOTE');
  }

  #refuse(fault: RecordFault): InputRecord {
    this.#open = '';
    return { fault };
  }

  #patient(values: readonly string[]): Mutable {
    const birthPlace: Mutable = {};
    const traits: Mutable = {};
    const groups: Record<string, Mutable> = { patient: { traits }, traits, ins: {}, localId: {} };

    for (const [index, value] of values.entries()) {
      const path = columns.get(this.#fields[index] ?? '');
      if (!path || value === '') continue;
      const [group = '', name = '', inner] = path;
      const read = this.#isFrench ? frenchValue(name, value) : value;
      if (inner !== undefined) birthPlace[inner] = read;
      else (groups[group] ?? {})[name] = name === 'birthFirstNames' ? read.split(' ').filter(Boolean) : read;
    }

    if (Object.keys(birthPlace).length > 0) traits['birthPlace'] = birthPlace;
    const patient = groups['patient'] ?? {};
    for (const name of ['ins', 'localId']) if (Object.keys(groups[name] ?? {}).length > 0) patient[name] = groups[name];

    return patient;
  }
}

/** The names in the header are not shown: a file without a header begins with a patient. */
function unknownHeader(): TerrESanteError {
  const known = columnNames.join(', ');
  return usageError(
    `Entrée non reconnue : un objet JSON par ligne, ou un CSV dont l'en-tête nomme des colonnes parmi ${known}. Pour des noms français, dates JJ/MM/AAAA et sexe H : --format fr ; pour d'autres noms : --column NOM=CHAMP.`,
    `Input not recognised: one JSON object a line, or a CSV whose header names columns among ${known}. For French names, dates DD/MM/YYYY and sex H: --format fr; for other names: --column NAME=FIELD.`,
  );
}
