import type { ReportedRecipient, ReportVerdict } from '../receipt/report.ts';
import { identifierIn } from './mail-reader.ts';

/** Field groups of a report part: names in lower case, values unfolded. */
export function fieldGroups(text: string): ReadonlyMap<string, readonly string[]>[] {
  const groups: Map<string, string[]>[] = [];
  let current: Map<string, string[]> | null = null;
  let lastName = '';
  for (const line of text.slice(0, 256 * 1_024).split(/\r\n|\r|\n/)) {
    if (line.trim() === '') {
      current = null;
      continue;
    }
    const values = current?.get(lastName);
    if (/^[ \t]/.test(line) && values) {
      values.push(`${values.pop() ?? ''} ${line.trim()}`.slice(0, 4_000));
      continue;
    }
    const colon = line.indexOf(':');
    if (colon < 1 || colon > 60) continue;
    if (!current) groups.push((current = new Map<string, string[]>()));
    lastName = line.slice(0, colon).trim().toLowerCase();
    const known = current.get(lastName);
    const value = line
      .slice(colon + 1)
      .trim()
      .slice(0, 4_000);
    if (known) known.push(value);
    else current.set(lastName, [value]);
  }
  return groups;
}

type Fields = ReadonlyMap<string, readonly string[]>;

const first = (fields: Fields | undefined, name: string): string | null => fields?.get(name)?.[0] ?? null;

/** `rfc822; address` and its variants; comments and angle brackets removed. */
function recipientIn(value: string | null): string | null {
  if (value === null) return null;
  const address = value.slice(value.indexOf(';') + 1).replaceAll(/[<>\s]/g, '');
  return address === '' ? null : address.slice(0, 320);
}

const dsnActions: Readonly<Record<string, ReportVerdict>> = {
  failed: 'failed',
  delayed: 'delayed',
  delivered: 'delivered',
  relayed: 'relayed',
  expanded: 'delivered',
};

/** @see RFC 3464, section 2 */
export function deliveryStatus(text: string): { envelopeId: string | null; recipients: ReportedRecipient[] } {
  const groups = fieldGroups(text);
  const envelope = groups.find((fields) => !fields.has('final-recipient'));
  const recipients = groups
    .filter((fields) => fields.has('final-recipient'))
    .slice(0, 100)
    .map((fields): ReportedRecipient => {
      const action = (first(fields, 'action') ?? '').split(/[\s(;]/)[0]?.toLowerCase() ?? '';
      return {
        original: recipientIn(first(fields, 'original-recipient')),
        final: recipientIn(first(fields, 'final-recipient')),
        verdict: Object.hasOwn(dsnActions, action) ? (dsnActions[action] ?? 'unknown') : 'unknown',
        status: /\b([245]\.\d{1,3}\.\d{1,3})\b/.exec(first(fields, 'status') ?? '')?.[1] ?? null,
        code: null,
      };
    });
  return { envelopeId: first(envelope, 'original-envelope-id'), recipients };
}

const dispositions: Readonly<Record<string, ReportVerdict>> = {
  processed: 'processed',
  displayed: 'displayed',
  dispatched: 'dispatched',
  deleted: 'deleted',
  failed: 'error',
};

/** @see RFC 8098, section 3.2; CI-SIS, volet Transmission au LPS, structure of the MDN */
export function dispositionNotification(
  text: string,
  subjectCode: string | null,
): { messageId: string | null; recipient: ReportedRecipient } | null {
  const fields = fieldGroups(text).find((group) => group.has('disposition'));
  if (!fields) return null;
  const disposition = first(fields, 'disposition') ?? '';
  const after = disposition.slice(disposition.indexOf(';') + 1).trim();
  const [type = '', ...modifiers] = after.split(/[/,]/);
  const word = type.trim().toLowerCase();
  const modifier = modifiers.join('/').trim().toLowerCase();
  const refused = /^(?:error|failure|failed)\b/.test(modifier) || word === 'failed';
  const inDisposition = /\/\s*error\s*:(.*)$/i.exec(after)?.[1];
  const code = [first(fields, 'error'), inDisposition, subjectCode]
    .map((value) => /(?<!\d)(\d{3})(?!\d)/.exec(value ?? '')?.[1])
    .find((value) => value !== undefined);
  return {
    messageId: identifierIn(first(fields, 'original-message-id')),
    recipient: {
      original: recipientIn(first(fields, 'original-recipient')),
      final: recipientIn(first(fields, 'final-recipient')),
      verdict: refused ? 'error' : Object.hasOwn(dispositions, word) ? (dispositions[word] ?? 'unknown') : 'unknown',
      status: null,
      code: refused ? (code ?? null) : null,
    },
  };
}

/** Message-ID and envelope recipient headers of an embedded original. */
export function embeddedMessageId(headers: string): string | null {
  const end = /\r?\n\r?\n/.exec(headers);
  return identifierIn(first(fieldGroups(end ? headers.slice(0, end.index) : headers)[0], 'message-id'));
}
