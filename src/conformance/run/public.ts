import { resolve } from 'node:path';
import { needed, optionsOf, type Checks } from '../../internal/border.ts';
import { anything, callback, count, listOf, methods, number, signal, text } from '../../internal/option-checks.ts';
import type { EhrDriver } from '../driver/model.ts';
import type { ScenarioResult } from '../verdict/model.ts';
import { checkedConfig, type ConformanceConfig } from './config.ts';
import type { ConformanceReport } from './run.ts';

/** Options of {@link runConformance}. @group Conformance kit */
export interface ConformanceOptions {
  /** What `conformance.json` holds. */
  readonly config: ConformanceConfig;
  /** What carries the gestures to the software. @defaultValue the command of the configuration */
  readonly driver?: EhrDriver | undefined;
  /**
   * Folder that the relative names of the configuration begin from.
   *
   * @defaultValue the current one
   */
  readonly folder?: string | undefined;
  /** Ids of scenarios, with `*`. @defaultValue all of the profiles */
  readonly only?: readonly string[] | undefined;
  /** Decides identifiers of the far side. @defaultValue `1` */
  readonly seed?: number | undefined;
  /** Multiplies every limit: a slow machine needs more. @defaultValue `1` */
  readonly timeScale?: number | undefined;
  /** Waivers, as `conformance.waivers.json` holds them. */
  readonly waivers?: readonly object[] | undefined;
  /** Told of each scenario as soon as it is judged. */
  readonly onScenario?: ((result: ScenarioResult) => void) | undefined;
  readonly signal?: AbortSignal | undefined;
}

const checks: Checks<ConformanceOptions> = {
  config: needed((_name, value) => checkedConfig(value)),
  driver: methods<EhrDriver>('act'),
  folder: text,
  only: listOf(text),
  seed: count(0, 2_147_483_647),
  timeScale: number({ min: 0.01, max: 100 }),
  waivers: listOf(anything),
  onScenario: callback,
  signal,
};

/**
 * Runs the scenarios of a profile against a software, and judges it by what the far side saw. The
 * far side listens on 127.0.0.1 only and knows fictive people only.
 *
 * A scenario passes only when something was seen: a software that is silent, or that answers "done"
 * to everything, passes none.
 *
 * @returns the report; `exitCode` is 0 when the profiles are satisfied, 1 when a scenario failed, 3
 *   when nothing failed but not everything was run
 * @throws TerrESanteError `TE_INPUT_INVALID` for a configuration that cannot be run,
 *   `TE_CONFIG_INVALID` for a waiver that may not be used, or a software that does not start
 *
 * @example
 * ```ts
 * // not run: starts a far side
 * import { runConformance } from 'terr-esante-sdk/conformance';
 *
 * const report = await runConformance({
 *   config: {
 *     kit: 1,
 *     catalogue: '2027.01',
 *     product: { name: 'LPS FICTIF', version: '1.0' },
 *     profiles: ['mail-only'],
 *     driver: { kind: 'module' },
 *   },
 *   driver: { act: async () => ({ outcome: 'unsupported' }) },
 *   only: ['DEP-01'],
 * });
 * report.exitCode; // 3
 * ```
 *
 * @group Conformance kit
 */
export async function runConformance(options: ConformanceOptions): Promise<ConformanceReport> {
  const given = optionsOf('options', options, checks);
  const { config, folder = '.', seed = 1, timeScale = 1, only, onScenario, signal: stop } = given;
  const { runAll } = await import('./run.ts');
  const { checkedWaivers } = await import('../waiver/waiver.ts');

  return runAll({
    config,
    driver: given.driver ?? (await driverOf(config, resolve(folder))),
    folder: resolve(folder),
    seed,
    timeScale,
    only,
    onScenario,
    waivers: checkedWaivers(given.waivers ?? [], Date.now()),
    signal: stop ?? new AbortController().signal,
  });
}

async function driverOf({ driver }: ConformanceConfig, cwd: string): Promise<EhrDriver> {
  const { CommandDriver } = await import('../driver/command.ts');
  if (driver.kind === 'command') {
    const [program = '', ...words] = driver.run;
    return new CommandDriver({ run: [program, ...words], cwd });
  }
  return { act: async () => ({ outcome: 'unsupported' }) };
}
