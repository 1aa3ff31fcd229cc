import { catalogueHash, catalogueVersion, scenarios as catalogue } from '../scenario/catalogue.ts';
import type { ConformanceProfile, Scenario } from '../scenario/model.ts';
import type { NotRunReason, ScenarioResult, Verdict } from '../verdict/model.ts';
import { waived, type Waiver } from '../waiver/waiver.ts';
import type { ConformanceConfig, TestedProduct } from './config.ts';
import { resultOf, Session, type SessionOptions } from './session.ts';

/** What a profile came to. @group Conformance kit */
export interface ProfileResult {
  readonly name: ConformanceProfile;
  /** `satisfied`: every applicable stable scenario ran, and none failed. */
  readonly conclusion: 'satisfied' | 'failed' | 'incomplete';
  readonly counts: Readonly<Record<Verdict, number>>;
  readonly stable: number;
  readonly draft: number;
}

/** Everything that a run found. @group Conformance kit */
export interface ConformanceReport {
  readonly kit: 1;
  readonly catalogue: { readonly version: string; readonly sha256: string };
  readonly product: TestedProduct;
  readonly driver: string;
  readonly seed: number;
  readonly profiles: readonly ProfileResult[];
  readonly scenarios: readonly ScenarioResult[];
  /** 0 satisfied, 1 failed, 3 incomplete. */
  readonly exitCode: 0 | 1 | 3;
}

/** Which scenarios are run. */
export interface RunOptions extends SessionOptions {
  /** Ids, with `*`. */
  readonly only?: readonly string[] | undefined;
  readonly waivers: readonly Waiver[];
  readonly onScenario?: ((result: ScenarioResult) => void) | undefined;
}

/** Runs what is claimed and gives the report. */
export async function runAll(options: RunOptions): Promise<ConformanceReport> {
  const { config, onScenario } = options;
  const claimed = catalogue.filter(({ profiles }) => profiles.some((name) => config.profiles.includes(name)));
  const wanted = withControls(claimed, options.only);
  const session = await Session.open(options);

  try {
    const early = new Map<string, ScenarioResult>();
    for (const scenario of inOrder(wanted)) {
      if (options.signal.aborted) break;
      const result = await played(scenario, session, config, early);
      early.set(scenario.id, result);
      onScenario?.(result);
    }
    await session.end();

    const results = claimed.map((scenario) =>
      waived(final(scenario, session, early.get(scenario.id)), options.waivers),
    );
    return reportOf(options, results);
  } finally {
    await session.close();
  }
}

/**
 * Those that change what all share run last; a server that takes little is the very last: a client
 * may well remember the size that it announced.
 */
function inOrder(wanted: readonly Scenario[]): readonly Scenario[] {
  const placeOf = ({ exclusive, steps }: Scenario): number => {
    const isSmall = steps.some((step) => 'server' in step && step.server === 'small');
    return isSmall ? 2 : Number(exclusive);
  };
  return wanted.toSorted((left, right) => placeOf(left) - placeOf(right));
}

/** A scenario that is asked for brings the one it leans on. */
function withControls(claimed: readonly Scenario[], only: readonly string[] | undefined): readonly Scenario[] {
  if (!only) return claimed;

  const forms = only.map(
    (glob) => new RegExp(`^${glob.replaceAll(/[.+?^${}()|[\]\\]/g, '\\$&').replaceAll('*', '.*')}$`, 'i'),
  );
  const asked = claimed.filter(({ id }) => forms.some((form) => form.test(id)));
  const controls = new Set(asked.map(({ control }) => control));
  return claimed.filter((scenario) => asked.includes(scenario) || controls.has(scenario.id));
}

const notRun = (reason: NotRunReason) => ({ verdict: 'not-run', reason, assertions: [] }) as const;

async function played(
  scenario: Scenario,
  session: Session,
  { declined = [] }: ConformanceConfig,
  early: ReadonlyMap<string, ScenarioResult>,
): Promise<ScenarioResult> {
  const acts = new Set(scenario.steps.flatMap((step) => ('act' in step ? [step.act] : [])));
  if (declined.some(({ act }) => acts.has(act))) {
    return resultOf(scenario, { verdict: 'not-applicable', reason: null, assertions: [] }, 0);
  }

  const control = scenario.control === null ? null : early.get(scenario.control);
  if (control && control.verdict !== 'passed' && control.verdict !== 'warning') {
    return resultOf(scenario, notRun('control-failed'), 0);
  }
  return resultOf(scenario, await session.play(scenario), session.msOf(scenario.id));
}

/** Judged once more when everything is over. */
function final(scenario: Scenario, session: Session, early: ScenarioResult | undefined): ScenarioResult {
  if (!early) return resultOf(scenario, notRun('filtered'), 0);
  const wasPlayed = early.reason !== 'control-failed' && early.verdict !== 'not-applicable';
  return wasPlayed ? resultOf(scenario, session.judgement(scenario), early.ms) : early;
}

function reportOf({ config, seed }: RunOptions, results: readonly ScenarioResult[]): ConformanceReport {
  const profiles = config.profiles.map((name) => profileOf(name, results));
  const conclusions = new Set(profiles.map(({ conclusion }) => conclusion));
  const incomplete = conclusions.has('incomplete') ? 3 : 0;

  return {
    kit: 1,
    catalogue: { version: catalogueVersion, sha256: catalogueHash() },
    product: config.product,
    driver: config.driver.kind,
    seed,
    profiles,
    scenarios: results,
    exitCode: conclusions.has('failed') ? 1 : incomplete,
  };
}

function profileOf(name: ConformanceProfile, results: readonly ScenarioResult[]): ProfileResult {
  const stable = results.filter(({ status }) => status === 'stable');
  const of = (verdict: Verdict): number => stable.filter((result) => result.verdict === verdict).length;
  const counts = {
    passed: of('passed'),
    warning: of('warning'),
    failed: of('failed'),
    'not-applicable': of('not-applicable'),
    'not-run': of('not-run'),
  };
  const isProved = counts.passed + counts.warning > 0 && counts['not-run'] === 0;
  const unfailed = isProved ? 'satisfied' : 'incomplete';

  return {
    name,
    conclusion: counts.failed > 0 ? 'failed' : unfailed,
    counts,
    stable: stable.length,
    draft: results.length - stable.length,
  };
}
