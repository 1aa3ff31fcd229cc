import type { DocumentRecord, RecordedAuthor } from '../../transport/index.ts';
import type { DocumentFilters } from './search-model.ts';

type Wanted = NonNullable<DocumentFilters['author']>;

/** Whether one author is who is looked for; `null` when one of them may be. */
export function hasAuthor({ authors }: DocumentRecord, wanted: Wanted): boolean | null {
  const answers = (authors ?? []).map((author) => isAuthor(author, wanted));
  if (answers.includes(true)) return true;
  return answers.length === 0 || answers.includes(null) ? null : false;
}

function isAuthor({ ids, displayName }: RecordedAuthor, { nationalId, name }: Wanted): boolean | null {
  const answers = [
    nationalId === undefined ? true : bears(ids, nationalId),
    name === undefined ? true : isCalled(displayName, name),
  ];
  if (answers.includes(false)) return false;
  return answers.includes(null) ? null : true;
}

/**
 * By the national identifier, or by the RPPS number in it: `8` stands before it.
 *
 * @see ANS, identification of professionals: national identifier
 */
function bears(ids: RecordedAuthor['ids'], nationalId: string): boolean | null {
  if (ids.length === 0) return null;
  return ids.some(({ value }) => value === nationalId || (/^\d{11}$/.test(value) && nationalId === `8${value}`));
}

function isCalled(displayName: string | null, name: string): boolean | null {
  if (displayName === null) return null;
  const words = wordsOf(displayName);
  return wordsOf(name).every((word) => words.includes(word));
}

/** Without case and accents. */
const wordsOf = (name: string): string[] =>
  name
    .normalize('NFD')
    .replaceAll(/\p{M}/gu, '')
    .toLowerCase()
    .split(/[^\p{L}\p{N}]+/u)
    .filter((word) => word !== '');
