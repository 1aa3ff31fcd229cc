import type { JournalEntry } from '../far-side/journal.ts';
import type { Count, Query } from '../scenario/model.ts';
import type { AssertionOutcome } from './model.ts';
import type { Observation } from './observation.ts';
import { passes, resolved, testText, textOf, valueAt } from './value.ts';

/** What a query gave, before it is told. */
export interface QueryResult {
  readonly outcome: AssertionOutcome;
  readonly found: string | null;
  readonly expected: string | null;
  readonly entries: readonly JournalEntry[];
}

/** Queries that are functions, by their name. */
export type CustomQueries = Readonly<Record<string, (seen: Observation) => QueryResult>>;

const notObserved: QueryResult = { outcome: 'not-observed', found: null, expected: null, entries: [] };

function result(isMet: boolean, found: string, expected: string, entries: readonly JournalEntry[] = []): QueryResult {
  return { outcome: isMet ? 'met' : 'broken', found, expected, entries };
}

function counted(count: number, wanted: Count, entries: readonly JournalEntry[] = []): QueryResult {
  const { min = 0, max = Number.POSITIVE_INFINITY } =
    typeof wanted === 'number' ? { min: wanted, max: wanted } : wanted;
  // At most so many, and none came: that proves nothing.
  if (count === 0 && min === 0 && max > 0) return notObserved;
  const expected = min === max ? String(min) : `${min} à ${max === Number.POSITIVE_INFINITY ? '…' : max}`;
  return result(count >= min && count <= max, String(count), expected, entries);
}

/** Looks at what was seen. Nothing seen is never a demand that is met. */
export function ask(query: Query, seen: Observation, custom: CustomQueries): QueryResult {
  if ('mails' in query) return stimulated(seen) ? counted(seen.mails.length, query.mails, seen.mails) : notObserved;
  if ('filed' in query) return stimulated(seen) ? counted(seen.filed, query.filed, seen.mails) : notObserved;
  if ('silent' in query) return silent(seen);
  if ('untouched' in query) return untouched(query.untouched, seen);
  if ('every' in query) return every(query, seen);
  if ('same' in query) return same(query.same, seen);
  if ('distinct' in query) return distinct(query.distinct, seen);
  if ('answer' in query) return answer(query, seen);
  if ('check' in query) return check(query.check, seen);
  if ('files' in query) return files(query, seen);
  return custom[query.custom]?.(seen) ?? notObserved;
}

/** Somebody answered, or something came: the software was there. */
function stimulated({ acts, mails }: Observation): boolean {
  return mails.length > 0 || acts.some(({ answer: given }) => given !== null && given.outcome !== 'unsupported');
}

/** Silence proves something only of a software that answered. */
function silent(seen: Observation): QueryResult {
  if (seen.mails.length > 0) return result(false, `${seen.mails.length} message(s)`, 'aucun message', seen.mails);
  return stimulated(seen) ? result(true, 'aucun message', 'aucun message') : notObserved;
}

function untouched(event: 'mail' | 'data-half', seen: Observation): QueryResult {
  const entries = seen.window.filter((entry) => entry.event === event || entry.event === 'message');
  if (entries.length > 0) return result(false, `${entries.length} passage(s)`, 'aucun', entries);
  return stimulated(seen) ? result(true, 'aucun', 'aucun') : notObserved;
}

function every({ every: path, is }: Extract<Query, { every: string }>, { mails, patients }: Observation): QueryResult {
  if (mails.length === 0) return notObserved;

  const patient = patients[0] ?? null;
  const wrong = mails.find(({ mail }) => !passes(valueAt(mail, path), is, patient));
  const shown = wrong ?? mails[0];
  return result(
    wrong === undefined,
    textOf(valueAt(shown?.mail, path)).slice(0, 400),
    testText(is),
    shown ? [shown] : [],
  );
}

function same(paths: readonly string[], { mails }: Observation): QueryResult {
  if (mails.length < 2) return notObserved;

  const wrong = paths.filter((path) => new Set(mails.map(({ mail }) => textOf(valueAt(mail, path)))).size > 1);
  return result(wrong.length === 0, wrong.length === 0 ? 'égaux' : `diffèrent : ${wrong.join(', ')}`, 'égaux', mails);
}

function distinct(path: string, { mails, run }: Observation): QueryResult {
  if (mails.length === 0) return notObserved;

  const own = new Set(mails.map(({ mail }) => textOf(valueAt(mail, path))));
  const twice = run.filter(
    ({ mail }) =>
      own.has(textOf(valueAt(mail, path))) &&
      mails.some(
        (other) =>
          other.mail?.messageId !== mail?.messageId &&
          textOf(valueAt(other.mail, path)) === textOf(valueAt(mail, path)),
      ),
  );
  return result(twice.length === 0, twice.length === 0 ? 'jamais deux fois' : 'deux fois', 'jamais deux fois', twice);
}

function answer(query: Extract<Query, { answer: number }>, seen: Observation): QueryResult {
  const { acts, patients } = seen;
  if (query.answer === 0) return anyAnswer(query, seen);

  const given = acts[query.answer - 1]?.answer;
  if (!given) return notObserved;
  if ('outcome' in query) {
    return result(query.outcome.includes(given.outcome), given.outcome, query.outcome.join(' ou '));
  }
  if ('told' in query) return told(given.shown ?? '', query.told);

  const value = valueAt(given.values ?? {}, query.value);
  if (value === undefined && !('present' in query.is)) return result(false, 'rien', testText(query.is));
  return result(passes(value, query.is, patients[0] ?? null), textOf(value), testText(query.is));
}

/** One of the answers is enough: a software that sends later tells later. */
function anyAnswer(query: Extract<Query, { answer: number }>, seen: Observation): QueryResult {
  const results = seen.acts.map((_, index) => answer({ ...query, answer: index + 1 }, seen));
  return results.find(({ outcome }) => outcome === 'met') ?? results.at(-1) ?? notObserved;
}

/** The sentence says what is wrong in words that a doctor knows. */
function told(shown: string, words: readonly string[]): QueryResult {
  const plain = (text: string): string => text.normalize('NFD').replaceAll(/\p{M}/gu, '').toLowerCase();
  const isTold =
    words.length === 0 ? shown.trim().length > 9 : words.some((word) => plain(shown).includes(plain(word)));
  return result(
    isTold,
    shown === '' ? 'rien' : shown,
    words.length === 0 ? 'une phrase' : `un de : ${words.join(', ')}`,
  );
}

function check(prefixes: readonly string[], { mails }: Observation): QueryResult {
  if (mails.length === 0) return notObserved;

  const wrong = mails.flatMap(({ mail }) =>
    (mail?.findings ?? []).filter(
      ({ rule, severity }) => severity === 'error' && prefixes.some((prefix) => rule.startsWith(prefix)),
    ),
  );
  const rules = [...new Set(wrong.map(({ rule, path }) => `${rule} (${path})`))];
  return result(wrong.length === 0, rules.join(', ') || 'rien', `aucune erreur ${prefixes.join(', ')}`, mails);
}

function files({ files: folder, lack }: Extract<Query, { files: string }>, seen: Observation): QueryResult {
  const own = seen.files.filter((file) => file.folder === folder);
  if (own.length === 0) return notObserved;

  const found = lack.filter((kind) =>
    seen.planted[kind].some((word) => word.length > 4 && own.some(({ text }) => text.includes(word))),
  );
  return result(found.length === 0, found.length === 0 ? 'rien' : found.join(', '), `sans ${lack.join(', ')}`);
}

/** What a query looks at, in one line. */
export function queryText(query: Query): string {
  return resolved(JSON.stringify(query), null) as string;
}
