import { TerrESanteError } from '../../errors.ts';
import { needed, optionsOf, type Checks } from '../../internal/border.ts';
import { anything, choice, listOf, text } from '../../internal/option-checks.ts';
import type { Act, ConformanceProfile } from '../scenario/model.ts';

/** Under which name a product is tested. @group Conformance kit */
export interface TestedProduct {
  readonly name: string;
  readonly version: string;
}

/** How the software is reached: `module` is given in code. @group Conformance kit */
export type DriverConfig = { readonly kind: 'module' } | { readonly kind: 'command'; readonly run: readonly string[] };

/** `conformance.json`: what is claimed, and how it is driven. @group Conformance kit */
export interface ConformanceConfig {
  readonly kit: 1;
  readonly catalogue: string;
  readonly product: TestedProduct;
  readonly profiles: readonly ConformanceProfile[];
  readonly driver: DriverConfig;
  /** Acts that the product does not have, said before the run. */
  readonly declined?: readonly { readonly act: Act; readonly reason: string }[] | undefined;
  /** Files that the software writes, looked at for what may not stand there. */
  readonly logs?: readonly string[] | undefined;
  readonly waivers?: string | undefined;
}

const productChecks: Checks<TestedProduct> = { name: needed(text), version: needed(text) };

const configChecks: Checks<ConformanceConfig> = {
  kit: (name, value) => (value === 1 ? 1 : refuse(name)),
  catalogue: needed(text),
  product: (name, value) => optionsOf<TestedProduct>(name, value as never, productChecks),
  profiles: needed(listOf(choice('mail-only'))),
  driver: driverOf,
  declined: anything,
  logs: listOf(text),
  waivers: text,
};

function driverOf(name: string, value: unknown): DriverConfig {
  const { kind, run } = (value ?? {}) as { kind?: unknown; run?: unknown };
  if (kind === 'module') return { kind };
  if (kind !== 'command' || !Array.isArray(run) || run.length === 0) return refuse(name);
  return { kind, run: run.map(String) };
}

function refuse(name: string): never {
  throw new TerrESanteError('TE_INPUT_INVALID', `conformance.json : « ${name} » n'est pas ce qui est attendu.`, {
    details: { argument: name },
  });
}

/**
 * A configuration that can be run.
 *
 * @throws TerrESanteError `TE_INPUT_INVALID` that names the wrong member
 */
export function checkedConfig(given: unknown): ConformanceConfig {
  return optionsOf<ConformanceConfig>('config', given as ConformanceConfig, configChecks);
}
