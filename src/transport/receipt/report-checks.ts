import { recordOf } from '../../internal/border.ts';
import { anyText, choice, flag, listOf, orNull } from '../../internal/option-checks.ts';
import type { MailReport, ReportedRecipient, ReportVerdict } from './report.ts';

/*
 * A report that a host hands over: it may have been kept as JSON, or written by the host itself.
 * What is stored of it is read again later, by a listing or by an erasure: it is checked here.
 */

type Source = MailReport['source'];
type ServerSays = Source['authentication'][number];

const text: (name: string, value: unknown) => string = anyText;
const textOrNull = orNull(text);

const verdicts: Record<ReportVerdict, true> = {
  relayed: true,
  delayed: true,
  delivered: true,
  failed: true,
  processed: true,
  displayed: true,
  dispatched: true,
  deleted: true,
  error: true,
  unknown: true,
};

const serverSays = members<ServerSays>({ server: text, passed: listOf(text), isRefused: flag });

const sourceOf = members<Source>({ from: textOrNull, returnPath: textOrNull, authentication: listOf(serverSays) });

/** What an earlier version kept did not say where it came from: such a report is from nobody. */
const nobody: Source = { from: null, returnPath: null, authentication: [] };

const recipientOf = members<ReportedRecipient>({
  original: textOrNull,
  final: textOrNull,
  verdict: choice(...(Object.keys(verdicts) as ReportVerdict[])),
  status: textOrNull,
  code: textOrNull,
});

/**
 * A copy of a report, each member of which is of its kind. Members that no report has are left out.
 *
 * @throws TerrESanteError `TE_INPUT_INVALID`, naming the member
 */
export const reportOf = members<MailReport>({
  kind: choice('dsn', 'mdn', 'ko-mail', 'bounce'),
  reportId: textOrNull,
  envelopeId: textOrNull,
  messageIds: listOf(text),
  source: (name, value) => (value === undefined ? nobody : sourceOf(name, value)),
  recipients: listOf(recipientOf),
});

function members<T extends object>(checks: {
  readonly [K in keyof T]: (name: string, value: unknown) => T[K];
}): (name: string, value: unknown) => T {
  return (name, value) => {
    const given: Partial<Record<keyof T, unknown>> = recordOf(name, value as object, 'rapport de parseReport attendu');
    const names = Object.keys(checks) as (keyof T & string)[];
    return Object.fromEntries(names.map((key) => [key, checks[key](`${name}.${key}`, given[key])])) as T;
  };
}
