import type { Finding } from '../../../errors.ts';
import { insOids } from '../../../identity/ins/oid.ts';
import { finding } from '../../../internal/finding.ts';
import { isOid } from '../../../internal/oid.ts';
import { bareOid } from '../bare-oid.ts';
import type { LooseConfig } from '../loose.ts';
import { configRules } from '../rules.ts';
import { startOf } from './shape.ts';

/** First version of éO that holds the Terr-eSanté module: 9.05. */
const minimum = { major: 9, minor: 5 };

const modules = { tlsi: 'TLSi', terrESante: 'TerreSante' } as const;

/** The software, its installation and its modules: CFG-01 to CFG-03, CFG-21, CFG-24, CFG-25. */
export function checkHost(config: LooseConfig): Finding[] {
  return [
    ...checkVersion(config),
    ...checkInstallation(config),
    ...checkModule(config, 'tlsi'),
    ...checkModule(config, 'terrESante'),
    finding(configRules, 'CFG-21', { path: 'modules' }),
  ];
}

function checkVersion(config: LooseConfig): Finding[] {
  const version = config.text('host.version');
  if (!isEo(config.text('host.product')) || atLeastMinimum(version)) return [];
  return [finding(configRules, 'CFG-01', { path: 'host.version', found: startOf(version, 20) })];
}

/** Whose documents these are: an OID of the installation, never one that names patients. */
function checkInstallation(config: LooseConfig): Finding[] {
  const path = 'host.oidRoot';
  const given = config.value(path);
  const text = config.text(path);
  if (given === undefined || (typeof given === 'string' && text === '')) {
    return [finding(configRules, 'CFG-25', { path })];
  }

  const namesPatients = [...insOids.map(({ oid }) => oid), bareOid(config.text('quai.oid'))].includes(text);
  const isGood = isOid(text) && text.split('.').length >= 3 && !namesPatients && given === text;
  return isGood ? [] : [finding(configRules, 'CFG-24', { path, found: startOf(text, 70) })];
}

function checkModule(config: LooseConfig, name: keyof typeof modules): Finding[] {
  const findings: Finding[] = [];
  const values = { module: modules[name] };

  if (!config.flag(`modules.${name}.enabled`)) {
    findings.push(finding(configRules, 'CFG-02', { path: `modules.${name}.enabled`, found: 'false', values }));
  }
  if (config.text(`modules.${name}.code`) === '') {
    findings.push(finding(configRules, 'CFG-03', { path: `modules.${name}.code`, values }));
  }

  return findings;
}

function isEo(product: string): boolean {
  return product.normalize('NFD').replaceAll(/\p{M}/gu, '').toLowerCase() === 'eo';
}

/** Components compared as integers: `9.05` is 9 and 5, and is older than `9.10`. */
function atLeastMinimum(version: string): boolean {
  const match = /^([0-9]{1,6})\.([0-9]{1,6})(?:\.[0-9]{1,9})?$/.exec(version);
  if (!match) return false;

  const [major, minor] = [Number(match[1]), Number(match[2])];
  return major > minimum.major || (major === minimum.major && minor >= minimum.minor);
}
