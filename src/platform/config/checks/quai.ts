import type { Finding } from '../../../errors.ts';
import { insOids } from '../../../identity/ins/oid.ts';
import { finding } from '../../../internal/finding.ts';
import { isOid } from '../../../internal/oid.ts';
import { invisible } from '../../../internal/text.ts';
import { mssAddressProblem } from '../../../transport/mss/address.ts';
import { bareOid } from '../bare-oid.ts';
import type { LooseConfig } from '../loose.ts';
import { configRules } from '../rules.ts';
import { startOf } from './shape.ts';

const domainParameters = { domainName: 'DomainName', domainCode: 'DomainCode', domainType: 'DomainType' } as const;

/** The parameters of the module console: CFG-08 to CFG-14, CFG-22. */
export function checkQuai(config: LooseConfig): Finding[] {
  return [
    ...checkMailbox(config),
    ...checkUrl(config),
    ...checkOid(config),
    ...checkDomain(config, 'domainName'),
    ...checkDomain(config, 'domainCode'),
    ...checkDomain(config, 'domainType'),
    ...checkDomainType(config),
  ];
}

function checkMailbox(config: LooseConfig): Finding[] {
  const path = 'quai.eMailSecur';
  const mailbox = config.text(path);
  const published = config.descriptor.mssante.mailbox.value;
  const refuse = (found: string | null): Finding =>
    finding(configRules, 'CFG-08', { path, found, expected: published });

  if (mailbox === '') return [refuse(null)];
  const problem = mssAddressProblem(mailbox);
  if (problem !== null) return [refuse(problem)];
  if (/@patient\.mssante\.fr$/i.test(mailbox)) return [refuse('patient')];

  const findings: Finding[] = [];
  if (mailbox.toLowerCase() === config.text('user.mssAddress').toLowerCase()) findings.push(refuse('own-address'));
  if (config.inProduction && mailbox.toLowerCase() !== published.toLowerCase()) {
    findings.push(finding(configRules, 'CFG-09', { path, found: 'other-address', expected: published }));
  }
  return findings;
}

function checkUrl(config: LooseConfig): Finding[] {
  const path = 'quai.url';
  const hosts = config.descriptor.serviceHosts.value;
  const refuse = (found: string | null): Finding[] => [
    finding(configRules, 'CFG-10', { path, found, expected: hosts.map((host) => `https://${host}`).join(', ') }),
  ];

  const text = config.text(path);
  if (text === '') return refuse(null);
  if (!URL.canParse(text)) return refuse('unreadable');

  const url = new URL(text);
  if (url.protocol !== 'https:') return refuse(url.protocol.slice(0, 20));
  if (url.username !== '' || url.password !== '') return refuse('credentials');
  // An empty fragment leaves no trace in the parsed address.
  if (text.includes('#')) return refuse('fragment');
  if (!hosts.includes(url.hostname)) return refuse(url.hostname.slice(0, 100));

  return [];
}

function checkOid(config: LooseConfig): Finding[] {
  const path = 'quai.oid';
  const text = config.text(path);
  const oid = bareOid(text);
  const findings: Finding[] = [];

  if (oid !== text) findings.push(finding(configRules, 'CFG-22', { path, found: 'urn:oid:' }));
  if (!isOid(oid) || oid.split('.').length < 3) {
    findings.push(finding(configRules, 'CFG-11', { path, found: startOf(oid, 70) }));
  }

  const isOfPatients = insOids.some((ins) => ins.oid === oid) || oid === config.descriptor.identity.regionalOid.value;
  if (isOfPatients) findings.push(finding(configRules, 'CFG-12', { path, found: oid }));

  return findings;
}

function checkDomain(config: LooseConfig, name: keyof typeof domainParameters): Finding[] {
  const path = `quai.${name}`;
  const refuse = (found: string | null): Finding[] => [
    finding(configRules, 'CFG-13', { path, found, values: { parameter: domainParameters[name] } }),
  ];

  const raw = config.value(path);
  const value = config.text(path);
  if (value === '') return refuse(null);
  if (value.length > 199) return refuse(`characters:${value.length}`);
  if (/[\\^&|~]/.test(value)) return refuse('hl7-delimiter');
  // A character that nobody sees makes another domain.
  if (typeof raw === 'string' && invisible.test(raw)) return refuse('control-character');

  return [];
}

function checkDomainType(config: LooseConfig): Finding[] {
  const path = 'quai.domainType';
  const type = config.text(path);
  if (type === '' || type === 'ISO' || !isOid(bareOid(config.text('quai.oid')))) return [];
  return [finding(configRules, 'CFG-14', { path, found: type.slice(0, 20) })];
}
