import type { Finding } from '../../../errors.ts';
import { finding } from '../../../internal/finding.ts';
import { childElement, type ReadElement } from '../../../internal/xml/index.ts';
import { cdaRules, type CdaRuleId } from '../../rules/cda/index.ts';

/**
 * An element with its path, for the findings. The path is written when a finding asks for it: a
 * sound document asks for none.
 */
export class Place {
  readonly node: ReadElement;
  /** In the body only the schema applies, not the stricter types of the header. */
  readonly inBody: boolean;
  readonly #parent: Place | undefined;
  #path: string | undefined;
  /** Numbers of the children that have namesakes, for their paths. */
  #numbers: ReadonlyMap<ReadElement, number> | undefined;

  constructor(node: ReadElement, parent: Place | undefined) {
    this.node = node;
    this.#parent = parent;
    this.inBody = parent !== undefined && (parent.inBody || parent.node.localName === 'structuredBody');
  }

  get path(): string {
    this.#path ??= this.#parent?.pathOf(this.node) ?? `/${this.node.localName}`;
    return this.#path;
  }

  /** The path of a child, with its number among its namesakes. */
  pathOf(child: ReadElement): string {
    // Numbered once for all children: a hostile document may have a hundred thousand.
    this.#numbers ??= numbered(this.node);
    const number = this.#numbers.get(child);
    return `${this.path}/${child.localName}${number === undefined ? '' : `[${number}]`}`;
  }
}

/** Further findings are dropped: a hostile document must not fill the memory. */
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

/** The position of each child among those of its name, where there are several. */
function numbered(parent: ReadElement): ReadonlyMap<ReadElement, number> {
  const byName = new Map<string, ReadElement[]>();
  for (const child of parent.children) {
    if (typeof child === 'string') continue;

    const namesakes = byName.get(child.localName);
    if (namesakes) namesakes.push(child);
    else byName.set(child.localName, [child]);
  }

  const numbers = new Map<ReadElement, number>();
  for (const namesakes of byName.values()) {
    if (namesakes.length > 1) namesakes.forEach((child, index) => numbers.set(child, index + 1));
  }
  return numbers;
}

/** A child with its path. */
export function placeOf(parent: Place, node: ReadElement): Place {
  return new Place(node, parent);
}

/** Child elements of that name, with their paths. */
export function places(parent: Place | undefined, name: string): Place[] {
  const found: Place[] = [];
  if (!parent) return found;

  for (const child of parent.node.children) {
    if (typeof child !== 'string' && child.localName === name) found.push(new Place(child, parent));
  }
  return found;
}

/** The first element reached by these names. */
export function place(parent: Place | undefined, ...names: readonly string[]): Place | undefined {
  let current = parent;
  for (const name of names) {
    const node = childElement(current?.node, name);
    if (!current || !node) return undefined;

    current = new Place(node, current);
  }
  return current;
}
