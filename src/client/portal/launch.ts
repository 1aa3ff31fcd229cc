import { inspect } from 'node:util';
import { TerrESanteError } from '../../errors.ts';
import { isoUtc } from '../../internal/hl7-time.ts';
import { unlessAborted } from '../../internal/wait.ts';
import { optionsOf, type Checks } from '../../internal/border.ts';
import { signal } from '../../internal/option-checks.ts';
import type { PortalLaunch } from './model.ts';
import { OneShotPage, pageMs, type PageEnd } from './one-shot-page.ts';

/** What a launch is made of; whether it is a page of this machine is decided when it opens. */
export type LaunchParts = Pick<PortalLaunch, 'kind' | 'url' | 'fields' | 'body' | 'expiresAt' | 'findings'> & {
  readonly correlationId: string;
};

type WaitOptions = NonNullable<Parameters<PortalLaunch['handedOver']>[0]>;

const waitChecks: Checks<WaitOptions> = { signal };

/** One opening. Its address and its fields are for the browser: no log or JSON sees them. */
export class Launch implements PortalLaunch {
  readonly kind: PortalLaunch['kind'];
  readonly url: string;
  readonly fields: PortalLaunch['fields'];
  readonly body: string | null;
  readonly expiresAt: string | null;
  readonly findings: PortalLaunch['findings'];
  readonly correlationId: string;
  readonly #handedOver: Promise<string>;
  readonly #page: OneShotPage | null;

  constructor(parts: LaunchParts, handedOver: Promise<string>, page: OneShotPage | null) {
    this.kind = parts.kind;
    this.url = parts.url;
    this.fields = parts.fields;
    this.body = parts.body;
    this.expiresAt = parts.expiresAt;
    this.findings = parts.findings;
    this.correlationId = parts.correlationId;
    this.#handedOver = handedOver;
    this.#page = page;
    // Nobody has to wait for it.
    handedOver.catch(() => undefined);
  }

  async handedOver(options?: WaitOptions): Promise<string> {
    const given = optionsOf('options', options, waitChecks);
    return unlessAborted(this.#handedOver, given.signal);
  }

  async close(): Promise<void> {
    await this.#page?.close();
  }

  toJSON(): Pick<PortalLaunch, 'kind' | 'expiresAt' | 'correlationId'> {
    const { kind, expiresAt, correlationId } = this;
    return { kind, expiresAt, correlationId };
  }

  [inspect.custom](): string {
    return `PortalLaunch ${JSON.stringify(this)}`;
  }
}

/** A page that waits for the default browser, and how it ended. */
export interface WaitingPage {
  readonly page: OneShotPage;
  readonly expiresAt: string;
  /** When it was given. Fails with `TE_TIMEOUT`, `TE_CLOSED`, and what `given` throws. */
  readonly handedOver: Promise<string>;
}

/**
 * Puts a page where the default browser finds it.
 *
 * @param given - what is to be done once the page was given, and when that was
 */
export async function waitingPage(
  { html, headers }: { readonly html: string; readonly headers: Readonly<Record<string, string>> },
  clock: { now(): number },
  given: () => Promise<string>,
): Promise<WaitingPage> {
  let settle: (how: PageEnd) => void = () => undefined;
  const handedOver = new Promise<PageEnd>((resolve) => {
    settle = resolve;
  }).then((how) => {
    if (how === 'given') return given();
    throw how === 'expired'
      ? new TerrESanteError('TE_TIMEOUT', "Le navigateur n'a pas ouvert le portail à temps : recommencez.")
      : new TerrESanteError('TE_CLOSED', "L'ouverture du portail a été abandonnée.");
  });
  handedOver.catch(() => undefined);

  const page = await OneShotPage.open({ html, headers, ended: settle });
  return { page, expiresAt: isoUtc(clock.now() + pageMs), handedOver };
}
