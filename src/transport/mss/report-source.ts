import type { MailReport } from '../receipt/report.ts';
import { mailboxAddress } from './mail-address.ts';

/** A header field as it was received, name in lower case, in the order of the mail. */
export interface HeaderLine {
  readonly name: string;
  readonly value: string;
}

type ReportSource = MailReport['source'];

/** What the header shows of a sender: `receipt/report-sender.ts` says what it proves. */
export function sourceOf(lines: readonly HeaderLine[]): ReportSource {
  const from = lines.filter(({ name }) => name === 'from');

  return {
    from: from.length === 1 && from[0] ? senderOf(from[0].value) : null,
    returnPath: returnPathOf(lines),
    authentication: authenticationOf(lines),
  };
}

/** Local mail systems sign without a domain, with empty brackets or without any. */
function senderOf(value: string): string | null {
  const isDaemon = /(?:^|[\s"<])mailer-daemon"?\s*(?:<\s*>|>)?\s*(?:\([^()]*\)\s*)?$/i.test(value.slice(0, 500));
  return mailboxAddress(value) ?? (isDaemon ? 'MAILER-DAEMON' : null);
}

/**
 * The envelope sender. The server that delivers writes it at the top (RFC 5321, section 4.4), each
 * server that received the mail from another host wrote `Received: from …` there before: a
 * `Return-Path` below such a field came with the mail, and says only what the sender liked.
 */
function returnPathOf(lines: readonly HeaderLine[]): string | null {
  const firstReceived = lines.findIndex(({ name, value }) => name === 'received' && /^\s*from\s/i.test(value));
  const trace = firstReceived < 0 ? lines : lines.slice(0, firstReceived);
  const value = trace.find(({ name }) => name === 'return-path')?.value.trim();
  if (value === undefined) return null;

  // Some deliver with `MAILER-DAEMON`, without a domain, for the empty path.
  return /^(?:<\s*>|<?mailer-daemon>?)$/i.test(value) ? '' : mailboxAddress(value);
}

const maxServers = 5;

/**
 * What servers say to have checked. Of each server the topmost field counts: its own border writes
 * above what came with the mail.
 *
 * @see RFC 8601, sections 2.2 and 5
 */
function authenticationOf(lines: readonly HeaderLine[]): ReportSource['authentication'] {
  const found: ReportSource['authentication'][number][] = [];

  for (const { name, value } of lines) {
    if (name !== 'authentication-results') continue;

    const read = authenticationIn(value.slice(0, 4_000));
    if (read && !found.some(({ server }) => server === read.server)) found.push(read);
    if (found.length === maxServers) break;
  }
  return found;
}

function authenticationIn(value: string): ReportSource['authentication'][number] | null {
  const [server = '', ...results] = withoutComments(value).split(';');
  const name = /^[a-z0-9.-]{1,250}/i.exec(server.trim())?.[0].toLowerCase();
  if (name === undefined) return null;

  return {
    server: name,
    passed: [...new Set(results.flatMap(passedDomain))].slice(0, 20),
    isRefused: results.some((result) => /^\s*dmarc\s*=\s*fail\b/i.test(result)),
  };
}

/** The domain that a method vouches for: RFC 8601, section 2.7. */
const vouched =
  /^\s*(?:dkim\s*=\s*pass\b.*\bheader\.[di]\s*=\s*|spf\s*=\s*pass\b.*\bsmtp\.mailfrom\s*=\s*|dmarc\s*=\s*pass\b.*\bheader\.from\s*=\s*)"?(?:[^\s"@]*@)?(?<domain>[a-z0-9.-]{1,250})/is;

function passedDomain(result: string): string[] {
  const domain = vouched.exec(result)?.groups?.['domain']?.toLowerCase();
  return domain === undefined ? [] : [domain];
}

/** Comments are not nested in what servers write; what is left of a nested one is no result. */
const withoutComments = (value: string): string => value.replaceAll(/\([^()]*\)/g, ' ');
