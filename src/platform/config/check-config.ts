import { TerrESanteError, type Finding } from '../../errors.ts';
import { builtInDescriptors } from '../descriptor/descriptors.ts';
import { productionDescriptor } from '../descriptor/production.ts';
import type { PlatformDescriptor } from '../descriptor/model.ts';
import { LooseConfig } from './loose.ts';
import type { ConfigReport, TerrESanteConfig } from './model.ts';
import { environmentRules } from './rules/environment.ts';
import { hostRules } from './rules/host.ts';
import { quaiRules } from './rules/quai.ts';
import { structureRules } from './rules/structure.ts';
import { userRules } from './rules/user.ts';

/**
 * Says which configuration rules are broken, with the path, a French sentence and what to do.
 * Whatever it is given, it does not throw: a missing section is reported as missing values.
 *
 * Rules `CFG-01` to `CFG-21` come from the published integration guide of Terr-eSanté for éO
 * (version, modules, RPPS, MSSanté address, deposit mailbox, declarations), from the national
 * nomenclatures (identifiers, sector, specialty) and, for the domain parameters, from our reading
 * of them as an HL7 assigning authority (inferred).
 *
 * @param descriptor - The platform's particularities. @defaultValue the published one of
 *   `config.environment`
 *
 * @example
 * ```ts
 * import { checkConfig } from 'terr-esante-sdk/platform';
 * import { fictiveConfig } from 'terr-esante-sdk/simulator';
 *
 * const config = fictiveConfig();
 * checkConfig(config).errors.length; // 0
 * const broken = { ...config, user: { ...config.user, rpps: '899700012349' } };
 * checkConfig(broken).errors.map(({ rule }) => rule); // ['CFG-04', 'CFG-06']
 * ```
 *
 * @group Configuration
 */
export function checkConfig(config: TerrESanteConfig, descriptor?: PlatformDescriptor): ConfigReport {
  const loose = new LooseConfig(
    config,
    descriptor ?? publishedDescriptor(config) ?? productionDescriptor,
    productionDescriptor,
  );
  const all = [hostRules, userRules, quaiRules, structureRules, environmentRules].flatMap((rules) => rules(loose));
  const ordered = all.sort((a, b) => (a.rule < b.rule ? -1 : a.rule > b.rule ? 1 : 0));
  const of = (severity: Finding['severity']): Finding[] => ordered.filter((one) => one.severity === severity);
  return { errors: of('error'), warnings: of('warning'), infos: of('info') };
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
export function requireValidConfig(report: ConfigReport): void {
  if (report.errors.length === 0) return;
  const rules = [...new Set(report.errors.map(({ rule }) => rule))];
  throw new TerrESanteError('TE_CONFIG_INVALID', `Configuration incomplète ou fausse : ${rules.join(', ')}.`, {
    findings: report.errors,
    details: { rules },
  });
}
