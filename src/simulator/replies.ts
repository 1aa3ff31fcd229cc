import { TerrESanteError } from '../errors.ts';
import type { CallOptions } from '../internal/abort.ts';
import { needed, optionsOf, textOf, type Checks } from '../internal/border.ts';
import { anyText, callback, callChecks, signal as signalCheck } from '../internal/option-checks.ts';
import { pause } from '../internal/wait.ts';
import { parseReport, type Mailbox, type MailboxItem } from '../transport/index.ts';
import type { SimulatedMail } from './model.ts';

type ReadOptions = Parameters<Mailbox['read']>[0];
type WatchOptions = Parameters<Mailbox['watch']>[0];

const readChecks: Checks<NonNullable<ReadOptions>> = { ...callChecks, after: anyText };

const watchChecks: Checks<WatchOptions> = { ...readChecks, signal: needed(signalCheck), onError: callback };

/** How long the far side may take to be looked at again, in milliseconds. */
const lookEveryMs = 10;

/**
 * The mails that the simulated platform sent back, as a mailbox of `createMailbox` gives them, but
 * without a server: the software reads its reports as it does in production.
 */
export class SimulatedReplies implements Mailbox {
  readonly #mails: () => readonly SimulatedMail[];
  readonly #removed = new Set<number>();
  #isClosed = false;

  /** @param mails - those of one address, oldest first; one that was there stays in its place */
  constructor(mails: () => readonly SimulatedMail[]) {
    this.#mails = mails;
  }

  async *read(options?: ReadOptions): AsyncGenerator<MailboxItem, void, undefined> {
    const { after, signal } = optionsOf('options', options, readChecks);
    for (let place = placeAfter(after); place < this.#mails().length && !signal?.aborted; place += 1) {
      this.#requireOpen();
      const mail = this.#mails()[place];
      if (mail && !this.#removed.has(place)) yield await itemOf(mail, place);
    }
  }

  async *watch(options: WatchOptions): AsyncGenerator<MailboxItem, void, undefined> {
    const given = optionsOf('options', options, watchChecks);
    const { signal } = given;
    let { after } = given;

    while (!signal.aborted) {
      for await (const item of this.read({ after, signal })) {
        after = item.cursor;
        yield item;
      }
      await pause(lookEveryMs, { signal });
    }
  }

  async remove(cursor: string, options?: CallOptions): Promise<void> {
    optionsOf('options', options, callChecks);
    this.#requireOpen();
    this.#removed.add(placeAfter(textOf('cursor', cursor)) - 1);
  }

  async verify(options?: CallOptions): Promise<void> {
    optionsOf('options', options, callChecks);
    this.#requireOpen();
  }

  async close(): Promise<void> {
    this.#isClosed = true;
  }

  #requireOpen(): void {
    if (this.#isClosed) throw new TerrESanteError('TE_CLOSED', 'La boîte aux lettres est fermée.');
  }
}

/** A cursor is the place of its mail, counted from 1. */
function placeAfter(cursor: string | undefined): number {
  const place = Number(cursor ?? 0);
  if (Number.isSafeInteger(place) && place >= 0) return place;
  throw new TerrESanteError('TE_INPUT_INVALID', "Ce curseur n'est pas de cette boîte.", {
    details: { argument: 'after' },
  });
}

async function itemOf({ bytes }: SimulatedMail, place: number): Promise<MailboxItem> {
  const report = await parseReport(bytes);
  const address = report?.source.from;
  return {
    cursor: String(place + 1),
    kind: report ? 'report' : 'other',
    report,
    messageId: report?.reportId ?? null,
    from: address == null ? null : { name: '', address },
    byteLength: bytes.length,
    archive: async () => null,
    message: async () => bytes,
  };
}
