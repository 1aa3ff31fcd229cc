// A zip archive without compression: enough for IHE XDM.
import { crc32 } from 'node:zlib';

/** @param {readonly { name: string, bytes: Buffer }[]} files */
export function zip(files) {
  const parts = [];
  const directory = [];
  let offset = 0;

  for (const { name, bytes } of files) {
    const path = Buffer.from(name, 'ascii');
    const common = Buffer.alloc(26);
    // Version 2.0, no flag, stored, a fixed date.
    common.writeUInt16LE(20, 0);
    common.writeUInt16LE(0x21, 8);
    common.writeUInt32LE(checksum(bytes), 10);
    common.writeUInt32LE(bytes.length, 14);
    common.writeUInt32LE(bytes.length, 18);
    common.writeUInt16LE(path.length, 22);

    parts.push(Buffer.from('504b0304', 'hex'), common, path, bytes);
    const rest = Buffer.alloc(14);
    rest.writeUInt32LE(offset, 10);
    directory.push(Buffer.from('504b01021400', 'hex'), common, rest, path);
    offset += 30 + path.length + bytes.length;
  }

  const listed = Buffer.concat(directory);
  const end = Buffer.alloc(22);
  end.write('504b0506', 0, 'hex');
  end.writeUInt16LE(files.length, 8);
  end.writeUInt16LE(files.length, 10);
  end.writeUInt32LE(listed.length, 12);
  end.writeUInt32LE(offset, 16);
  return Buffer.concat([...parts, listed, end]);
}

/** `crc32` of zlib came with Node 20.15. */
function checksum(bytes) {
  return crc32(bytes);
}
