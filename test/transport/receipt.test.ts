import fc from 'fast-check';
import { describe, expect, it } from 'vitest';

import type { MailReport, ReportVerdict } from '../../src/transport/receipt/report.ts';
import { receiptOf, recipientReceipt, type ReceiptSource } from '../../src/transport/receipt/receipt.ts';
import {
  isContradictory,
  newTrack,
  stateOf,
  withReport as addReport,
  withSubmission,
  withVisible,
  type DepositTrack,
  type SubmissionState,
} from '../../src/transport/receipt/track.ts';
import { depositAddress, senderAddress } from './fixtures.ts';

const at = '2026-03-01T09:30:00.000Z';
const server = 'mx.operateur.mssante.fr';
const known = { ownMailbox: senderAddress, authenticationServer: server };
const withReport = (track: DepositTrack, item: MailReport, time: string): DepositTrack =>
  addReport(track, item, time, known);
const fresh = (): DepositTrack => newTrack('<m@c.mssante.fr>', 'env', depositAddress, at);

function report(
  verdict: ReportVerdict,
  reportId = `<${verdict}@x>`,
  final: string | null = depositAddress,
  kind: MailReport['kind'] = verdict === 'processed' || verdict === 'error' ? 'mdn' : 'dsn',
  isProven = false,
): MailReport {
  const passed = isProven ? [depositAddress.slice(depositAddress.indexOf('@') + 1)] : [];
  return {
    source: { from: depositAddress, returnPath: '', authentication: [{ server, passed, isRefused: false }] },
    kind,
    reportId,
    envelopeId: 'env',
    messageIds: ['<m@c.mssante.fr>'],
    recipients: [{ original: null, final, verdict, status: null, code: verdict === 'error' ? '902' : null }],
  };
}

describe('known failure patterns of mail-delivery systems', () => {
  const accepted = withSubmission(withSubmission(fresh(), 'sending', at), 'accepted', at);

  it('report after expiry: the late truth wins', () => {
    const expired = withSubmission(fresh(), 'expired', at);
    expect(stateOf(expired)).toBe('expired');
    expect(stateOf(withReport(expired, report('delivered'), at))).toBe('delivered');
    expect(stateOf(withReport(expired, report('processed'), at))).toBe('processed');
  });

  it('report to the wrong message: a success that names somebody else proves nothing, a failure does', () => {
    expect(stateOf(withReport(accepted, report('processed', '<r@x>', 'autre@c.mssante.fr'), at))).toBe('accepted');
    expect(stateOf(withReport(accepted, report('delivered', '<r@x>', null), at))).toBe('accepted');
    expect(stateOf(withReport(accepted, report('failed', '<r@x>', 'autre@c.mssante.fr'), at))).toBe('undeliverable');
  });

  it('duplicate notices: the second changes nothing', () => {
    const once = withReport(accepted, report('delivered'), at);
    expect(withReport(once, report('delivered'), '2027-01-01T00:00:00.000Z')).toBe(once);
  });

  it('failure after success: a processed deposit stays processed and the contradiction is said; a merely delivered one failed', () => {
    const proven = report('processed', '<r@x>', depositAddress, 'mdn', true);
    const processed = withReport(withReport(accepted, proven, at), report('failed'), at);
    expect(stateOf(processed)).toBe('processed');
    expect(isContradictory(processed)).toBe(true);
    expect(recipientReceipt(processed).detail).toContain('se contredisent');
    expect(stateOf(withReport(withReport(accepted, report('delivered'), at), report('failed'), at))).toBe(
      'undeliverable',
    );
    expect(stateOf(withReport(withReport(accepted, report('processed'), at), report('error'), at))).toBe('rejected');
  });

  it('a success that only says who it comes from never hides a bounce of the recipient, in either order', () => {
    for (const verdict of ['processed', 'displayed'] as const) {
      const success = report(verdict, '<s@x>', depositAddress, 'mdn');
      const bounced = withReport(accepted, report('failed'), at);
      expect(stateOf(withReport(bounced, success, at))).toBe('undeliverable');
      expect(stateOf(withReport(withReport(accepted, success, at), report('failed'), at))).toBe('undeliverable');
      expect(recipientReceipt(withReport(bounced, success, at)).detail).toContain('se contredisent');
      // One of a mailbox to which it was forwarded says nothing of the first one.
      const elsewhere = report('failed', '<f@x>', 'autre@c.mssante.fr');
      expect(stateOf(withReport(withReport(accepted, success, at), elsewhere, at))).toBe('processed');
    }
  });

  it('missing report: the state stays accepted, never better', () => {
    expect(stateOf(accepted)).toBe('accepted');
    expect(stateOf(withReport(accepted, report('relayed'), at))).toBe('accepted');
  });

  it('visible comes from the dossier only, and stays', () => {
    const visible = withVisible(withReport(accepted, report('error'), at), at);
    expect(stateOf(visible)).toBe('visible');
    expect(stateOf(withReport(visible, report('failed'), at))).toBe('visible');
  });
});

/**
 * An independent statement of the rules: the strongest claim, computed from the list of what
 * happened.
 */
interface Model {
  submission: SubmissionState;
  claims: Set<string>;
}
const order = [
  'delayed',
  'delivered',
  'undeliverable elsewhere',
  'processed',
  'undeliverable',
  'rejected',
  'processed proven',
  'rejected proven',
  'visible',
] as const;
const claimOf = (verdict: ReportVerdict, matched: boolean, proven: boolean): (typeof order)[number] | null => {
  if (verdict === 'error') return proven ? 'rejected proven' : 'rejected';
  if (verdict === 'failed') return matched ? 'undeliverable' : 'undeliverable elsewhere';
  if (verdict === 'delayed') return 'delayed';
  if (!matched) return null;
  if (verdict === 'processed') return proven ? 'processed proven' : 'processed';
  if (verdict === 'displayed') return 'processed';
  if (verdict === 'delivered' || verdict === 'dispatched' || verdict === 'deleted') return 'delivered';
  return null;
};

class Step implements fc.Command<Model, { track: DepositTrack }> {
  readonly #submission: SubmissionState;
  constructor(submission: SubmissionState) {
    this.#submission = submission;
  }
  check(): boolean {
    return true;
  }
  run(model: Model, real: { track: DepositTrack }): void {
    model.submission = this.#submission;
    real.track = withSubmission(real.track, this.#submission, at);
    compare(model, real.track);
  }
  toString(): string {
    return this.#submission;
  }
}
class Report implements fc.Command<Model, { track: DepositTrack }> {
  readonly #verdict: ReportVerdict;
  readonly #matched: boolean;
  readonly #copies: number;
  readonly #proven: boolean;
  constructor(verdict: ReportVerdict, matched: boolean, copies: number, proven: boolean) {
    this.#verdict = verdict;
    this.#proven = proven;
    this.#matched = matched;
    this.#copies = copies;
  }
  check(): boolean {
    return true;
  }
  run(model: Model, real: { track: DepositTrack }): void {
    const claim = claimOf(this.#verdict, this.#matched, this.#proven);
    if (claim) model.claims.add(claim);
    for (let copy = 0; copy < this.#copies; copy += 1) {
      real.track = withReport(
        real.track,
        report(
          this.#verdict,
          `<${this.#verdict}@x>`,
          this.#matched ? depositAddress.toUpperCase() : 'autre@c.mssante.fr',
          undefined,
          this.#proven,
        ),
        at,
      );
    }
    compare(model, real.track);
  }
  toString(): string {
    return `${this.#verdict}(${String(this.#matched)}) x${String(this.#copies)}`;
  }
}
class Visible implements fc.Command<Model, { track: DepositTrack }> {
  check(): boolean {
    return true;
  }
  run(model: Model, real: { track: DepositTrack }): void {
    model.claims.add('visible');
    real.track = withVisible(real.track, at);
    compare(model, real.track);
  }
  toString(): string {
    return 'visible';
  }
}
function compare(model: Model, track: DepositTrack): void {
  const claim = order.findLast((one) => model.claims.has(one));
  expect(stateOf(track)).toBe(claim?.replace(/ .*/, '') ?? model.submission);
  expect(track.evidence.length).toBeLessThanOrEqual(100);
  expect(track.evidence[0]).toMatchObject({ verdict: 'queued' });
}

const verdicts: ReportVerdict[] = [
  'relayed',
  'delayed',
  'delivered',
  'failed',
  'processed',
  'displayed',
  'dispatched',
  'deleted',
  'error',
  'unknown',
];
const reports = fc.tuple(fc.constantFrom(...verdicts), fc.boolean(), fc.integer({ min: 1, max: 3 }), fc.boolean());

const start = (): { model: Model; real: { track: DepositTrack } } => ({
  model: { submission: 'queued', claims: new Set() },
  real: { track: fresh() },
});

describe('receipt machine', () => {
  it('follows the model through any sequence of steps and reports', () => {
    const commands = [
      fc
        .constantFrom<SubmissionState>('queued', 'sending', 'accepted', 'undeliverable', 'expired')
        .map((state) => new Step(state)),
      reports.map(([verdict, matched, copies, proven]) => new Report(verdict, matched, copies, proven)),
      fc.constant(new Visible()),
    ];
    fc.assert(
      fc.property(fc.commands<Model, { track: DepositTrack }>(commands, { maxCommands: 60 }), (list) => {
        fc.modelRun(start, list);
      }),
      { numRuns: 300 },
    );
  });

  it('does not depend on the order of arrival of reports, nor on copies', () => {
    fc.assert(
      fc.property(
        fc
          .array(reports, { maxLength: 12 })
          .chain((list) => fc.tuple(fc.constant(list), fc.shuffledSubarray(list, { minLength: list.length }))),
        ([list, shuffled]) => {
          const end = (sequence: typeof list): string =>
            stateOf(
              sequence.reduce(
                (track, [verdict, matched, , proven], index) =>
                  withReport(
                    track,
                    report(
                      verdict,
                      `<${String(index)}@x>`,
                      matched ? depositAddress : 'b@c.mssante.fr',
                      undefined,
                      proven,
                    ),
                    at,
                  ),
                withSubmission(fresh(), 'accepted', at),
              ),
            );
          expect(end(shuffled)).toBe(end(list));
          expect(end([...list, ...list])).toBe(end(list));
        },
      ),
    );
  });

  it('keeps the decisive fact under a flood', () => {
    let track = withReport(fresh(), report('error'), at);
    for (let count = 0; count < 5_000; count += 1) {
      track = withReport(track, report('delayed', `<${String(count)}@x>`), at);
    }
    expect(stateOf(track)).toBe('rejected');
    expect(track.evidence.length).toBeLessThanOrEqual(100);
  });

  it('explains a refusal to a doctor', () => {
    const receipt = recipientReceipt(withReport(fresh(), report('error'), at));
    expect(receipt).toMatchObject({ state: 'rejected', code: '902' });
    expect(receipt.detail).toContain('Identifiant de patient inconnu');
  });
});

describe('the sentence of a receipt', () => {
  const told = (change: Partial<ReceiptSource>, state: SubmissionState = 'queued'): string => {
    const source: ReceiptSource = {
      uniqueIds: ['1.1'],
      documents: [],
      channel: 'mssante',
      createdAt: 0,
      track: withSubmission(fresh(), state, at),
      previous: [],
      attempts: 1,
      nextAt: 0,
      lastError: null,
      byteLength: 39_105,
      outcomeUnknown: false,
      ...change,
    };
    return receiptOf(source).recipients[0]!.detail;
  };
  const away = (smtpCode: number | null): ReceiptSource['lastError'] => ({ code: 'TE_UNAVAILABLE', smtpCode, at: 0 });

  it.each([
    [null, "n'est pas joignable"],
    [451, "demande d'attendre"],
    [554, "n'accepte pas la connexion"],
  ])('says what the reply %s of an absent server means', (smtpCode, words) => {
    expect(told({ lastError: away(smtpCode) })).toContain(words);
  });

  it('does not call unsent what may have arrived, whatever failed since', () => {
    const detail = told({ lastError: away(null), outcomeUnknown: true });
    expect(detail).toMatch(/peut-être déjà arrivé.*joignable/);
    expect(detail).not.toContain('pas encore envoyé');
  });

  it('tells a deposit that was cancelled from one that was given up', () => {
    expect(told({ work: 'cancelled' }, 'expired')).toBe("Abandonné : l'envoi a été annulé.");
    expect(told({ work: 'expired', attempts: 1, lastError: away(451) }, 'expired')).toMatch(
      /après 1 essai : .*épuisé\. .*demande d'attendre/,
    );
    expect(told({ work: 'expired', attempts: 7 }, 'expired')).toContain('après 7 essais');
  });
});
