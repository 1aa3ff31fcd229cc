import type { Finding } from '../../../errors.ts';
import type { ReadElement } from '../../../internal/xml/index.ts';
import { findingOf } from '../rule.ts';
import { cdaRules, type CdaRuleId } from './rules.ts';

/** An element with its path, for the findings. */
export interface Place {
  readonly node: ReadElement;
  readonly path: string;
}

/** Collects findings. A document that is all wrong does not fill the memory with them. */
export class CheckContext {
  readonly findings: Finding[] = [];
  /** Under this path values are a patient's: they are not quoted. */
  private static readonly secret = /\/recordTarget|\/relatedEntity|\/section/;

  add(rule: CdaRuleId, path: string, found: string | null = null, expected?: string): void {
    if (this.findings.length >= 500) return;
    const quoted = found !== null && !CheckContext.secret.test(path) ? found.slice(0, 80) : null;
    this.findings.push(findingOf(cdaRules[rule], path, quoted, expected));
  }
}

export function placeOf(parent: Place, node: ReadElement): Place {
  const same = parent.node.children.filter((one) => typeof one !== 'string' && one.localName === node.localName);
  const index = same.length > 1 ? `[${same.indexOf(node) + 1}]` : '';
  return { node, path: `${parent.path}/${node.localName}${index}` };
}

/** Child elements of that name, with their paths. */
export function places(parent: Place | undefined, name: string): Place[] {
  if (!parent) return [];
  const nodes = parent.node.children.filter(
    (one): one is ReadElement => typeof one !== 'string' && one.localName === name,
  );
  return nodes.map((node, index) => ({
    node,
    path: `${parent.path}/${name}${nodes.length > 1 ? `[${index + 1}]` : ''}`,
  }));
}

export function place(parent: Place | undefined, ...names: readonly string[]): Place | undefined {
  let current = parent;
  for (const name of names) current = places(current, name)[0];
  return current;
}
