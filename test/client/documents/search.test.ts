import { describe, expect, it } from 'vitest';

import { OneSearch } from '../../../src/client/documents/search.ts';
import { readFilters } from '../../../src/client/documents/filters.ts';
import { pagesOf } from '../../../src/client/policy/pages.ts';
import { TerrESanteError } from '../../../src/errors.ts';
import type { DocumentFilters } from '../../../src/index.ts';
import { simulatorDescriptor } from '../../../src/platform/index.ts';
import { withCheckedAnswers } from '../../../src/transport/binding/own-binding.ts';
import type { Answered, BindingCall, DocumentPage, DocumentRecord } from '../../../src/transport/index.ts';
import { camille, call } from '../../transport/fhir/played-binding.ts';
import { record } from './record.ts';

type Pages = AsyncIterable<Answered<DocumentPage>>;

/** A page, or the failure in its place. */
type Step = readonly DocumentRecord[] | Error;

/** A platform that gives these pages, and how each of them ended in the journal. */
function platform(steps: readonly Step[]) {
  const ended: string[] = [];
  const calls: BindingCall[] = [];
  let asked = 0;
  async function* open(given: BindingCall): Pages {
    calls.push(given);
    for (const [index, step] of steps.entries()) {
      asked += 1;
      if (step instanceof Error) throw step;
      yield { value: { documents: step, isLast: index === steps.length - 1 }, platformTime: null };
    }
  }

  type Context = Parameters<typeof pagesOf>[0];
  const exchange: Context['exchange'] = async ({ correlationId = '' }, work) => {
    try {
      const value = await work(new AbortController().signal, correlationId);
      ended.push(`${correlationId} ok`);
      return { value, correlationId };
    } catch (error) {
      ended.push(`${correlationId} ${(error as TerrESanteError).code}`);
      throw error;
    }
  };
  const context: Context = {
    exchange,
    meta: (binding, correlationId) => ({ binding, correlationId, receivedAt: '', platformTime: null }),
    requireOpen: () => undefined,
    runtime: { clock: { now: () => 0 }, ids: { uuid: () => 'search-1' } },
  };
  const plan = { operation: 'documents.list', binding: 'fhir-r4', options: {}, late: '' } as const;
  const search = (filters: DocumentFilters = {}): OneSearch =>
    new OneSearch(async () => {
      const { accepts } = readFilters(filters, simulatorDescriptor);
      const pages = pagesOf(context, { plan, open, assertion: async () => '<Assertion/>' });
      return {
        accepts,
        pages: (async function* () {
          for await (const { value } of pages) yield value.documents;
        })(),
      };
    });
  return { search, ended, calls, asked: () => asked };
}

const named = (...ids: readonly number[]): DocumentRecord[] => ids.map((id) => record({ uniqueId: `2.999.${id}` }));
async function read(search: AsyncIterable<DocumentRecord>, ids: string[] = []): Promise<string[]> {
  for await (const { uniqueId } of search) ids.push(uniqueId);
  return ids;
}

describe('a search', () => {
  it('gives each document once its page is in the journal, and asks for no page too many', async () => {
    const { search, ended, calls } = platform([named(1, 2), [], named(3)]);
    const documents = search()[Symbol.asyncIterator]();
    expect(ended).toEqual([]);
    await documents.next();
    expect(ended).toEqual(['search-1 ok']);
    expect(await read({ [Symbol.asyncIterator]: () => documents })).toEqual(['2.999.2', '2.999.3']);
    expect(ended).toEqual(['search-1 ok', 'search-1 ok', 'search-1 ok']);
    expect(calls).toHaveLength(1);
  });

  it('ends with the error of its second page of three, after the documents of the first', async () => {
    const gone = new TerrESanteError('TE_NOT_IN_CIRCLE', 'Vous ne faites plus partie du cercle de soins.');
    const { search, ended, asked } = platform([named(1), gone, named(3)]);
    const ids: string[] = [];
    await expect(read(search(), ids)).rejects.toBe(gone);
    expect(ids).toEqual(['2.999.1']);
    expect(ended).toEqual(['search-1 ok', 'search-1 TE_NOT_IN_CIRCLE']);
    expect(asked()).toBe(2);
  });

  it('stops asking when its reader leaves', async () => {
    const { search, calls, asked } = platform([named(1), named(2)]);
    for await (const { uniqueId } of search()) if (uniqueId === '2.999.1') break;
    expect(asked()).toBe(1);
    expect(calls[0]!.signal!.aborted).toBe(true);
  });

  it('gives nothing that a platform did not filter, and counts what it does not tell', async () => {
    const others = [record({ uniqueId: '2.999.8', typeCode: '11488-4' }), record({ uniqueId: '2.999.9', class: null })];
    const search = platform([[...named(1), ...others]]).search({ typeCodes: ['11502-2'], classCodes: ['10'] });
    expect(await read(search)).toEqual(['2.999.1']);
    expect(search.undecided).toBe(1);
  });

  it('is read once: a second reading is no list without documents', async () => {
    const search = platform([named(1)]).search();
    await read(search);
    await expect(read(search)).rejects.toMatchObject({ code: 'TE_INPUT_INVALID', details: { reason: 'read-once' } });
  });
});

describe('pages of a binding that a host wrote', () => {
  const query = readFilters({}, simulatorDescriptor).query;
  const searched = async (answer: unknown): Promise<unknown[]> => {
    const { documents } = withCheckedAnswers({
      kind: 'partner',
      documents: { search: () => answer as Pages },
    });
    const pages: unknown[] = [];
    for await (const { value } of documents!.search!(camille, query, call)) pages.push(value);
    return pages;
  };
  async function* giving(...pages: readonly unknown[]): AsyncGenerator {
    yield* pages;
  }

  it('are read field by field, and what they do not tell is null', async () => {
    const { uniqueId, entryId, title, typeCode, typeLabel, status, submittedAt, mimeType } = record();
    const told = { uniqueId, entryId, title, typeCode, typeLabel, status, submittedAt, mimeType, secret: 'x' };
    const [page] = await searched(giving({ value: { documents: [told], isLast: true }, platformTime: null }));
    const { secret: _, ...known } = told;
    const untold = { class: null, practiceSetting: null, authors: null, producedByPatient: null, createdAt: null };
    const more = { act: null, size: null, sha1: null, confidentiality: null, visibility: null, version: null };
    expect(page).toEqual({ documents: [{ ...known, ...untold, ...more, replacedBy: null }], isLast: true });
    expect(await searched(giving({ value: { documents: [record()] }, platformTime: null }))).toEqual([
      { documents: [record()], isLast: false },
    ]);
  });

  it.each<[string, unknown]>([
    ['no pages', {}],
    ['no page', giving(null)],
    ['no list', giving({ value: {}, platformTime: null })],
    ['a wrong time', giving({ value: { documents: [record({ createdAt: 'hier' })] }, platformTime: null })],
    ['a wrong author', giving({ value: { documents: [{ ...record(), authors: [{}] }] }, platformTime: null })],
    ['half of the marks', giving({ value: { documents: [{ ...record(), visibility: {} }] }, platformTime: null })],
  ])('are refused with %s', async (_what, answer) => {
    await expect(searched(answer)).rejects.toMatchObject({ code: 'TE_PROTOCOL' });
  });
});
