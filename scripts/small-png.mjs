// A picture of a screen in a palette: a third of its bytes, and nothing that an eye would see.
import { deflateSync, inflateSync } from 'node:zlib';

const signature = Buffer.from('89504e470d0a1a0a', 'hex');
const paletteSize = 256;

function chunksOf(png) {
  const chunks = [];
  for (let at = signature.length; at < png.length;) {
    const length = png.readUInt32BE(at);
    chunks.push({ type: png.toString('latin1', at + 4, at + 8), data: png.subarray(at + 8, at + 8 + length) });
    at += length + 12;
  }
  return chunks;
}

function crcOf(bytes) {
  let crc = ~0;
  for (const byte of bytes) {
    crc ^= byte;
    for (let bit = 0; bit < 8; bit += 1) crc = crc & 1 ? (crc >>> 1) ^ 0xedb88320 : crc >>> 1;
  }
  return ~crc >>> 0;
}

function chunk(type, data) {
  const named = Buffer.concat([Buffer.from(type, 'latin1'), data]);
  const [length, crc] = [Buffer.alloc(4), Buffer.alloc(4)];
  length.writeUInt32BE(data.length);
  crc.writeUInt32BE(crcOf(named));
  return Buffer.concat([length, named, crc]);
}

/** The neighbour that a byte is told from (PNG, section 9.4). */
function paeth(left, up, corner) {
  const [a, b, c] = [Math.abs(up - corner), Math.abs(left - corner), Math.abs(left + up - 2 * corner)];
  if (a <= b && a <= c) return left;
  return b <= c ? up : corner;
}

/** The bytes of the pixels, without the filters of the lines. */
function pixelsOf(raw, height, stride, size) {
  const pixels = Buffer.alloc(height * stride);
  for (let line = 0; line < height; line += 1) {
    const [filter, from, to] = [raw[line * (stride + 1)], line * (stride + 1) + 1, line * stride];
    for (let x = 0; x < stride; x += 1) {
      const left = x >= size ? pixels[to + x - size] : 0;
      const up = line > 0 ? pixels[to + x - stride] : 0;
      const corner = x >= size && line > 0 ? pixels[to + x - stride - size] : 0;
      const told = [0, left, up, (left + up) >> 1, paeth(left, up, corner)][filter];
      pixels[to + x] = raw[from + x] + told;
    }
  }
  return pixels;
}

/** How often each colour stands in the picture, the most frequent first. */
function coloursOf(pixels, size) {
  const counts = new Map();
  for (let at = 0; at < pixels.length; at += size) {
    const colour = pixels.readUIntBE(at, 3);
    counts.set(colour, (counts.get(colour) ?? 0) + 1);
  }
  return [...counts].sort(([a, left], [b, right]) => right - left || a - b).map(([colour]) => colour);
}

const parts = (colour) => [colour >> 16, (colour >> 8) & 255, colour & 255];

/** The place in the palette of what looks most like a colour. */
function nearest(palette, colour) {
  const wanted = parts(colour);
  const distances = palette.map((one) => parts(one).reduce((sum, part, at) => sum + (part - wanted[at]) ** 2, 0));
  return distances.indexOf(Math.min(...distances));
}

/** Each line of the picture: no filter, and one byte for each pixel. */
function linesOf(pixels, { width, height, size }, places) {
  const lines = Buffer.alloc(height * (width + 1));
  for (let at = 0; at < width * height; at += 1) {
    lines[at + Math.floor(at / width) + 1] = places.get(pixels.readUIntBE(at * size, 3));
  }
  return lines;
}

/** An opaque picture of 8 bits a colour in fewer bytes: the most frequent colours stay as they are. */
export function smallPng(png) {
  const chunks = chunksOf(png);
  const head = Buffer.from(chunks[0].data);
  const [width, height, kind] = [head.readUInt32BE(0), head.readUInt32BE(4), head[9]];
  const size = kind === 6 ? 4 : 3;
  const raw = inflateSync(Buffer.concat(chunks.filter(({ type }) => type === 'IDAT').map(({ data }) => data)));
  const pixels = pixelsOf(raw, height, width * size, size);

  const colours = coloursOf(pixels, size);
  const palette = colours.slice(0, paletteSize);
  const places = new Map(colours.map((one, at) => [one, at < palette.length ? at : nearest(palette, one)]));
  const lines = linesOf(pixels, { width, height, size }, places);

  // 8 bits a pixel, each the place of a colour in the palette (PNG, section 11.2.2).
  head[9] = 3;
  return Buffer.concat([
    signature,
    chunk('IHDR', head),
    chunk('PLTE', Buffer.from(palette.flatMap(parts))),
    chunk('IDAT', deflateSync(lines, { level: 9 })),
    chunk('IEND', Buffer.alloc(0)),
  ]);
}
