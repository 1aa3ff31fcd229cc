import type { ByteSource } from '../../../internal/bytes.ts';
import type { OutboxEntry } from '../model.ts';
import type { SpoolFile, SpoolFiles } from './files.ts';
import { unreadable, type Seal } from '../seal.ts';

/**
 * An item file: `TE1 <P|E> <length of the closed entry>\n`, the entry as JSON, then the message in
 * pieces of at most {@link pieceBytes} bytes, each closed by the seal.
 */
const pieceBytes = 64 * 1_024;
const headBytes = 8 * 1_024;

const pieceContext = (entry: OutboxEntry, index: number): string =>
  `${entry.id}.${String(entry.generation)}/${String(index)}`;

/** Writes and syncs; the caller gives the file its name afterwards. */
export async function writeItem(file: SpoolFile, seal: Seal, entry: OutboxEntry, content: ByteSource): Promise<void> {
  const head = seal.close(Buffer.from(JSON.stringify(entry), 'utf8'), 'entry');
  let front: Uint8Array[] = [Buffer.from(`TE1 ${seal.mark} ${String(head.length)}\n`, 'latin1'), head];
  let index = 0;
  let rest: Uint8Array[] = [];
  let length = 0;
  let total = 0;
  const flush = async (all: boolean): Promise<void> => {
    const bytes = Buffer.concat(rest);
    const end = all ? bytes.length : bytes.length - (bytes.length % pieceBytes);
    const pieces: Uint8Array[] = [];
    for (let at = 0; at < end; at += pieceBytes) {
      pieces.push(seal.close(bytes.subarray(at, Math.min(end, at + pieceBytes)), pieceContext(entry, index)));
      index += 1;
    }
    if (front.length + pieces.length > 0) await file.write(Buffer.concat([...front, ...pieces]));
    front = [];
    rest = end < bytes.length ? [bytes.subarray(end)] : [];
    length = bytes.length - end;
  };
  for await (const chunk of content.open()) {
    rest.push(chunk);
    length += chunk.length;
    total += chunk.length;
    if (length >= 4 * pieceBytes) await flush(false);
  }
  await flush(true);
  if (total !== entry.byteLength) throw unreadable();
  await file.sync();
}

interface Head {
  readonly entry: OutboxEntry;
  /** Where the message starts. */
  readonly offset: number;
}

async function readHead(file: SpoolFile, seal: Seal): Promise<Head> {
  let bytes = await file.read(headBytes, 0);
  const line = /^TE1 ([PE]) (\d{1,9})\n/.exec(Buffer.from(bytes.subarray(0, 40)).toString('latin1'));
  if (line?.[1] !== seal.mark) throw unreadable();
  const length = Number(line[2]);
  const start = line[0].length;
  if (start + length > bytes.length) bytes = await file.read(start + length, 0);
  if (bytes.length < start + length) throw unreadable();
  const json = Buffer.from(seal.open(bytes.subarray(start, start + length), 'entry')).toString('utf8');
  return { entry: JSON.parse(json) as OutboxEntry, offset: start + length };
}

/** The entry as it was when it was added. */
export async function readItemEntry(files: SpoolFiles, path: string, seal: Seal): Promise<OutboxEntry> {
  const file = await files.openToRead(path);
  try {
    return (await readHead(file, seal)).entry;
  } finally {
    await file.close();
  }
}

/**
 * The message, read again at each opening. A file that is cut or changed fails before its last byte
 * is given.
 */
export function itemContent(files: SpoolFiles, path: string, seal: Seal, entry: OutboxEntry): ByteSource {
  const { byteLength } = entry;
  return {
    byteLength,
    async *open() {
      const file = await files.openToRead(path);
      try {
        let { offset } = await readHead(file, seal);
        let index = 0;
        for (let given = 0; given < byteLength;) {
          const plain = Math.min(pieceBytes, byteLength - given);
          const bytes = await file.read(plain + seal.overhead, offset);
          if (bytes.length !== plain + seal.overhead) throw unreadable();
          yield seal.open(bytes, pieceContext(entry, index));
          offset += bytes.length;
          given += plain;
          index += 1;
        }
      } finally {
        await file.close();
      }
    },
  };
}
