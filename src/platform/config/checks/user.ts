import type { Finding } from '../../../errors.ts';
import { checkRpps } from '../../../identity/national-id/professional-id.ts';
import { finding } from '../../../internal/finding.ts';
import { mssAddressProblem } from '../../../transport/mss/address.ts';
import { rppsForm } from '../forms.ts';
import type { LooseConfig } from '../loose.ts';
import { configRules } from '../rules.ts';
import { shapeOf } from './shape.ts';

/** The professional: CFG-04 to CFG-07, CFG-17, CFG-23. */
export function checkUser(config: LooseConfig): Finding[] {
  return [
    ...checkRppsNumber(config),
    ...checkNationalId(config),
    ...checkAddress(config),
    ...checkSpecialty(config),
    ...checkAuthorSpecialty(config),
  ];
}

/** A professional of the health directory (ANS): eleven digits, the last a Luhn key. */
function checkRppsNumber(config: LooseConfig): Finding[] {
  const path = 'user.rpps';
  const rpps = config.text(path);
  const findings: Finding[] = [];

  if (!hasRppsShape(rpps)) {
    findings.push(finding(configRules, 'CFG-04', { path, found: shapeOf(rpps) }));
  } else if (!checkRpps(rpps).ok) {
    // Test cards hold numbers whose key is wrong: only production refuses them.
    const severity = config.inProduction ? 'error' : 'warning';
    findings.push(finding(configRules, 'CFG-05', { path, found: 'key', severity }));
  }

  if (/^8[0-9]{11}$/.test(rpps)) {
    findings.push(finding(configRules, 'CFG-06', { path, found: shapeOf(rpps), expected: 'digits:11' }));
  }
  return findings;
}

function checkNationalId(config: LooseConfig): Finding[] {
  const path = 'user.nationalId';
  const rpps = config.text('user.rpps');
  const nationalId = config.text(path);
  if (nationalId === '' || !hasRppsShape(rpps) || nationalId === `8${rpps}`) return [];
  return [finding(configRules, 'CFG-06', { path, found: shapeOf(nationalId), expected: '8 + RPPS' })];
}

function checkAddress(config: LooseConfig): Finding[] {
  const path = 'user.mssAddress';
  const address = config.text(path);
  const refuse = (found: string | null): Finding[] => [finding(configRules, 'CFG-07', { path, found })];

  if (address === '') return refuse(null);
  const problem = mssAddressProblem(address);
  if (problem !== null) return refuse(problem);
  if (/@patient\.mssante\.fr$/i.test(address)) return refuse('patient');

  return [];
}

function checkSpecialty(config: LooseConfig): Finding[] {
  const path = 'user.specialtyCode';
  const isPhysician = config.text('user.professionCode') === '10';
  if (!isPhysician || config.text(path) !== '') return [];
  return [finding(configRules, 'CFG-17', { path })];
}

function checkAuthorSpecialty(config: LooseConfig): Finding[] {
  const path = 'user.authorSpecialty';
  const authorSpecialty = config.text(path);
  const specialty = config.text('user.specialtyCode');
  const expected = `G15_${config.text('user.professionCode')}${specialty === '' ? '' : `/${specialty}`}`;
  if (authorSpecialty === '' || authorSpecialty === expected) return [];
  return [finding(configRules, 'CFG-23', { path, found: authorSpecialty.slice(0, 40), expected })];
}

function hasRppsShape(rpps: string): boolean {
  return rppsForm.test(rpps);
}
