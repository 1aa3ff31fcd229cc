import type { Finding } from '../../../errors.ts';
import { finding } from '../../../internal/finding.ts';
import { sectorForm, structureIdForms } from '../forms.ts';
import type { LooseConfig } from '../loose.ts';
import type { StructureIdKind } from '../model.ts';
import { configRules } from '../rules.ts';
import { shapeOf, startOf } from './shape.ts';

/** The structure: CFG-15, CFG-16, CFG-18. */
export function checkStructure(config: LooseConfig): Finding[] {
  return [...checkIdentifier(config), ...checkSector(config), ...checkSituation(config)];
}

function checkIdentifier(config: LooseConfig): Finding[] {
  const kind = config.text('structure.nationalIdKind');
  if (!isKind(kind)) {
    const expected = Object.keys(structureIdForms).join(', ');
    return [finding(configRules, 'CFG-15', { path: 'structure.nationalIdKind', found: startOf(kind, 20), expected })];
  }

  const form = structureIdForms[kind];
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
  if (sectorForm.test(sector)) return [];
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
  return Object.hasOwn(structureIdForms, kind);
}
