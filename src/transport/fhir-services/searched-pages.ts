import type { Answered, BindingCall } from '../binding/call.ts';
import type { FhirEntry } from '../fhir/bundle.ts';
import { searchPages, type FhirPage, type FhirPagesEnd, type FhirSearch } from '../fhir/search.ts';
import { CurrentCall } from './current-call.ts';
import { FhirCall } from './exchange.ts';
import { Included } from './included.ts';
import type { FhirBindingOptions } from './model.ts';
import { isUnknownCondition } from './search-first.ts';

/** What a search is made of. */
export interface PagePlan<Scope, Content> {
  readonly type: string;
  /** What is found out before the first question; `null`: there is nothing to look for. */
  scope(call: FhirCall): Promise<Scope | null>;
  /** From all that is wanted to the least that will do. */
  questions(scope: Scope): readonly FhirSearch['parameters'][];
  /** @param included - what came beside the results, on this page and before */
  read(page: FhirPage, scope: Scope, call: FhirCall, included: Included): Promise<Content>;
  /** Of a page without results. */
  readonly nothing: Content;
}

/** Whether a page is the last one, and the list then whole. */
export interface PageEnd {
  readonly isLast: boolean;
  /** Of the last page, `false`: the server announced more than it gave. */
  readonly isComplete: boolean;
}

/** A search that was begun. */
interface Reading<Scope> {
  readonly scope: Scope;
  readonly current: CurrentCall;
  readonly pages: AsyncGenerator<FhirPage, FhirPagesEnd, undefined>;
  readonly first: IteratorResult<FhirPage, FhirPagesEnd>;
}

/**
 * A search that is read page after page, each an exchange of its own. It begins with the first
 * question that the server takes, for one may refuse a condition that it does not know; what a
 * question leaves open is applied by who reads.
 */
export class SearchedPages<Scope, Content extends object> {
  readonly #options: FhirBindingOptions;
  readonly #plan: PagePlan<Scope, Content>;
  readonly #others: FhirEntry[] = [];
  #reading: Reading<Scope> | null = null;

  constructor(options: FhirBindingOptions, plan: PagePlan<Scope, Content>) {
    this.#options = options;
    this.#plan = plan;
  }

  async next(bound: BindingCall): Promise<Answered<Content & PageEnd>> {
    const call = new FhirCall(this.#options, bound);
    const { type, nothing } = this.#plan;
    const isFirst = this.#reading === null;
    const reading = (this.#reading ??= await this.#begin(call));
    if (reading === null) return call.answered({ ...nothing, isLast: true, isComplete: true });
    reading.current.call = call;

    const { value: page, done } = isFirst ? reading.first : await reading.pages.next();
    if (done === true) return call.answered({ ...nothing, isLast: true, isComplete: !page.isPartial });

    this.#others.push(...page.entries.filter((entry) => entry.type !== type));
    const read = await this.#plan.read(page, reading.scope, call, new Included(call, this.#others));
    // The end is known without another request.
    const end = page.hasNext ? null : await reading.pages.next();
    const isComplete = end?.done !== true || !end.value.isPartial;
    return call.answered({ ...read, isLast: end !== null, isComplete });
  }

  async #begin(call: FhirCall): Promise<Reading<Scope> | null> {
    const scope = await this.#plan.scope(call);
    if (scope === null) return null;
    const current = new CurrentCall(call);
    let refusal: unknown;

    for (const parameters of this.#plan.questions(scope)) {
      const pages = searchPages(current.partner, current.search({ type: this.#plan.type, parameters }));
      try {
        return { scope, current, pages, first: await pages.next() };
      } catch (error) {
        if (!isUnknownCondition(error)) throw error;
        refusal ??= error;
      }
    }
    throw refusal;
  }
}
