import type { Finding } from '../../../errors.ts';
import { finding } from '../../../internal/finding.ts';
import type { LooseConfig } from '../loose.ts';
import { configRules } from '../rules.ts';
import { strayValues } from '../../descriptor/guard.ts';
import { isTestHost } from '../../test-host.ts';
import { startOf } from './shape.ts';

const declarations = ['domainDeclaredToPlatform', 'domainDeclaredToSri', 'accountOpened'] as const;

/** Declarations, and environments that are never mixed: CFG-19, CFG-20. */
export function checkEnvironment(config: LooseConfig): Finding[] {
  return [...checkDeclarations(config), ...checkDescriptor(config), ...checkTargets(config)];
}

function checkDeclarations(config: LooseConfig): Finding[] {
  if (!config.inProduction) return [];
  return declarations
    .map((name) => `registration.${name}`)
    .filter((path) => !config.flag(path))
    .map((path) => finding(configRules, 'CFG-19', { path, found: 'false' }));
}

/** The descriptor is of the configured environment, and so is everything in it. */
function checkDescriptor(config: LooseConfig): Finding[] {
  const { descriptor } = config;
  const strays = strayValues(descriptor).map(({ path, found }) =>
    finding(configRules, 'CFG-20', { path: `descriptor.${path}`, found: startOf(found, 100) }),
  );

  const expected = descriptor.environment;
  if (config.value('environment') === expected) return strays;
  const found = startOf(config.text('environment'), 20);
  return [finding(configRules, 'CFG-20', { path: 'environment', found, expected }), ...strays];
}

/** No simulator at the production platform, and no production at a machine of tests. */
function checkTargets(config: LooseConfig): Finding[] {
  const url = config.text('quai.url');
  const host = URL.canParse(url) ? new URL(url).hostname : '';

  if (config.inProduction && isTestHost(host)) {
    const expected = config.descriptor.serviceHosts.value.join(', ');
    return [finding(configRules, 'CFG-20', { path: 'quai.url', found: host, expected })];
  }
  if (config.inProduction) return [];

  const findings: Finding[] = [];
  if (config.production.serviceHosts.value.includes(host)) {
    findings.push(finding(configRules, 'CFG-20', { path: 'quai.url', found: host }));
  }
  // Nothing is published about qualification: that it has a mailbox of its own is not known.
  if (config.value('environment') !== 'simulator') return findings;

  const mailbox = config.production.mssante.mailbox.value;
  if (config.text('quai.eMailSecur').toLowerCase() === mailbox.toLowerCase()) {
    findings.push(finding(configRules, 'CFG-20', { path: 'quai.eMailSecur', found: mailbox }));
  }
  return findings;
}
