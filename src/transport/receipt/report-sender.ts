import { optionsOf, refuseArgument, textOf, type Checks } from '../../internal/border.ts';
import type { DepositEvidence } from './model.ts';
import type { MailReport } from './report.ts';

/**
 * Who may report on a deposit, beside the mailbox or domain written to and the operator of the
 * sender. Each name is a domain (its sub-domains too) or, with `@`, one mailbox.
 *
 * @group Receipt
 */
export interface ReportSenders {
  /**
   * Where the mail systems of your operator write from, when not in the domain of the sender: their
   * postmaster may report a failed delivery.
   */
  readonly operators?: readonly string[] | undefined;
  /** Who answers in place of the mailbox written to: the platform may use another one for that. */
  readonly recipients?: readonly string[] | undefined;
  /**
   * The name under which your operator writes `Authentication-Results`. Only where it removes such
   * fields of others that bear its name (RFC 8601, section 5): what passes there counts as proven.
   */
  readonly authenticationServer?: string | undefined;
}

const aDomain = /^(?:[a-z0-9_](?:[a-z0-9_-]*[a-z0-9_])?\.)+[a-z0-9-]+$/i;

/**
 * Checks what the host gave: a misspelt name would silently keep true reports aside.
 *
 * @throws TerrESanteError `TE_INPUT_INVALID`
 */
export function checkReportSenders(senders: ReportSenders | undefined): void {
  optionsOf('reportSenders', senders, senderChecks);
}

const senderChecks: Checks<ReportSenders> = {
  operators: namesOf,
  recipients: namesOf,
  authenticationServer: (name, value) => textOf(`reportSenders.${name}`, value),
};

function namesOf(name: string, list: unknown): readonly string[] {
  const areNames =
    Array.isArray(list) &&
    list.every((item) => typeof item === 'string' && aDomain.test(item.replace(/^[^\s@]{1,64}@/, '')));
  return areNames
    ? (list as string[])
    : refuseArgument(`reportSenders.${name}`, 'liste de domaines ou de boîtes attendue');
}

/** The two ends of a message, and who else may speak of it. */
export interface KnownSenders extends ReportSenders {
  /** Mailbox of the sender of the deposit; `null` when it is not known. */
  readonly ownMailbox: string | null;
}

export type SenderProof = NonNullable<DepositEvidence['proof']>;

/**
 * What shows that a report comes from who may say it; `null` when nothing does, or when what the
 * own server wrote contradicts the rest.
 *
 * A processing report and a KO mail count from the mailbox or domain written to. A delivery report
 * counts with an empty envelope sender, which mail systems alone use (RFC 3461, section 6.2; RFC
 * 5321, section 4.5.5), or from a mail system of the own operator or of that domain. `From`,
 * `Reporting-MTA` and a `Return-Path` further down are words of the sender: `From` counts alone
 * only where the mail shows no more, and is then the weakest proof.
 *
 * The grades are ours [inferred]: neither the RFCs nor the MSSanté referential rank them. A
 * processing report has an empty envelope sender itself (RFC 8098, section 3), so most of them are
 * known by `From`, in a space whose operators admit known senders only.
 */
export function senderProof(report: MailReport, recipient: string, known: KnownSenders): SenderProof | null {
  const { source } = report;
  const isDelivery = report.kind === 'dsn' || report.kind === 'bounce';
  return isDelivery ? mailSystemProof(source, recipient, known) : recipientProof(source, recipient, known);
}

/** A report of the receiving program or person. */
function recipientProof(source: MailReport['source'], recipient: string, known: KnownSenders): SenderProof | null {
  const { from } = source;
  if (from === null || !speaksFor(from, recipient, known)) return null;

  const checked = checkedBy(source, known);
  if (checked?.isRefused) return null;
  if (checked?.passed.some((domain) => isWithin(domainOf(from), domain))) return 'authenticated';

  const returnPath = source.returnPath === null ? null : beforeForwarding(source.returnPath, known);
  if (returnPath === null || returnPath === '' || isOwnMailSystem(returnPath, known)) return 'header';
  if (speaksFor(returnPath, recipient, known)) return 'envelope';
  // Forwarded by its reader: then the own mailbox is the sender of the envelope.
  return isSame(returnPath, known.ownMailbox) ? 'header' : null;
}

/** A report of a mail server on the way. */
function mailSystemProof(
  { returnPath, from }: MailReport['source'],
  recipient: string,
  known: KnownSenders,
): SenderProof | null {
  if (returnPath === '') return 'envelope';

  const isKnown = (address: string): boolean =>
    isOwnMailSystem(address, known) || (isMailSystem(address) && isWithin(domainOf(address), domainOf(recipient)));
  if (returnPath !== null) return isKnown(returnPath) ? 'envelope' : null;
  return from !== null && isKnown(from) ? 'header' : null;
}

const mailSystems =
  /^(?:mailer-?daemon|mail-?daemon|mdaemon|daemon|post_?master|double-bounce|bounces?|mail[._-]?delivery[._-]?(?:sub)?system|microsoftexchange[0-9a-f]{8,64})(?:[+=-].*)?(?:@|$)/i;

/** The mailbox of a mail server, and of no person. */
export function isMailSystem(address: string): boolean {
  return mailSystems.test(address);
}

const isOwnMailSystem = (address: string, known: KnownSenders): boolean =>
  isMailSystem(address) && isOfOperator(address, known);

function isOfOperator(address: string, { ownMailbox, operators = [] }: KnownSenders): boolean {
  const isOwn = ownMailbox !== null && isWithin(domainOf(address), domainOf(ownMailbox));
  return isOwn || operators.some((name) => isNamed(address, name));
}

/** Patients share one domain, and none of them speaks for another. */
const isShared = (domain: string): boolean => /^patient\.(?:[a-z0-9-]+\.)*mssante\.fr$/i.test(domain);

function speaksFor(address: string, recipient: string, { recipients = [] }: KnownSenders): boolean {
  if (isSame(address, recipient) || recipients.some((name) => isNamed(address, name))) return true;

  const domain = domainOf(recipient);
  return isWithin(domainOf(address), domain) && (!isShared(domain) || isMailSystem(address));
}

function checkedBy(
  { authentication }: MailReport['source'],
  { authenticationServer }: KnownSenders,
): MailReport['source']['authentication'][number] | undefined {
  const wanted = authenticationServer?.toLowerCase();
  return wanted === undefined ? undefined : authentication.find(({ server }) => server === wanted);
}

/**
 * The sender before the own operator forwarded the mail: it then writes
 * `SRS0=hash=day=domain=local@operator` (Sender Rewriting Scheme, a usage without a standard).
 */
function beforeForwarding(returnPath: string, known: KnownSenders): string {
  const rewritten = /^srs[01][=+-].*=(?<domain>[a-z0-9-]+(?:\.[a-z0-9-]+)+)=(?<local>[^=@]+)@/i.exec(
    returnPath,
  )?.groups;
  if (!rewritten || !isOfOperator(returnPath, known)) return returnPath;
  return `${String(rewritten['local'])}@${String(rewritten['domain'])}`;
}

const domainOf = (address: string): string => address.slice(address.lastIndexOf('@') + 1).toLowerCase();

/** A domain or one below it. Whoever has a domain has those below; all share the one above. */
function isWithin(domain: string, wanted: string): boolean {
  return wanted.includes('.') && (domain === wanted || (domain.endsWith(`.${wanted}`) && wanted !== 'mssante.fr'));
}

const isSame = (left: string, right: string | null): boolean => left.toLowerCase() === right?.toLowerCase();

const isNamed = (address: string, name: string): boolean =>
  name.includes('@') ? isSame(address, name) : isWithin(domainOf(address), name.toLowerCase());
