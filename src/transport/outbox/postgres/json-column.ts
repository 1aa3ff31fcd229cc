import type { UnmatchedReport } from '../model.ts';
import { unreadable, type Seal } from '../seal.ts';

/**
 * Values of the `jsonb` columns. With a key they are sealed: an entry names a mailbox, and that of
 * a patient is an INS. Without one they stay readable, but for texts that the type cannot hold.
 *
 * @see PostgreSQL, JSON Types: `jsonb` refuses U+0000 and lone surrogates
 */
export class JsonColumn {
  readonly #seal: Seal;

  constructor(seal: Seal) {
    this.#seal = seal;
  }

  /** Whether what is written can be read with the key only. */
  get isSealed(): boolean {
    return this.#seal.mark === 'E';
  }

  /**
   * The text to write.
   *
   * @param context - ties a sealed value to its place
   * @param shown - what statements need of it, in clear
   */
  write(value: object, context: string, shown: object = {}): string {
    const json = JSON.stringify(value);
    if (this.isSealed) {
      const sealed = this.#seal.close(Buffer.from(json, 'utf8'), context);
      return JSON.stringify({ ...shown, sealed: Buffer.from(sealed).toString('base64') });
    }

    const isHeld = !unheld.test(json);
    return isHeld ? json : JSON.stringify({ ...shown, escaped: Buffer.from(json, 'utf8').toString('base64') });
  }

  /** The value as it was; one that was written without a key is read with one too. */
  read(stored: object, context: string): unknown {
    if ('sealed' in stored) {
      if (!this.isSealed) throw unreadable();
      return JSON.parse(textOf(this.#seal.open(bytesOf(stored.sealed), context)));
    }

    return 'escaped' in stored ? JSON.parse(textOf(bytesOf(stored.escaped))) : stored;
  }
}

/** Escapes of `JSON.stringify` that the type refuses: it writes them for nothing else. */
const unheld = /(?<!\\)(?:\\\\)*\\u(?:0000|d[89a-f][0-9a-f]{2})/;

const bytesOf = (value: unknown): Uint8Array => Buffer.from(String(value), 'base64');
const textOf = (bytes: Uint8Array): string => Buffer.from(bytes).toString('utf8');

/** Ties a sealed entry to its row. */
export const entryContext = (id: string): string => `entry/${id}`;

/** Ties a sealed report to its row. */
export const reportContext = (key: string): string => `report/${key}`;

/** What stays readable of a report: by what the oldest of a reason are found. */
export const shownOfReport = ({ reason, at }: Pick<UnmatchedReport, 'reason' | 'at'>): object => ({ reason, at });
