import { TerrESanteError } from '../../errors.ts';
import { needed, optionsOf, refuseArgument, type Check, type Checks } from '../../internal/border.ts';
import { choice, flag, listOf, options, text } from '../../internal/option-checks.ts';
import type { PlatformDescriptor } from '../../platform/index.ts';
import type { DocumentQuery, DocumentRecord, DocumentStatus } from '../../transport/index.ts';
import { hasAuthor } from './author-filter.ts';
import { boundsOf, isBound, isWithin } from './period-filter.ts';
import type { DocumentFamily, DocumentFilters, DocumentScope } from './search-model.ts';

/** What a search asks, and what each document that comes is judged by. */
export interface ReadFilters {
  readonly query: DocumentQuery;
  /** `null`: the platform does not tell enough. */
  readonly accepts: (record: DocumentRecord) => boolean | null;
}

/** An empty list would ask for everything, or for nothing. */
const codes: Check<readonly string[]> = (name, value) => {
  const items = listOf(text)(name, value);
  return items.length > 0 ? items : refuseArgument(name, 'liste non vide attendue');
};

export const scopeChecks: Checks<DocumentScope> = {
  includeDeprecated: flag,
  includeArchived: flag,
  includeHidden: flag,
};

type Author = NonNullable<DocumentFilters['author']>;
type Period = NonNullable<DocumentFilters['period']>;

const filterChecks: Checks<DocumentFilters> = {
  ...scopeChecks,
  typeCodes: codes,
  classCodes: codes,
  family: choice('exam-result', 'report'),
  author: (name, value) => {
    const author = options<Author>({ nationalId: text, name: text })(name, value);
    const isNobody = author.nationalId === undefined && author.name === undefined;
    return isNobody ? refuseArgument(name, 'nationalId ou name attendu') : author;
  },
  period: options<Period>({ axis: needed(choice('act', 'creation', 'submission')), from: isBound, to: isBound }),
};

/**
 * Reads the filters of a search.
 *
 * @throws TerrESanteError `TE_INPUT_INVALID`; `TE_UNSUPPORTED` for a family of which the descriptor
 *   says nothing
 */
export function readFilters(given: DocumentFilters | undefined, descriptor: PlatformDescriptor): ReadFilters {
  const filters = optionsOf('filters', given, filterChecks);
  const { typeCodes = [], classCodes = [], author, period } = filters;
  const family = filters.family === undefined ? null : familyOf(filters.family, descriptor);
  const bounds = period ? boundsOf(period) : null;
  const scope = scopeOf(filters);

  // A family of types and of classes is no question that a platform answers: one of both is enough.
  const isOfTypes = family !== null && family.classCodes.length === 0 && typeCodes.length === 0;
  const isOfClasses = family !== null && family.typeCodes.length === 0 && classCodes.length === 0;
  const query: DocumentQuery = {
    ...scope.query,
    typeCodes: isOfTypes ? family.typeCodes : typeCodes,
    classCodes: isOfClasses ? family.classCodes : classCodes,
    authorId: author?.nationalId ?? null,
    period: bounds,
  };

  const tests: ((record: DocumentRecord) => boolean | null)[] = [
    scope.accepts,
    ...(typeCodes.length > 0 ? [(record: DocumentRecord) => typeCodes.includes(record.typeCode)] : []),
    ...(classCodes.length > 0 ? [(record: DocumentRecord) => hasClass(record, classCodes)] : []),
    ...(family ? [(record: DocumentRecord) => isOfFamily(record, family)] : []),
    ...(author ? [(record: DocumentRecord) => hasAuthor(record, author)] : []),
    ...(bounds ? [(record: DocumentRecord) => isWithin(record, bounds)] : []),
  ];
  return { query, accepts: (record) => all(tests.map((test) => test(record))) };
}

/** Active documents, and what is asked for beside. */
export function scopeOf({ includeDeprecated, includeArchived, includeHidden }: DocumentScope): ReadFilters {
  const statuses: readonly DocumentStatus[] = [
    'approved',
    ...(includeDeprecated === true ? (['deprecated'] as const) : []),
    ...(includeArchived === true ? (['archived'] as const) : []),
  ];
  return {
    query: {
      statuses,
      typeCodes: [],
      classCodes: [],
      authorId: null,
      period: null,
      // What replaces a version may be on any page.
      isWhole: includeDeprecated === true,
    },
    accepts: ({ status, visibility }) =>
      statuses.includes(status) && (includeHidden === true || visibility?.hiddenFromProfessionals !== true),
  };
}

interface Family {
  readonly typeCodes: readonly string[];
  readonly classCodes: readonly string[];
}

function familyOf(name: DocumentFamily, { documents }: PlatformDescriptor): Family {
  const family = documents.families?.value[name];
  if (family) return family;
  throw new TerrESanteError('TE_UNSUPPORTED', 'La plateforme ne dit pas quels documents sont de cette famille.', {
    details: { path: `documents.families.${name}` },
  });
}

/** Whether a document is of a family; `null`: its class is not told. */
export function isOfFamily(record: DocumentRecord, { typeCodes, classCodes }: Family): boolean | null {
  if (typeCodes.includes(record.typeCode)) return true;
  return classCodes.length === 0 ? false : hasClass(record, classCodes);
}

const hasClass = (record: DocumentRecord, classCodes: readonly string[]): boolean | null =>
  record.class ? classCodes.includes(record.class.code) : null;

function all(answers: readonly (boolean | null)[]): boolean | null {
  if (answers.includes(false)) return false;
  return answers.includes(null) ? null : true;
}
