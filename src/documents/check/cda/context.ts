import type { Finding } from '../../../errors.ts';
import { finding } from '../../../internal/finding.ts';
import type { ReadElement } from '../../../internal/xml/index.ts';
import { cdaRules, type CdaRuleId } from '../../rules/cda/index.ts';

/** An element with its path, for the findings. */
export interface Place {
  readonly node: ReadElement;
  readonly path: string;
}

/** Past this number of findings the others are dropped: a hostile document must not fill the memory. */
const maxFindings = 500;
const maxQuotedLength = 80;

/** Under these paths the values are a patient's, so they are never quoted. */
const patientPaths = /\/recordTarget|\/relatedEntity|\/section/;

/** Collects the findings of one document. */
export class CheckContext {
  readonly findings: Finding[] = [];

  add(rule: CdaRuleId, path: string, found: string | null = null, expected?: string): void {
    if (this.findings.length >= maxFindings) return;

    const quoted = found !== null && !patientPaths.test(path) ? found.slice(0, maxQuotedLength) : null;
    this.findings.push(finding(cdaRules, rule, { path, found: quoted, expected }));
  }
}

/** Position of each child among those of its name; once per parent, which may have 100,000 children. */
const suffixes = new WeakMap<ReadElement, ReadonlyMap<ReadElement, string>>();

function suffixesOf(parent: ReadElement): ReadonlyMap<ReadElement, string> {
  const known = suffixes.get(parent);
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

  suffixes.set(parent, made);
  return made;
}

/** A child with its path. */
export function placeOf(parent: Place, node: ReadElement): Place {
  return { node, path: `${parent.path}/${node.localName}${suffixesOf(parent.node).get(node) ?? ''}` };
}

/** Child elements of that name, with their paths. */
export function places(parent: Place | undefined, name: string): Place[] {
  if (!parent) return [];

  const nodes = parent.node.children.filter(
    (child): child is ReadElement => typeof child !== 'string' && child.localName === name,
  );
  return nodes.map((node, index) => ({
    node,
    path: `${parent.path}/${name}${nodes.length > 1 ? `[${index + 1}]` : ''}`,
  }));
}

/** The first element down this chain of names, or `undefined`. */
export function place(parent: Place | undefined, ...names: readonly string[]): Place | undefined {
  let current = parent;
  for (const name of names) current = places(current, name)[0];
  return current;
}
