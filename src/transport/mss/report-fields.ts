import type { ReportedRecipient, ReportVerdict } from '../receipt/report.ts';
import { mailboxAddress } from './mail-address.ts';
import { identifierIn } from './mail-reader.ts';

/** Fields of one group: names in lower case, values unfolded. */
type Fields = ReadonlyMap<string, readonly string[]>;

const maxValueLength = 4_000;

/** Field groups of a report part, separated by blank lines. */
export function fieldGroups(text: string): Fields[] {
  const groups: Map<string, string[]>[] = [];
  let current: Map<string, string[]> | null = null;
  let lastValues: string[] | null = null;

  for (const line of text.slice(0, 256 * 1_024).split(/\r\n|\r|\n/)) {
    if (line.trim() === '') {
      current = null;
      lastValues = null;
      continue;
    }

    // A line that begins with a space goes on with the value before it.
    const open: string | undefined = lastValues?.at(-1);
    if (/^[ \t]/.test(line) && lastValues && open !== undefined) {
      lastValues[lastValues.length - 1] = `${open} ${line.trim()}`.slice(0, maxValueLength);
      continue;
    }

    const colon = line.indexOf(':');
    if (colon < 1 || colon > 60) continue;

    if (!current) groups.push((current = new Map<string, string[]>()));
    const name = line.slice(0, colon).trim().toLowerCase();
    lastValues = current.get(name) ?? [];
    lastValues.push(
      line
        .slice(colon + 1)
        .trim()
        .slice(0, maxValueLength),
    );
    current.set(name, lastValues);
  }
  return groups;
}

const first = (fields: Fields | undefined, name: string): string | null => fields?.get(name)?.[0] ?? null;

/**
 * `rfc822; address` and its variants, with a display name, comments or brackets. What is no mail
 * address stays as it is, without blanks and brackets: it names somebody else.
 */
function recipientIn(value: string | null): string | null {
  if (value === null) return null;

  const text = value.replace(/^\s*[a-z0-9-]{1,40}\s*;/i, '');
  const address = mailboxAddress(text) ?? text.replaceAll(/[<>\s\p{C}]/gu, '');
  return address === '' ? null : address.slice(0, 320);
}

const dsnActions: Readonly<Record<string, ReportVerdict>> = {
  failed: 'failed',
  delayed: 'delayed',
  delivered: 'delivered',
  relayed: 'relayed',
  expanded: 'delivered',
};

/**
 * Reads a delivery report (DSN). Some leave out the blank line between the message and a recipient,
 * or name the recipient by one of its two fields only.
 *
 * @see RFC 3464, section 2
 */
export function deliveryStatus(text: string): { envelopeId: string | null; recipients: ReportedRecipient[] } {
  const groups = fieldGroups(text);
  const envelope = groups.find((fields) => fields.has('original-envelope-id'));
  const isRecipient = (fields: Fields): boolean => fields.has('final-recipient') || fields.has('original-recipient');

  return {
    envelopeId: envelopeIdIn(first(envelope, 'original-envelope-id')),
    recipients: groups.filter(isRecipient).slice(0, 100).map(deliveredTo),
  };
}

/** Without the brackets and blanks that some add; a longer one is none of ours. */
function envelopeIdIn(value: string | null): string | null {
  const id = value?.replaceAll(/[<>\s]/g, '') ?? '';
  return /^[!-~]{1,250}$/.test(id) ? id : null;
}

function deliveredTo(fields: Fields): ReportedRecipient {
  // `failed (bounced)`, `Delivered; …`: the first word counts.
  const action = /^[^\s(;]*/.exec(first(fields, 'action') ?? 'unknown')?.[0].toLowerCase();
  return {
    original: recipientIn(first(fields, 'original-recipient')),
    final: recipientIn(first(fields, 'final-recipient')),
    verdict: fields.has('action') ? verdictIn(dsnActions, action) : withoutAction(fields),
    status: matchIn(/\b([245]\.\d{1,3}\.\d{1,3})\b/, first(fields, 'status')),
    code: null,
  };
}

/** `Action` is mandatory: without it, only a permanent status is a failure (RFC 3463, 2). */
function withoutAction(fields: Fields): ReportVerdict {
  return /^\s*5\./.test(first(fields, 'status') ?? '') ? 'failed' : 'unknown';
}

function verdictIn(table: Readonly<Record<string, ReportVerdict>>, word: string | undefined): ReportVerdict {
  return (word !== undefined && Object.hasOwn(table, word) ? table[word] : undefined) ?? 'unknown';
}

/** The first group of a pattern, `null` when it does not match. */
function matchIn(pattern: RegExp, value: string | null | undefined): string | null {
  return value ? (pattern.exec(value)?.[1] ?? null) : null;
}

const dispositions: Readonly<Record<string, ReportVerdict>> = {
  processed: 'processed',
  displayed: 'displayed',
  dispatched: 'dispatched',
  deleted: 'deleted',
  failed: 'error',
};

/**
 * Reads a disposition report (MDN) in both published forms of the refusal: the code in the `Error`
 * field, or in the `Disposition` field itself.
 *
 * @see RFC 8098, section 3.2; CI-SIS, volet Transmission au LPS, structure of the MDN
 */
export function dispositionNotification(
  text: string,
  subjectCode: string | null,
): { messageId: string | null; recipient: ReportedRecipient } | null {
  const fields = fieldGroups(text).find((group) => group.has('disposition'));
  const disposition = first(fields, 'disposition');
  if (!fields || disposition === null) return null;

  // `manual-action/MDN-sent-manually; processed/error`
  const after = disposition.slice(disposition.indexOf(';') + 1).trim();
  const [type = '', ...modifiers] = after.split(/[/,]/);
  const word = type.trim().toLowerCase();
  const modifier = modifiers.join('/').trim().toLowerCase();
  const refused = word === 'failed' || /^(?:error|failure|failed)\b/.test(modifier);

  return {
    messageId: identifierIn(first(fields, 'original-message-id')),
    recipient: {
      original: recipientIn(first(fields, 'original-recipient')),
      final: recipientIn(first(fields, 'final-recipient')),
      verdict: refused ? 'error' : verdictIn(dispositions, word),
      status: null,
      code: refused ? codeIn([first(fields, 'error'), matchIn(/\/\s*error\s*:(.*)$/i, after), subjectCode]) : null,
    },
  };
}

/** The first integration code, three digits, in the places where it may be. */
function codeIn(places: readonly (string | null)[]): string | null {
  const codes = places.map((place) => matchIn(/(?<!\d)(\d{3})(?!\d)/, place));
  return codes.find((code) => code !== null) ?? null;
}

/** Message-ID of an embedded original, of which only the headers are read. */
export function embeddedMessageId(headers: string): string | null {
  const text = headers.trimStart();
  const end = /\r?\n\r?\n/.exec(text);
  const head = end ? text.slice(0, end.index) : text;
  return identifierIn(first(fieldGroups(head)[0], 'message-id'));
}
