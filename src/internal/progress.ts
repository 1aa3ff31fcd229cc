import { scan, type ByteSource } from './bytes.ts';

/**
 * The same bytes, told as they are read.
 *
 * @param told - bytes read since the last opening; what it throws changes nothing
 */
export function countedSource(source: ByteSource, told: (bytes: number) => void): ByteSource {
  const { byteLength } = source;
  return {
    byteLength,
    open: () => counted(source.open(), told),
    scan: () => counted(scan(source), told),
  };
}

async function* counted(
  chunks: AsyncIterable<Uint8Array>,
  told: (bytes: number) => void,
): AsyncGenerator<Uint8Array, void, undefined> {
  let bytes = 0;
  quietly(() => told(0));

  for await (const chunk of chunks) {
    yield chunk;
    // The reader has asked for more: it is done with this chunk.
    bytes += chunk.length;
    quietly(() => told(bytes));
  }
}

/** A listener of the host never stops the work that it listens to. */
export function quietly(tell: () => unknown): void {
  try {
    const answer = tell();
    // An asynchronous listener fails later: unheard, that would end the process.
    if (answer instanceof Promise) answer.catch(() => undefined);
  } catch {
    // The failure is the listener's own.
  }
}
