import { crc32, deflateRawSync } from 'node:zlib';

/** One entry with every field under control; what is left out is right. */
export interface RawEntry {
  readonly name: string | Uint8Array;
  readonly data?: Uint8Array | string;
  readonly method?: number;
  readonly flags?: number;
  /** Compressed bytes as they stand; deflated by default when the method is 8. */
  readonly body?: Uint8Array;
  readonly crc?: number;
  readonly size?: number;
  readonly compressedSize?: number;
  readonly extra?: Uint8Array;
  readonly madeBy?: number;
  readonly attributes?: number;
  /** What the local header says instead. */
  readonly local?: Partial<Pick<RawEntry, 'name' | 'method' | 'flags' | 'crc' | 'size' | 'compressedSize' | 'extra'>>;
  /** Offset that the directory gives. */
  readonly offset?: number;
  /** In the directory only: no local header, no data. */
  readonly ghost?: boolean;
}

export interface RawZip {
  readonly entries: readonly RawEntry[];
  readonly prefix?: Uint8Array | string;
  readonly suffix?: Uint8Array | string;
  readonly comment?: string;
  readonly commentLength?: number;
  /** Fields of the end record, by name. */
  readonly end?: Partial<Record<'disk' | 'directoryDisk' | 'diskEntries' | 'entries' | 'size' | 'offset', number>>;
  /** Bytes between the last entry and the directory, between the directory and the end. */
  readonly gap?: Uint8Array | string;
  readonly beforeEnd?: (directoryOffset: number, directorySize: number, endOffset: number) => Uint8Array;
}

const bytes = (value: Uint8Array | string): Buffer => Buffer.from(value as string);

function header(entry: RawEntry, signature: number, tail: Buffer): Buffer {
  const { name, data = '', method = 8, flags = 0, extra = Buffer.alloc(0) } = entry;
  const plain = bytes(data);
  const body = entry.body ?? (method === 8 ? deflateRawSync(plain) : plain);
  const central = signature === 0x02014b50;
  const out = Buffer.alloc(central ? 46 : 30);
  const at = central ? 6 : 4;
  const raw = bytes(name);
  out.writeUInt32LE(signature, 0);
  if (central) out.writeUInt16LE(entry.madeBy ?? 20, 4);
  out.writeUInt16LE(20, at);
  out.writeUInt16LE(flags, at + 2);
  out.writeUInt16LE(method, at + 4);
  out.writeUInt32LE(0x5c6f0000, at + 6);
  out.writeUInt32LE(entry.crc ?? crc32(plain), at + 10);
  out.writeUInt32LE(entry.compressedSize ?? body.length, at + 14);
  out.writeUInt32LE(entry.size ?? plain.length, at + 18);
  out.writeUInt16LE(raw.length, at + 22);
  out.writeUInt16LE(extra.length, at + 24);
  if (central) {
    out.writeUInt32LE(entry.attributes ?? 0, 38);
    out.writeUInt32LE(tail.readUInt32LE(0), 42);
    return Buffer.concat([out, raw, extra]);
  }
  return Buffer.concat([out, raw, extra, body]);
}

export function rawZip(zip: RawZip): Buffer {
  const parts: Buffer[] = [bytes(zip.prefix ?? '')];
  let at = parts[0]!.length;
  const directory: Buffer[] = [];
  for (const entry of zip.entries) {
    const offset = Buffer.alloc(4);
    offset.writeUInt32LE((entry.offset ?? at) >>> 0);
    directory.push(header(entry, 0x02014b50, offset));
    if (entry.ghost) continue;
    const { data = '', method = 8 } = entry;
    const body = entry.body ?? (method === 8 ? deflateRawSync(bytes(data)) : bytes(data));
    const local = header({ ...entry, body, ...entry.local }, 0x04034b50, offset);
    parts.push(local);
    at += local.length;
  }
  const gap = bytes(zip.gap ?? '');
  parts.push(gap);
  at += gap.length;
  const central = Buffer.concat(directory);
  const more = bytes(zip.beforeEnd?.(at, central.length, at + central.length) ?? '');
  const end = Buffer.alloc(22);
  const fields = zip.end ?? {};
  end.writeUInt32LE(0x06054b50, 0);
  end.writeUInt16LE(fields.disk ?? 0, 4);
  end.writeUInt16LE(fields.directoryDisk ?? 0, 6);
  end.writeUInt16LE(fields.diskEntries ?? zip.entries.length, 8);
  end.writeUInt16LE(fields.entries ?? zip.entries.length, 10);
  end.writeUInt32LE((fields.size ?? central.length) >>> 0, 12);
  end.writeUInt32LE((fields.offset ?? at) >>> 0, 16);
  const comment = bytes(zip.comment ?? '');
  end.writeUInt16LE(zip.commentLength ?? comment.length, 20);
  return Buffer.concat([...parts, central, more, end, comment, bytes(zip.suffix ?? '')]);
}

/** Zip64 extended information: sizes and offset as 64-bit numbers. */
export function zip64Extra(...values: readonly (number | bigint)[]): Buffer {
  const out = Buffer.alloc(4 + values.length * 8);
  out.writeUInt16LE(1, 0);
  out.writeUInt16LE(values.length * 8, 2);
  values.forEach((value, index) => out.writeBigUInt64LE(BigInt(value), 4 + index * 8));
  return out;
}

/** Zip64 end record and its locator. */
export function zip64End(
  entries: number | bigint,
  size: number | bigint,
  offset: number | bigint,
  at: number,
  locatorAt = at,
): Buffer {
  const end = Buffer.alloc(56);
  end.writeUInt32LE(0x06064b50, 0);
  end.writeBigUInt64LE(44n, 4);
  end.writeUInt16LE(45, 12);
  end.writeUInt16LE(45, 14);
  end.writeBigUInt64LE(BigInt(entries), 24);
  end.writeBigUInt64LE(BigInt(entries), 32);
  end.writeBigUInt64LE(BigInt(size), 40);
  end.writeBigUInt64LE(BigInt(offset), 48);
  const locator = Buffer.alloc(20);
  locator.writeUInt32LE(0x07064b50, 0);
  locator.writeBigUInt64LE(BigInt(locatorAt), 8);
  locator.writeUInt32LE(1, 16);
  return Buffer.concat([end, locator]);
}
