import { TerrESanteError } from '../../errors.ts';
import type { CallOptions } from '../../internal/abort.ts';
import type { Answered, BindingCall, BindingKind } from '../../transport/index.ts';
import type { Runtime } from '../../internal/runtime.ts';
import type { CallMeta } from '../call.ts';
import type { Called, ExchangePlan } from './plans.ts';

/** A page of an answer; the last one says so, and nothing is asked after it. */
interface Page {
  readonly isLast: boolean;
}

/** What asks for pages, and how it is described. */
export interface PagedExchange<T extends Page> {
  readonly plan: Omit<ExchangePlan, 'correlationId'> & { readonly binding: BindingKind };
  readonly assertion: (options: CallOptions) => Promise<string>;
  readonly open: (call: BindingCall) => AsyncIterable<Answered<T>>;
}

/** What the exchanges of a client share. */
export interface PagedContext {
  readonly runtime: Runtime;
  requireOpen(): void;
  exchange<R>(
    plan: ExchangePlan,
    work: (signal: AbortSignal, correlationId: string) => Promise<R>,
  ): Promise<{ readonly value: R }>;
  meta(binding: BindingKind, correlationId: string, platformTime: number | null): CallMeta;
}

/**
 * Runs an answer of several pages. Each page is an exchange: within a deadline of its own, in the
 * journal before it is given, all under one name. Who stops reading stops what is in progress.
 *
 * @throws TerrESanteError as `PlatformContext.exchange`; what was given before is right
 */
export async function* pagesOf<T extends Page>(
  context: PagedContext,
  { plan, assertion, open }: PagedExchange<T>,
): AsyncGenerator<Called<T>, void, undefined> {
  const correlationId = context.runtime.ids.uuid();
  const leaving = new AbortController();
  let pages: AsyncIterator<Answered<T>> | undefined;

  const next = async (signal: AbortSignal): Promise<Answered<T>> => {
    if (!pages) {
      const signed = await assertion({ signal });
      context.requireOpen();
      pages = open({ assertion: signed, correlationId, signal: leaving.signal })[Symbol.asyncIterator]();
    }
    const stop = (): void => leaving.abort(signal.reason);
    signal.addEventListener('abort', stop, { once: true });
    try {
      const page = await pages.next();
      // An answer that ends before its last page is no whole one.
      if (page.done !== true) return page.value;
      throw new TerrESanteError('TE_PROTOCOL', "La réponse de la plateforme s'arrête avant sa dernière page.", {
        details: { reason: 'partial' },
      });
    } finally {
      signal.removeEventListener('abort', stop);
    }
  };

  try {
    for (let isLast = false; !isLast;) {
      const { value: page } = await context.exchange({ ...plan, correlationId }, next);
      isLast = page.value.isLast;
      yield { value: page.value, meta: context.meta(plan.binding, correlationId, page.platformTime) };
    }
  } finally {
    leaving.abort();
    // A reading that hangs is not waited for: its signal has told it.
    void Promise.resolve(pages?.return?.()).catch(() => undefined);
  }
}
