import type { CardPractice } from './types.ts';

const TAG = { container: 0xee, name: 0x84, structureId: 0x85, sector: 0x86 } as const;
const sectorShape = /^SA\d{2}$/;

/** Old cards hold Latin-1, newer ones UTF-8. */
function text(bytes: Uint8Array): string | null {
  let value: string;
  try {
    value = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    value = Buffer.from(bytes).toString('latin1');
  }
  // Padding of fixed-length fields.
  value = value.replaceAll('\0', ' ').trim();
  return value === '' || /[\u0000-\u001f\u007f-\u009f]/.test(value) ? null : value;
}

interface Element {
  readonly tag: number;
  readonly value: Uint8Array;
}

/**
 * Elements of one level; stops at the first length that does not fit. One-byte tags, definite
 * lengths.
 */
function elements(bytes: Uint8Array): Element[] {
  const found: Element[] = [];
  let at = 0;

  while (at + 2 <= bytes.length && found.length < 64) {
    const tag = bytes[at] ?? 0;
    let length = bytes[at + 1] ?? 0;
    at += 2;

    // The long form: the number of bytes that hold the length, then those bytes.
    if (length >= 0x80) {
      const count = length - 0x80;
      if (count === 0 || count > 2 || at + count > bytes.length) break;
      length = 0;
      for (let i = 0; i < count; i += 1) length = length * 256 + (bytes[at + i] ?? 0);
      at += count;
    }

    if (at + length > bytes.length) break;
    found.push({ tag, value: bytes.subarray(at, at + length) });
    at += length;
  }

  return found;
}

/**
 * Reads one `CPS_ACTIVITY_nn_PS` object. The format is observed, not published: every length is
 * checked, unknown tags are skipped, what is not understood is `null`.
 */
export function readPractice(index: number, bytes: Uint8Array): CardPractice {
  const top = elements(bytes);
  const inner = top.find(({ tag }) => tag === TAG.container);
  const fields = inner ? elements(inner.value) : top;

  const field = (tag: number): string | null => {
    const all = fields.filter((element) => element.tag === tag);
    return all.length === 1 && all[0] ? text(all[0].value) : null;
  };
  const sector = field(TAG.sector);
  const structureId = field(TAG.structureId);

  // Only when no field could be read: then the last four characters are the sector.
  const tail = fields.length === 0 ? text(bytes.subarray(Math.max(0, bytes.length - 4))) : null;
  const candidate = sector ?? tail;

  return {
    index,
    structureName: field(TAG.name),
    structureId: structureId !== null && /^[0-9A-Za-z/]{2,64}$/.test(structureId) ? structureId : null,
    activitySector: candidate !== null && sectorShape.test(candidate) ? candidate : null,
  };
}

/**
 * Last four characters of `CPS_INFO_PS`: the specialty code (TRE_R01), for example `SM26`; `null`
 * when it is not one.
 */
export function readSpecialty(bytes: Uint8Array | null): string | null {
  if (!bytes || bytes.length < 4) return null;
  const code = Buffer.from(bytes.subarray(bytes.length - 4)).toString('latin1');
  return /^[A-Z]{2}\d{2}$/.test(code) ? code : null;
}
