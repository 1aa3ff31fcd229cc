import type { Finding } from '../../../errors.ts';
import { finding } from '../../../internal/finding.ts';
import type { ReadElement } from '../../../internal/xml/index.ts';
import { cdaRules, type CdaRuleId } from '../../rules/cda/index.ts';

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
    this.findings.push(finding(cdaRules, rule, { path, found: quoted, expected }));
  }
}

// Computed once for a parent: a hostile document may have a hundred thousand children.
const suffixes = new WeakMap<ReadElement, ReadonlyMap<ReadElement, string>>();

function suffixesOf(parent: ReadElement): ReadonlyMap<ReadElement, string> {
  let known = suffixes.get(parent);
  if (known) return known;
  const byName = new Map<string, ReadElement[]>();
  for (const child of parent.children) {
    if (typeof child === 'string') continue;
    const same = byName.get(child.localName);
    if (same) same.push(child);
    else byName.set(child.localName, [child]);
  }
  const made = new Map<ReadElement, string>();
  for (const same of byName.values()) {
    same.forEach((child, index) => made.set(child, same.length > 1 ? `[${index + 1}]` : ''));
  }
  known = made;
  suffixes.set(parent, known);
  return known;
}

export function placeOf(parent: Place, node: ReadElement): Place {
  return { node, path: `${parent.path}/${node.localName}${suffixesOf(parent.node).get(node) ?? ''}` };
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
