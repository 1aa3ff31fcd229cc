import type { Finding } from '../../../errors.ts';
import { finding, type PlaceOf } from '../../../internal/finding.ts';
import { auditRules } from '../rules.ts';
import { beginning, type ChainRecord } from './chain.ts';
import type { AuditMark, AuditVerification } from './model.ts';
import type { PlacedLine } from './segments.ts';

/** How far before the end of a file the next one may go on: more than one write holds. */
const rememberedRecords = 4_096;

/** A line that does not open, with the number its record would have. */
interface Unread {
  readonly sequence: number;
  readonly place: string;
}

/**
 * Follows a chain from its first record to its last, file by file. Each record says its number and
 * the digest of the one before; the head says which record was confirmed last. So each way to
 * change the files leaves another mark, and a crash leaves one of its own: an end that nobody was
 * told of.
 */
export class Verifier {
  readonly #findings: Finding[] = [];
  readonly #head: AuditMark | null;
  readonly #known: AuditMark | undefined;
  /** Digests of the latest records, and of those that head and caller name. */
  readonly #hashes = new Map<number, string>([[beginning.sequence, beginning.hash]]);
  readonly #noted = new Map<number, string>();
  /** What purges say of the records they took. */
  readonly #purged = new Map<number, string>();
  readonly #missing = new Map<number, string>();
  #unread: Unread[] = [];
  /** The record before the first line; `previous` is `null` when that line does not open. */
  #start: { readonly sequence: number; readonly previous: string | null } | null = null;
  #last: AuditMark = beginning;
  #records = 0;

  /** @param head - `null` when there is none, or none that opens */
  constructor(head: AuditMark | null, known: AuditMark | undefined) {
    this.#head = head;
    this.#known = known;
  }

  /** The lines of the next file. */
  file(lines: readonly PlacedLine[]): void {
    const first = lines.find(({ record }) => record !== null)?.record;
    if (first) this.#settleUnread(first);

    for (const { place, record } of lines) {
      if (record) {
        this.#record(record, place);
      } else {
        this.#last = { sequence: this.#last.sequence + 1, hash: '' };
        this.#unread.push({ sequence: this.#last.sequence, place });
      }
    }
  }

  /**
   * What did not open in the files before: the cut end of a write when this file goes on from
   * before it, a change otherwise.
   */
  #settleUnread({ sequence, previous }: ChainRecord): void {
    const cut = this.#unread.find((unread) => unread.sequence >= sequence);
    if (cut && this.#hashes.get(sequence - 1) === previous) {
      this.#tell('AUDIT-CUT', { path: cut.place });
      this.#unread = this.#unread.filter((unread) => unread.sequence < sequence);
      this.#last = { sequence: sequence - 1, hash: previous };
    }

    for (const { place } of this.#unread) this.#tell('AUDIT-CHANGED', { path: place });
    if (this.#start) this.#unread = [];
  }

  #record(record: ChainRecord, place: string): void {
    const { sequence, previous, hash, content } = record;
    this.#records += 1;
    if ('purge' in content) for (const mark of content.purge.through) this.#purged.set(mark.sequence, mark.hash);
    if (!this.#start) this.#begin(record);

    if (sequence <= this.#last.sequence) {
      this.#missing.delete(sequence);
      this.#tell('AUDIT-REORDERED', { path: place, found: String(sequence) });
      return;
    }

    this.#remember({ sequence, hash });
    for (let absent = this.#last.sequence + 1; absent < sequence; absent += 1) this.#missing.set(absent, place);
    // Without the one before, or when it did not open, there is nothing to compare with.
    const follows = sequence === this.#last.sequence + 1 && this.#last.hash !== '';
    if (follows && previous !== this.#last.hash) this.#tell('AUDIT-CHAIN', { path: place, case: 'link' });
    this.#last = { sequence, hash };
  }

  /** The first record that opens says where the chain begins, after a purge for example. */
  #begin({ sequence, previous }: ChainRecord): void {
    const before = Math.max(0, sequence - 1 - this.#last.sequence);
    const isFirstLine = this.#last.sequence === 0;
    this.#start = { sequence: before, previous: isFirstLine ? previous : null };
    this.#unread = this.#unread.map((unread) => ({ ...unread, sequence: unread.sequence + before }));
    this.#last = { sequence: sequence - 1, hash: sequence === 1 ? beginning.hash : '' };
  }

  #remember({ sequence, hash }: AuditMark): void {
    this.#hashes.set(sequence, hash);
    this.#hashes.delete(sequence - rememberedRecords);
    if (sequence === this.#head?.sequence || sequence === this.#known?.sequence) this.#noted.set(sequence, hash);
  }

  end(): AuditVerification {
    // What was never confirmed is no record: nobody was given the result of its access.
    const confirmed = this.#head?.sequence ?? Infinity;
    const cut = this.#unread.find(({ sequence }) => sequence > confirmed);
    const end = cut ? cut.sequence - 1 : this.#last.sequence;
    if (cut) this.#tell('AUDIT-CUT', { path: cut.place });
    for (const { sequence, place } of this.#unread) {
      if (sequence <= end) this.#tell('AUDIT-CHANGED', { path: place });
    }

    this.#checkBeginning();
    for (const [from, to, place] of ranges(this.#missing)) this.#removed('middle', place, from, to);
    this.#checkHead(end);
    this.#checkKnown(end);

    const findings = this.#findings;
    return {
      ok: !findings.some(({ severity }) => severity === 'error'),
      findings,
      records: this.#records,
      last: { sequence: end, hash: this.#hashes.get(end) ?? '' },
    };
  }

  /** A journal that does not begin with its first record says which purge took those before. */
  #checkBeginning(): void {
    const { sequence, previous } = this.#start ?? { sequence: 0, previous: null };
    if (sequence === 0) return;
    const purged = this.#purged.get(sequence);
    if (purged === undefined || (previous !== null && purged !== previous)) this.#removed('start', '#1', 1, sequence);
  }

  #checkHead(end: number): void {
    const head = this.#head;
    if (!head) {
      this.#tell('AUDIT-CHAIN', { path: 'head', case: 'head' });
    } else if (head.sequence > end) {
      this.#removed('end', 'head', end + 1, head.sequence);
    } else if ((this.#noted.get(head.sequence) ?? head.hash) !== head.hash) {
      this.#tell('AUDIT-CHAIN', { path: 'head', case: 'head' });
    }
  }

  #checkKnown(end: number): void {
    const known = this.#known;
    if (!known) return;
    if (known.sequence > end) {
      this.#removed('end', 'known', end + 1, known.sequence);
      return;
    }
    const found = this.#noted.get(known.sequence) ?? this.#purged.get(known.sequence);
    if (found !== undefined && found !== known.hash) this.#tell('AUDIT-CHAIN', { path: 'known', case: 'known' });
  }

  #removed(where: 'start' | 'middle' | 'end', path: string, from: number, to: number): void {
    this.#tell('AUDIT-REMOVED', { path, case: where, found: from === to ? String(from) : `${from}-${to}` });
  }

  #tell<R extends keyof typeof auditRules>(rule: R, place: PlaceOf<(typeof auditRules)[R]>): void {
    this.#findings.push(finding(auditRules, rule, place));
  }
}

/** Numbers that follow one another, as `from`, `to` and where the first was missed. */
function ranges(missing: ReadonlyMap<number, string>): readonly (readonly [number, number, string])[] {
  const found: [number, number, string][] = [];
  for (const [number, place] of [...missing].sort(([a], [b]) => a - b)) {
    const last = found.at(-1);
    if (last && last[1] === number - 1) last[1] = number;
    else found.push([number, number, place]);
  }
  return found;
}
