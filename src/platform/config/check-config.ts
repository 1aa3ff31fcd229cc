import { TerrESanteError, type CheckReport } from '../../errors.ts';
import { reading } from '../../internal/border.ts';
import { checkReport } from '../../internal/finding.ts';
import { builtInDescriptors } from '../descriptor/descriptors.ts';
import { productionDescriptor } from '../descriptor/production.ts';
import type { PlatformDescriptor } from '../descriptor/model.ts';
import { LooseConfig } from './loose.ts';
import type { TerrESanteConfig } from './model.ts';
import { checkEnvironment } from './checks/environment.ts';
import { checkHost } from './checks/host.ts';
import { checkMembers } from './checks/members.ts';
import { checkQuai } from './checks/quai.ts';
import { checkStructure } from './checks/structure.ts';
import { checkUser } from './checks/user.ts';

/**
 * Checks a configuration: which rules are broken, where, and what to do. A missing section is
 * reported as missing values, and a configuration of another kind as one where all are missing.
 *
 * Rules `CFG-01` to `CFG-27` come from the published integration guide of Terr-eSanté for éO
 * (version, modules, RPPS, MSSanté address, deposit mailbox, declarations), from the national
 * nomenclatures (identifiers, sector, specialty) and, for the domain parameters, from our reading
 * of them as an HL7 assigning authority (inferred).
 *
 * @param descriptor - The platform's particularities. @defaultValue the published one of
 *   `config.environment`
 *
 * @throws TerrESanteError `TE_INPUT_INVALID` for a descriptor that is none, or members that throw
 *
 * @example
 * ```ts
 * import { checkConfig } from 'terr-esante-sdk/platform';
 * import { fictiveConfig } from 'terr-esante-sdk/simulator';
 *
 * const config = fictiveConfig();
 * checkConfig(config).ok; // true
 * const broken = { ...config, user: { ...config.user, rpps: '899700012349' } };
 * checkConfig(broken).findings.map(({ rule }) => rule); // ['CFG-04', 'CFG-06', 'CFG-21']
 * ```
 *
 * @group Configuration
 */
export function checkConfig(config: TerrESanteConfig, descriptor?: PlatformDescriptor): CheckReport {
  return reading(descriptor === undefined ? 'config' : 'config, descriptor', () => reportOf(config, descriptor));
}

function reportOf(config: TerrESanteConfig, descriptor: PlatformDescriptor | undefined): CheckReport {
  const loose = new LooseConfig(
    config,
    descriptor ?? publishedDescriptor(config) ?? productionDescriptor,
    productionDescriptor,
  );
  const checks = [checkHost, checkUser, checkQuai, checkStructure, checkEnvironment];
  const told = checks.flatMap((check) => check(loose));
  const findings = [...told, ...checkMembers(loose, told)];

  // In the order of the rules, whichever part of the configuration they look at.
  return checkReport(findings.sort((left, right) => left.rule.localeCompare(right.rule, 'en')));
}

function publishedDescriptor(config: unknown): PlatformDescriptor | undefined {
  if (typeof config !== 'object' || config === null || !('environment' in config)) return undefined;
  return builtInDescriptors.find(({ environment }) => environment === config.environment);
}

/**
 * Refuses a configuration with errors, as every network operation does first.
 *
 * @throws TerrESanteError `TE_CONFIG_INVALID`, its findings are the broken rules
 */
export function requireValidConfig({ ok, findings }: CheckReport): void {
  if (ok) return;

  const errors = findings.filter(({ severity }) => severity === 'error');
  const rules = [...new Set(errors.map(({ rule }) => rule))];
  throw new TerrESanteError('TE_CONFIG_INVALID', `Configuration incomplète ou fausse : ${rules.join(', ')}.`, {
    findings: errors,
    details: { rules },
  });
}
