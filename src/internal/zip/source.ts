import type { Stats } from 'node:fs';
import { stat } from 'node:fs/promises';
import { Readable } from 'node:stream';
import type { ByteSource } from '../bytes.ts';
import { isTerrESanteError } from '../../errors.ts';
import { textOf } from '../border.ts';
import { fileFailure, openToRead } from '../held-file.ts';

/**
 * Bytes that can also be read from any place: what an archive needs, whose table stands at its end.
 *
 * @group Bytes
 */
export interface RandomAccessSource extends ByteSource {
  /** Bytes `start` (included) to `end` (excluded). */
  read(start: number, end: number): AsyncIterable<Uint8Array>;
}

/**
 * A file, opened at each reading. A folder, a pipe and a device are refused: to open one may wait
 * for ever. On Windows, a file that another program holds is tried again for two seconds.
 *
 * @throws TerrESanteError `TE_FILE_ACCESS`, here or when it is read; `details.reason` is the code
 *   of the system (`ENOENT`, `EISDIR` for a folder, `EINVAL` for a device), and the path is in no
 *   error
 *
 * @group Bytes
 */
export async function fileSource(path: string): Promise<RandomAccessSource> {
  const { size } = await typed(() => statOfFile(textOf('path', path)));

  return {
    byteLength: size,
    open: () => readRange(path, 0, size),
    scan: () => scanFile(path, size),
    read: (start, end) => readRange(path, start, end),
  };
}

async function statOfFile(path: string): Promise<Stats> {
  const stats = await stat(path);
  if (stats.isDirectory()) throw Object.assign(new Error('a folder is no file'), { code: 'EISDIR' });
  if (!stats.isFile()) throw Object.assign(new Error('not a file'), { code: 'EINVAL' });

  // A file that may not be read is refused now, not at the first byte.
  await (await openToRead(path)).close();
  return stats;
}

/** An error of the system holds the path, which may name a patient: it goes no further. */
async function typed<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    throw isTerrESanteError(error) ? error : fileFailure(error);
  }
}

async function* readRange(path: string, start: number, end: number): AsyncGenerator<Uint8Array> {
  if (end <= start) return;

  const file = await typed(() => openToRead(path));
  try {
    const stream = file.createReadStream({ start, end: end - 1, highWaterMark: 32 * 1024, autoClose: false });
    for await (const chunk of stream) yield chunk as Uint8Array;
  } finally {
    await file.close();
  }
}

/** The whole file through one buffer, which is overwritten at each step. */
async function* scanFile(path: string, size: number): AsyncGenerator<Uint8Array> {
  const file = await typed(() => openToRead(path));
  try {
    const buffer = Buffer.allocUnsafe(64 * 1024);
    for (let at = 0; at < size;) {
      const { bytesRead } = await file.read(buffer, 0, Math.min(buffer.length, size - at), at);
      if (bytesRead === 0) return;

      at += bytesRead;
      yield buffer.subarray(0, bytesRead);
    }
  } finally {
    await file.close();
  }
}

export function memorySource(bytes: Uint8Array): RandomAccessSource {
  async function* read(start: number, end: number): AsyncGenerator<Uint8Array> {
    yield bytes.subarray(start, end);
  }
  return { byteLength: bytes.length, open: () => read(0, bytes.length), read };
}

export function readableRange(source: RandomAccessSource, start: number, end: number): Readable {
  return Readable.from(source.read(start, end), { objectMode: false });
}
