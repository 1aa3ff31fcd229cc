/** What the local header, the descriptor and the central directory say of one entry. */
export interface ZipRecord {
  readonly name: Buffer;
  readonly method: 'deflate' | 'store';
  /**
   * Sizes and CRC follow the data (only ever with deflate: Java's ZipInputStream refuses it on a
   * stored entry).
   */
  readonly descriptor: boolean;
  readonly time: number;
  readonly crc: number;
  readonly compressedSize: number;
  readonly size: number;
  readonly offset: number;
}

const methods = { store: 0, deflate: 8 } as const;
const version = 20;
/** Made by UNIX, so that the external attributes are a file mode: -rw-r--r--. */
const madeBy = (3 << 8) | version;
const fileMode = 0o100644 * 0x10000;

/** MS-DOS date and time of a moment, taken in UTC, clamped to 1980-01-01 at the earliest. */
export function dosTime(epochMs: number): number {
  const at = new Date(Math.max(epochMs, Date.UTC(1980, 0, 1)));
  const date = ((at.getUTCFullYear() - 1980) << 9) | ((at.getUTCMonth() + 1) << 5) | at.getUTCDate();
  const time = (at.getUTCHours() << 11) | (at.getUTCMinutes() << 5) | (at.getUTCSeconds() >> 1);
  return date * 0x10000 + time;
}

function common(out: Buffer, at: number, record: ZipRecord, withSizes: boolean): void {
  out.writeUInt16LE(version, at);
  out.writeUInt16LE(record.descriptor ? 0x0008 : 0, at + 2);
  out.writeUInt16LE(methods[record.method], at + 4);
  out.writeUInt32LE(record.time, at + 6);
  if (!withSizes) return;
  out.writeUInt32LE(record.crc, at + 10);
  out.writeUInt32LE(record.compressedSize, at + 14);
  out.writeUInt32LE(record.size, at + 18);
}

export function localHeader(record: ZipRecord): Buffer {
  const out = Buffer.alloc(30 + record.name.length);
  out.writeUInt32LE(0x04034b50, 0);
  common(out, 4, record, !record.descriptor);
  out.writeUInt16LE(record.name.length, 26);
  record.name.copy(out, 30);
  return out;
}

export function dataDescriptor({ crc, compressedSize, size }: ZipRecord): Buffer {
  const out = Buffer.alloc(16);
  out.writeUInt32LE(0x08074b50, 0);
  out.writeUInt32LE(crc, 4);
  out.writeUInt32LE(compressedSize, 8);
  out.writeUInt32LE(size, 12);
  return out;
}

function centralRecord(record: ZipRecord): Buffer {
  const out = Buffer.alloc(46 + record.name.length);
  out.writeUInt32LE(0x02014b50, 0);
  out.writeUInt16LE(madeBy, 4);
  common(out, 6, record, true);
  out.writeUInt16LE(record.name.length, 28);
  out.writeUInt32LE(fileMode, 38);
  out.writeUInt32LE(record.offset, 42);
  record.name.copy(out, 46);
  return out;
}

/** Central directory and end record. */
export function centralDirectory(records: readonly ZipRecord[], offset: number): Buffer {
  const entries = records.map(centralRecord);
  const size = entries.reduce((sum, { length }) => sum + length, 0);
  const end = Buffer.alloc(22);
  end.writeUInt32LE(0x06054b50, 0);
  end.writeUInt16LE(records.length, 8);
  end.writeUInt16LE(records.length, 10);
  end.writeUInt32LE(size, 12);
  end.writeUInt32LE(offset, 16);
  return Buffer.concat([...entries, end]);
}
