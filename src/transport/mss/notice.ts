import type { ReportedRecipient } from '../receipt/report.ts';
import { mailboxAddress } from './mail-address.ts';
import { identifierIn } from './mail-reader.ts';
import { verdictOfSubject, verdictOfText } from './notice-words.ts';
import { deliveryStatus } from './report-fields.ts';

/** What a mail system wrote for a person, without the fields of a standard report. */
export interface NoticeParts {
  /** Decoded. */
  readonly subject: string;
  readonly text: string;
  /** Addresses of the field `X-Failed-Recipients`, of Exim and Gmail. */
  readonly failedRecipients: string | null;
  /** A mail server signs it, rather than a program that answers for an absent person. */
  readonly isFromMailSystem: boolean;
  /** Mailboxes that the notice may name without speaking of them: its sender and its reader. */
  readonly others: readonly string[];
}

const maxRecipients = 20;

/**
 * Reads a notice in the wordings of mail systems; `null` when neither its subject nor its text is
 * one. The words of the text alone count only when a mail server signs: "n'existe plus" in the
 * answer of an absent person is no bounce. A notice that names nobody is about the whole message.
 */
export function readNotice(parts: NoticeParts): ReportedRecipient[] | null {
  const { notice } = splitNotice(parts.text);
  const fromSubject = verdictOfSubject(parts.subject);
  const isFailed = parts.failedRecipients !== null;
  const fromText = verdictOfText(notice);
  const isNotice = fromSubject !== null || isFailed || (parts.isFromMailSystem && fromText !== null);
  if (!isNotice) return null;

  // Some write the fields of a report into their text.
  const { recipients: fields } = deliveryStatus(notice);
  if (fields.some(({ verdict }) => verdict !== 'unknown')) return fields.slice(0, maxRecipients);

  const decided = fromSubject === null || fromSubject === 'unknown' ? fromText : fromSubject;
  const verdict = decided ?? (isFailed ? 'failed' : 'unknown');
  const named = namedRecipients(parts, notice);
  const finals = named.length > 0 ? named : [null];
  return finals.map((final) => ({ original: null, final, verdict, status: statusIn(notice), code: null }));
}

/** Message-IDs of the original where the text gives its headers. */
export function identifiersIn(text: string): string[] {
  const found = [
    ...text.slice(0, maxText).matchAll(/^[ \t>|*]{0,20}message-id[ \t]{0,5}:[ \t]*(?:\r?\n[ \t]+)?(.{1,300})$/gim),
  ];
  return found.slice(0, 5).flatMap(([, value = '']) => identifierIn(value) ?? []);
}

const maxText = 256 * 1_024;

/**
 * Where the message that is sent back begins: a line of signs that says so, or the first of its
 * fields. What stands below was written by whoever wrote the original.
 */
const original =
  /^(?:[ \t]*[-=_*#]{2,80}.{0,40}\b(?:(?:original|unsent|returned|undelivered) (?:message|mail)|message follows|copy of|copie d|message (?:headers?|text|body|d'origine|initial|retourn)|(?:original|message) header|en-t[êe]tes?)\b.*|(?:return-path|received|delivered-to|mime-version|dkim-signature):.*)$/im;

function splitNotice(text: string): { readonly notice: string } {
  const whole = text.slice(0, maxText);
  const at = original.exec(whole)?.index;
  return { notice: at === undefined ? whole : whole.slice(0, at) };
}

/** The addresses that a notice speaks of, the surest place first. */
function namedRecipients({ failedRecipients, others }: NoticeParts, notice: string): string[] {
  const listed = (failedRecipients ?? '').split(',').flatMap((part) => mailboxAddress(part) ?? []);
  const own = new Set(others.map((address) => address.toLowerCase()));
  const written = [...notice.slice(0, 20_000).matchAll(address)].map(([, found = '']) => found);

  const distinct = new Map<string, string>();
  for (const found of [...listed, ...written]) {
    const key = found.toLowerCase();
    if (!own.has(key) && !distinct.has(key)) distinct.set(key, found);
  }
  return [...distinct.values()].slice(0, maxRecipients);
}

const address = /(?<![\w.%+@-])([\w.%+-]{1,64}@(?:[a-z0-9](?:[a-z0-9-]{0,62})\.){1,8}[a-z]{2,24})(?![\w@-])/gi;

/** The RFC 3463 status, where it is no IP address and no version: behind a reply code or `#`. */
const status = /(?:\b[245]\d\d[ -]#?|[(#]|\bstatus:? )(?<status>[245]\.\d{1,3}\.\d{1,3})(?![\d.])/i;

function statusIn(notice: string): string | null {
  return status.exec(notice.slice(0, 20_000))?.groups?.['status'] ?? null;
}
