import type { Finding } from '../../../errors.ts';
import { finding } from '../../../internal/finding.ts';
import type { LooseConfig } from '../loose.ts';
import { configRules } from '../rules.ts';
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

function checkDescriptor(config: LooseConfig): Finding[] {
  const expected = config.descriptor.environment;
  if (config.value('environment') === expected) return [];
  return [
    finding(configRules, 'CFG-20', {
      path: 'environment',
      found: startOf(config.text('environment'), 20),
      expected,
    }),
  ];
}

/** No simulator at the production platform, and no production at a machine of tests. */
function checkTargets(config: LooseConfig): Finding[] {
  const url = config.text('quai.url');
  const host = URL.canParse(url) ? new URL(url).hostname : '';

  if (config.inProduction && isTestHost(host)) {
    const expected = config.descriptor.serviceHosts.value.join(', ');
    return [finding(configRules, 'CFG-20', { path: 'quai.url', found: host, expected })];
  }
  if (config.value('environment') !== 'simulator') return [];

  const findings: Finding[] = [];
  if (config.production.serviceHosts.value.includes(host)) {
    findings.push(finding(configRules, 'CFG-20', { path: 'quai.url', found: host }));
  }
  const mailbox = config.production.mssante.mailbox.value;
  if (config.text('quai.eMailSecur').toLowerCase() === mailbox.toLowerCase()) {
    findings.push(finding(configRules, 'CFG-20', { path: 'quai.eMailSecur', found: mailbox }));
  }
  return findings;
}

/**
 * Loopback in any spelling, and the names that RFC 2606 and RFC 6761 keep for examples and tests.
 */
function isTestHost(hostname: string): boolean {
  const host = hostname.replace(/\.$/, '').toLowerCase();
  return (
    /^127\.[0-9.]+$/.test(host) ||
    host === '0.0.0.0' ||
    host === '[::1]' ||
    host === '[::]' ||
    /^\[::ffff:7f[0-9a-f]{2}:[0-9a-f]+\]$/.test(host) ||
    /(^|\.)(localhost|example|test|invalid)$/.test(host) ||
    /(^|\.)example\.(com|net|org)$/.test(host)
  );
}
