import type { Finding } from '../../../errors.ts';
import { finding } from '../../../internal/finding.ts';
import { shapeProblems } from '../../shape/examine.ts';
import type { LooseConfig } from '../loose.ts';
import { configRules } from '../rules.ts';
import { configShape } from '../shape.ts';

/**
 * Members that are missing, of another kind, or unknown: CFG-26 and CFG-27.
 *
 * @param told - what the other rules found: a member is complained of once
 */
export function checkMembers(config: LooseConfig, told: readonly Finding[]): Finding[] {
  const paths = told.filter(({ severity }) => severity === 'error').map(({ path }) => path);
  const isTold = (path: string): boolean => paths.some((other) => other === path || other.startsWith(`${path}.`));

  return shapeProblems(configShape, config.whole).flatMap(({ path, fault, expected }): Finding[] => {
    if (fault === 'unknown') return [finding(configRules, 'CFG-27', { path })];
    if (path === '' || isTold(path)) return [];
    return [finding(configRules, 'CFG-26', { path, expected, values: { member: path } })];
  });
}
