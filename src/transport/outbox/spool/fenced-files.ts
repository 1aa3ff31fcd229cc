import type { ByteSource } from '../../../internal/bytes.ts';
import type { SpoolFile, SpoolFiles } from './files.ts';
import type { SpoolLock } from './lock-hold.ts';

/**
 * The disk for the holder of a lock: before each call that changes something, the lock is asked
 * whether it is still held. A program that slept while another one took its spool over changes
 * nothing any more, whatever part of it wakes up first.
 */
export function fencedFiles(files: SpoolFiles, lock: Pick<SpoolLock, 'isSure' | 'hold'>): SpoolFiles {
  /** Costs nothing as long as the last heartbeat is recent. */
  const held = async <T>(work: () => Promise<T>): Promise<T> => {
    if (!lock.isSure) await lock.hold();
    return work();
  };

  const fenced = (file: SpoolFile): SpoolFile => ({
    ...file,
    write: (bytes) => held(() => file.write(bytes)),
    touch: (at) => held(() => file.touch(at)),
  });

  return {
    ...files,
    makeFolder: (path) => held(() => files.makeFolder(path)),
    create: (path) => held(async () => fenced(await files.create(path))),
    createAlone: (path) => held(async () => fenced(await files.createAlone(path))),
    rename: (from, to) => held(() => files.rename(from, to)),
    remove: (path) => held(() => files.remove(path)),
  };
}

/**
 * A message, as long as the lock is held: a program that slept in the middle of a message does not
 * send its end, which another one may be sending by then.
 */
export function whileHeld(content: ByteSource, hold: () => Promise<void>): ByteSource {
  return {
    byteLength: content.byteLength,
    async *open() {
      for await (const chunk of content.open()) {
        await hold();
        yield chunk;
      }
    },
  };
}
