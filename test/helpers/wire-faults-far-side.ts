import { Random } from '../fuzz/random.ts';
import { startFakeRegistry } from '../transport/xds/fake-registry.ts';
import { createFaultLine, lineFaults, type LineFault } from './fault-line.ts';

/*
 * The far side of a run of faults, in a process of its own so that the connections of the other are
 * its own only.
 */

/** What it is told first. */
export interface FarSideStart {
  readonly tls: { readonly cert: string; readonly key: string } | null;
  /** Of the one document that it gives. */
  readonly content: Buffer;
  readonly seed: number;
  /** Longest delay of what comes late. */
  readonly delayMs: number;
}

/** What it tells when it is asked to end. */
export interface FarSideEnd {
  readonly registered: readonly string[];
  readonly connections: number;
}

/** The document, and the entries, that are there from the beginning. */
export const givenId = '2.999.2';
export const listedIds = Array.from({ length: 20 }, (_, index) => `2.999.3.${String(index)}`);

export async function runFarSide(): Promise<void> {
  const { tls, content, seed, delayMs } = await new Promise<FarSideStart>((resolve) =>
    process.once('message', resolve),
  );
  const random = new Random(seed);
  const registry = await startFakeRegistry(tls);
  registry.contents.set(givenId, Buffer.from(content));
  for (const id of listedIds) registry.documents.set(id, 'a'.repeat(40));

  /** A good part of the connections has no fault before its first calls are over. */
  const next = (): LineFault => ({
    kind: random.pick(lineFaults),
    after: random.below(random.below(400_000) + 1),
    delayMs: random.below(delayMs),
  });
  const line = await createFaultLine(registry.port, next);

  process.once('message', () => {
    const end: FarSideEnd = { registered: [...registry.documents.keys()], connections: line.count };
    process.send?.(end, () => process.exit());
  });
  process.send?.(line.port);
}
