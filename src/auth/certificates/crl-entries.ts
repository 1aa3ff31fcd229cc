import { derAt, derBoolean, derChildren, derError, derExpect, derOid, derWhole, type Der } from './der.ts';

/** One entry of a list, as it stands there. */
export interface EntryBytes {
  readonly raw: Uint8Array;
  readonly date: Der;
  /** Code of RFC 5280, section 5.3.1; `null` when none is given. */
  readonly reason: number | null;
}

/** Extensions of an entry that are understood: reason, hold instruction, date of invalidity. */
const understood: ReadonlySet<string> = new Set(['2.5.29.21', '2.5.29.23', '2.5.29.24']);

/** The reason of an entry; `not-understood` for a critical extension that we cannot process. */
function readReason(extensions: Der): number | null | 'not-understood' {
  let reason: number | null = null;

  for (const extension of derChildren(derExpect(extensions, 0x30, 'crlEntryExtensions'))) {
    const [oid, critical, value = critical] = derChildren(extension);
    const id = derOid(derExpect(oid, 0x06, 'OBJECT-IDENTIFIER'));
    if (critical?.tag === 0x01 && derBoolean(critical) && !understood.has(id)) return 'not-understood';

    if (id === '2.5.29.21') {
      reason = derExpect(derWhole(derExpect(value, 0x04, 'extnValue').content), 0x0a, 'reasonCode').content[0] ?? null;
    }
  }
  return reason;
}

/**
 * Finds the entry of a serial number. Entries are walked one by one: a list may hold hundreds of
 * thousands. One that is not understood spoils the list for every certificate (5.3), so all of them
 * are read.
 */
export function findEntry(entries: Der, serial: Uint8Array): EntryBytes | null | 'not-understood' {
  let found: EntryBytes | null = null;

  for (let offset = 0; offset < entries.content.length;) {
    const { node, next } = derAt(entries.content, offset);
    const [number, date, extensions] = derChildren(derExpect(node, 0x30, 'revokedCertificate'));
    const reason = extensions ? readReason(extensions) : null;
    if (reason === 'not-understood') return reason;

    if (!date) throw derError('missing-field');

    const wanted = Buffer.compare(derExpect(number, 0x02, 'userCertificate').content, serial) === 0;
    if (wanted) found ??= { raw: node.raw, date, reason };
    offset = next;
  }
  return found;
}
