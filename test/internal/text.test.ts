import { describe, expect, it } from 'vitest';
import { decodeText, encodingOf } from '../../src/internal/text.ts';

const text = '{"nom":"ÉLODIE œ 😀"}\r\n';
const littleEndian = Buffer.concat([Buffer.from([0xff, 0xfe]), Buffer.from(text, 'utf16le')]);
const bigEndian = Buffer.from(littleEndian).swap16();

describe('texts as Windows programs write them', () => {
  it.each([
    ['UTF-8', Buffer.from(text)],
    ['UTF-8 with a mark', Buffer.concat([Buffer.from([0xef, 0xbb, 0xbf]), Buffer.from(text)])],
    ['UTF-16, as > of PowerShell', littleEndian],
    ['UTF-16, the other order', bigEndian],
  ])('%s is read, without its mark', (_name, bytes) => {
    expect(decodeText(bytes)).toBe(text);
  });

  it.each([
    ['windows-1252', Buffer.from('ÉLODIE', 'latin1')],
    ['half a character of UTF-16', littleEndian.subarray(0, littleEndian.length - 1)],
    ['half a pair of UTF-16', Buffer.from([0xff, 0xfe, 0x3d, 0xd8])],
  ])('%s is refused, never mended', (_name, bytes) => {
    expect(decodeText(bytes)).toBeNull();
  });

  it('reads UTF-16 by its mark only', () => {
    expect(encodingOf(Buffer.from('a', 'utf16le'))).toBe('utf-8');
    expect(encodingOf(new Uint8Array())).toBe('utf-8');
  });
});
