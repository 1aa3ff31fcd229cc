import type { Finding } from '../../../errors.ts';
import { finding } from '../../../internal/finding.ts';
import type { LooseConfig } from '../loose.ts';
import type { StructureIdKind } from '../model.ts';
import { configRules } from '../rules.ts';
import { shapeOf, startOf } from './shape.ts';

/** The digit of the kind, then the number (TRE_G07-TypeIdentifiantStructure). */
const identifierForms: Readonly<Record<StructureIdKind, RegExp>> = {
  FINESS: /^1[0-9][0-9AB][0-9]{7}$/,
  SIRET: /^3[0-9]{14}$/,
  SIREN: /^2[0-9]{9}$/,
  'RPPS-RANG': /^4[0-9]{14}$/,
  'ADELI-RANG': /^0[0-9A-Z]{9,14}$/,
  INTERNAL: /^[0-9A-Za-z./-]{1,64}$/,
};

/** The structure: CFG-15, CFG-16, CFG-18. */
export function checkStructure(config: LooseConfig): Finding[] {
  return [...checkIdentifier(config), ...checkSector(config), ...checkSituation(config)];
}

function checkIdentifier(config: LooseConfig): Finding[] {
  const kind = config.text('structure.nationalIdKind');
  if (!isKind(kind)) {
    const expected = Object.keys(identifierForms).join(', ');
    return [finding(configRules, 'CFG-15', { path: 'structure.nationalIdKind', found: startOf(kind, 20), expected })];
  }

  const form = identifierForms[kind];
  const identifier = config.text('structure.nationalId');
  if (form.test(identifier)) return [];
  return [
    finding(configRules, 'CFG-15', {
      path: 'structure.nationalId',
      found: shapeOf(identifier),
      expected: `${kind} ${form.source}`,
    }),
  ];
}

function checkSector(config: LooseConfig): Finding[] {
  const path = 'structure.activitySector';
  const sector = config.text(path);
  if (/^SA[0-9]{2}$/.test(sector)) return [];
  return [finding(configRules, 'CFG-16', { path, found: startOf(sector, 20) })];
}

function checkSituation(config: LooseConfig): Finding[] {
  const path = 'user.exerciseSituation';
  const situation = config.text(path);
  const sector = config.text('structure.activitySector');
  if (situation === '' || situation === sector) return [];
  return [finding(configRules, 'CFG-18', { path, found: situation.slice(0, 20), expected: startOf(sector, 20) })];
}

function isKind(kind: string): kind is StructureIdKind {
  return Object.hasOwn(identifierForms, kind);
}
