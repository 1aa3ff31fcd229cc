import { isObject, objects, type Json } from '../../internal/json/shape.ts';
import type { ReportedRecipient, ReportVerdict } from '../receipt/report.ts';
import { mailboxAddress } from './mail-address.ts';
import { identifierIn } from './mail-reader.ts';

/*
 * Amazon SES tells of a bounce in JSON, which Amazon SNS sends on by mail: the notification is the
 * text of the mail, as it is or within the envelope of SNS, and lines of SNS follow. Who may say
 * what it says is decided elsewhere, as for every report.
 */

/** Where SNS writes from. @see Amazon SNS Developer Guide, Email notifications */
const snsMailbox = 'no-reply@sns.amazonaws.com';

export const isSnsMailbox = (address: string | null): boolean => address?.toLowerCase() === snsMailbox;

/** The bounce that a notification of SES tells of. */
export interface SesBounce {
  readonly recipients: readonly ReportedRecipient[];
  /** Message-IDs of the original, as the sender wrote it. */
  readonly messageIds: readonly string[];
}

const maxText = 256 * 1_024;
const maxRecipients = 20;

/**
 * Reads the bounce that a text holds; `null` for any other text, a complaint or a delivery
 * included. `bounceType` alone makes a failure only when it is `Permanent`: what else happened is
 * said by the `action` of each recipient, which the far mail server gave, or by nobody.
 *
 * @see Amazon SES Developer Guide, Amazon SNS notification contents for Amazon SES: bounce object,
 *   bounced recipients, mail object
 */
export function sesBounce(text: string): SesBounce | null {
  const notification = notificationIn(text);
  const bounce = notification && objectIn(notification, 'bounce');
  const type = notification && (textIn(notification, 'notificationType') ?? textIn(notification, 'eventType'));
  if (!notification || !bounce || type !== 'Bounce') return null;

  const isPermanent = textIn(bounce, 'bounceType') === 'Permanent';
  const named = objects(bounce['bouncedRecipients']).slice(0, maxRecipients);
  const mail = objectIn(notification, 'mail');
  return {
    recipients:
      named.length > 0 ? named.map((recipient) => recipientOf(recipient, isPermanent)) : [nobody(isPermanent)],
    messageIds: mail ? originalIds(mail) : [],
  };
}

/** The notification, without the envelope of SNS and the lines below it. */
function notificationIn(text: string): Json | null {
  const start = text.slice(0, maxText).trimStart();
  if (!start.startsWith('{')) return null;

  const below = /\r?\n--[ \t]*\r?\n/.exec(start);
  const read = parsed(below ? start.slice(0, below.index) : start);
  const inner = read && textIn(read, 'Type') === 'Notification' ? textIn(read, 'Message') : null;
  return inner === null ? read : parsed(inner);
}

function parsed(text: string): Json | null {
  try {
    const value: unknown = JSON.parse(text);
    return isObject(value) ? value : null;
  } catch {
    return null;
  }
}

const actions: ReadonlyMap<string, ReportVerdict> = new Map([
  ['failed', 'failed'],
  ['delayed', 'delayed'],
  ['delivered', 'delivered'],
  ['relayed', 'relayed'],
  ['expanded', 'delivered'],
]);

const verdictOf = (isPermanent: boolean): ReportVerdict => (isPermanent ? 'failed' : 'unknown');

const nobody = (isPermanent: boolean): ReportedRecipient => ({
  original: null,
  final: null,
  verdict: verdictOf(isPermanent),
  status: null,
  code: null,
});

function recipientOf(recipient: Json, isPermanent: boolean): ReportedRecipient {
  const action = textIn(recipient, 'action')?.toLowerCase();
  const status = /^[245]\.\d{1,3}\.\d{1,3}$/.exec(textIn(recipient, 'status') ?? '');
  return {
    ...nobody(isPermanent),
    final: mailboxAddress(textIn(recipient, 'emailAddress') ?? ''),
    verdict: action === undefined ? verdictOf(isPermanent) : (actions.get(action) ?? 'unknown'),
    status: status?.[0] ?? null,
  };
}

/**
 * SES gives each message an identifier of its own, `mail.messageId`: that of the sender is in the
 * headers, which a notification holds when it is so configured.
 */
function originalIds(mail: Json): string[] {
  const written = objects(mail['headers'])
    .filter((header) => textIn(header, 'name')?.toLowerCase() === 'message-id')
    .map((header) => textIn(header, 'value'));
  const common = objectIn(mail, 'commonHeaders');
  return [...written, common && textIn(common, 'messageId')].flatMap((value) => identifierIn(value) ?? []).slice(0, 5);
}

function objectIn(parent: Json, name: string): Json | null {
  const value = parent[name];
  return isObject(value) ? value : null;
}

function textIn(parent: Json, name: string): string | null {
  const value = parent[name];
  return typeof value === 'string' ? value.slice(0, maxText) : null;
}
