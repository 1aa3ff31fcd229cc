import { TerrESanteError } from '../../errors.ts';
import { encodingOf, strictDecoder } from '../../internal/text.ts';
import { CsvReader, type CsvOptions } from './csv.ts';
import type { InputRecord } from './record.ts';

/** Longest record, in characters: what bounds the memory. */
const maxRecord = 1_000_000;

/** Text of the chunks: UTF-8, or UTF-16 with a mark. */
async function* decode(chunks: AsyncIterable<Uint8Array>): AsyncGenerator<string, void, undefined> {
  let decoder: ReturnType<typeof strictDecoder> | undefined;
  const decodePart = (chunk?: Uint8Array): string => {
    try {
      return decoder?.decode(chunk, { stream: chunk !== undefined }) ?? '';
    } catch {
      throw new TerrESanteError('TE_INPUT_INVALID', "L'entrée n'est pas en UTF-8 (dans un tableur : « CSV UTF-8 »).");
    }
  };

  for await (const chunk of withWholeMark(chunks)) {
    decoder ??= strictDecoder(encodingOf(chunk));
    yield decodePart(chunk);
  }
  yield decodePart();
}

/** The same bytes; the first chunk has the two that tell UTF-16, if there are as many. */
async function* withWholeMark(chunks: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array, void, undefined> {
  let head: Uint8Array | null = new Uint8Array();

  for await (const chunk of chunks) {
    if (head === null) yield chunk;
    else {
      head = Buffer.concat([head, chunk]);
      if (head.length < 2) continue;
      yield head;
      head = null;
    }
  }
  if (head !== null && head.length > 0) yield head;
}

/**
 * Lines without their end; a line that is too long comes as `null`, and its characters are not
 * kept.
 */
async function* linesOf(texts: AsyncIterable<string>): AsyncGenerator<string | null, void, undefined> {
  let rest = '';
  let skipping = false;

  for await (const text of texts) {
    let start = 0;
    for (let end = text.indexOf('\n'); end >= 0; end = text.indexOf('\n', start)) {
      const line = rest + text.slice(start, end);
      rest = '';
      start = end + 1;
      yield skipping || line.length > maxRecord ? null : line.replace(/\r$/, '');
      skipping = false;
    }
    rest = skipping ? '' : rest + text.slice(start);
    if (rest.length > maxRecord) {
      rest = '';
      skipping = true;
    }
  }

  if (skipping) yield null;
  else if (rest !== '') yield rest;
}

function parse(text: string): InputRecord {
  try {
    const value: unknown = JSON.parse(text);
    if (typeof value !== 'object' || value === null || Array.isArray(value)) {
      return { fault: 'IDENTITY-JSON-OBJECT' };
    }
    return 'traits' in value ? { value } : { fault: 'IDENTITY-JSON-OBJECT' };
  } catch {
    return { fault: 'IDENTITY-JSON' };
  }
}

/** One object on several lines: the rest of the input, up to the limit. */
async function wholeObject(text: string, lines: AsyncIterable<string | null>): Promise<InputRecord> {
  const parts = [text];
  let length = text.length;
  for await (const line of lines) {
    if (line === null || length + line.length > maxRecord) return { fault: 'IDENTITY-RECORD-LENGTH' };

    length += line.length;
    parts.push(line);
  }
  return parse(parts.join('\n'));
}

/** Every line is a record. */
async function* jsonLines(lines: AsyncIterable<string | null>): AsyncGenerator<InputRecord, void, undefined> {
  for await (const line of lines) {
    if (line === null) yield { fault: 'IDENTITY-RECORD-LENGTH' };
    else if (line.trim() !== '') yield parse(line);
  }
}

async function* jsonRecords(
  first: string,
  lines: AsyncIterator<string | null>,
): AsyncGenerator<InputRecord, void, undefined> {
  const rest = { [Symbol.asyncIterator]: () => lines };
  const record = parse(first);
  if ('value' in record) {
    yield record;
    yield* jsonLines(rest);
    return;
  }

  // A first line that is no object either begins one object on several lines, or is a bad line
  // among JSON lines.
  const next = await lines.next();
  if (next.done === true) yield record;
  else if (next.value === null) yield { fault: 'IDENTITY-RECORD-LENGTH' };
  else if (next.value.startsWith('{') && 'value' in parse(next.value)) {
    yield record;
    yield parse(next.value);
    yield* jsonLines(rest);
  } else yield await wholeObject(`${first}\n${next.value}`, rest);
}

/**
 * The records of a stream: one JSON object, JSON lines, or CSV with a header. The first line that
 * is not blank decides: a whole JSON object means JSON lines, another start with a brace means one
 * object, anything else is a CSV header. Memory does not grow with the input.
 */
export async function* readRecords(
  chunks: AsyncIterable<Uint8Array>,
  options: CsvOptions = {},
): AsyncGenerator<InputRecord, void, undefined> {
  const lines = linesOf(decode(chunks));

  try {
    yield* recordsOf(lines, options);
  } finally {
    // A header that is refused ends the reading here: the file behind it is closed.
    await lines.return();
  }
}

/** The first line decides what the others are. */
async function* recordsOf(
  lines: AsyncIterator<string | null>,
  options: CsvOptions,
): AsyncGenerator<InputRecord, void, undefined> {
  // The first line that is not blank.
  let first: string | null = '';
  do {
    const next = await lines.next();
    if (next.done === true) return;
    first = next.value?.replace(/^\uFEFF/, '') ?? null;
  } while (first !== null && first.trim() === '');
  if (first === null) throw new TerrESanteError('TE_INPUT_INVALID', 'Première ligne trop longue.');

  if (first.trimStart().startsWith('{')) {
    yield* jsonRecords(first, lines);
    return;
  }

  const csv = new CsvReader(first, maxRecord, options);
  for await (const line of { [Symbol.asyncIterator]: () => lines }) {
    const record = line === null ? csv.tooLong() : csv.push(line);
    if (record) yield record;
  }

  const last = csv.end();
  if (last) yield last;
}
