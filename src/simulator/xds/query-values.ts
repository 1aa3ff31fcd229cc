import { attributeOf, childElement, childElements, textOf, type ReadElement } from '../../internal/xml/index.ts';
import { RefusedRequest } from './problem.ts';

/** The terms of a stored query by parameter: of each group one must match. */
export class QueryValues {
  readonly #groups: ReadonlyMap<string, readonly (readonly string[])[]>;

  /**
   * @param query - `AdhocQuery`
   * @throws RefusedRequest for a value that is not coded as the standard says
   */
  constructor(query: ReadElement) {
    const groups = new Map<string, (readonly string[])[]>();
    for (const [index, slot] of childElements(query, 'Slot').entries()) {
      const name = attributeOf(slot, 'name') ?? '';
      const location = `${queryPath}/Slot[${String(index + 1)}]`;
      const values = childElements(childElement(slot, 'ValueList') ?? slot, 'Value');
      const terms = values.flatMap((value) => termsOf(textOf(value), location));
      if (terms.length > 0) groups.set(name, [...(groups.get(name) ?? []), terms]);
    }
    this.#groups = groups;
  }

  has(name: string): boolean {
    return this.#groups.has(name);
  }

  /** All groups of a parameter; none when it is not given. */
  groups(name: string): readonly (readonly string[])[] {
    return this.#groups.get(name) ?? [];
  }

  /** The terms of a parameter that may be given once; none when it is not given. */
  list(name: string): readonly string[] {
    const [group = [], ...others] = this.groups(name);
    return others.length > 0 ? refuseNumber(name) : group;
  }

  /** @throws RefusedRequest `XDSStoredQueryMissingParam`, `XDSStoredQueryParamNumber` */
  check({ needed, single }: ParameterRules): void {
    for (const name of needed) if (!this.has(name)) refuseMissing(name);
    for (const [name, { length }] of this.#groups) if (length > 1 && !isRepeatable.test(name)) refuseNumber(name);
    for (const [name, groups] of this.#groups) if (isCodes.test(name)) refuseNoCode(name, groups.flat());
    for (const name of [...this.#groups.keys()].filter(
      (given) => single.includes(given) || /(?:From|To)$/.test(given),
    )) {
      this.one(name);
    }
  }

  /** The term of a parameter that has one value; `null` when it is not given. */
  one(name: string): string | null {
    const [term = null, ...others] = this.list(name);
    return others.length > 0 ? refuseNumber(name) : term;
  }
}

/** What a query asks of its parameters. */
export interface ParameterRules {
  readonly needed: readonly string[];
  /** Those of one value, beside the bounds of times. */
  readonly single: readonly string[];
}

export const queryPath = '/AdhocQueryRequest/AdhocQuery';

/** Names are of the standard; one that is not is not repeated. */
const shown = (name: string): string => (/^\$[A-Za-z]{1,60}$/.test(name) ? `${name} : ` : '');

/** Parameters whose values are codes. */
const isCodes = /(?:(?:Class|Type|Setting|FacilityType|Format|Confidentiality)Code|CodeList|ContentType)$/;

/**
 * Parameters that may be given several times: then one term of each must match. Of all others the
 * terms stand in one slot.
 *
 * @see IHE ITI TF-2, section 3.18.4.1.2.3.5 and the tables of 3.18.4.1.2.3.7 (AND and OR)
 */
const isRepeatable = /^\$XDS(?:DocumentEntry(?:EventCodeList|ConfidentialityCode|ReferenceIdList)|FolderCodeList)$/;

/** @see IHE ITI TF-2, section 3.18.4.1.2.3.5: `code^^codingScheme` */
function refuseNoCode(name: string, terms: readonly string[]): void {
  if (terms.every((term) => /^[^^]+\^[^^]*\^[^^]+$/.test(term))) return;
  const context = `${shown(name)}code^^codingScheme attendu.`;
  throw new RefusedRequest({ code: 'XDSRegistryError', context, location: queryPath });
}

function refuseNumber(name: string): never {
  const context = `${shown(name)}une seule valeur attendue.`;
  throw new RefusedRequest({ code: 'XDSStoredQueryParamNumber', context, location: queryPath });
}

export function refuseMissing(name: string): never {
  const context = `${shown(name)}paramètre obligatoire absent.`;
  throw new RefusedRequest({ code: 'XDSStoredQueryMissingParam', context, location: queryPath });
}

/** One term: a text between quotes, a quote in it doubled, or a number. */
const term = /\s*(?:'(?<text>(?:[^']|'')*)'|(?<number>[0-9]+))\s*/y;

/**
 * The terms of one value: one, or several between brackets.
 *
 * @see IHE ITI TF-2, section 3.18.4.1.2.3.5 (coding style)
 */
function termsOf(value: string, location: string): string[] {
  const written = value.trim();
  const isList = written.startsWith('(') && written.endsWith(')');
  const inside = isList ? written.slice(1, -1) : written;

  const terms: string[] = [];
  term.lastIndex = 0;
  for (let match = term.exec(inside); match; match = term.exec(inside)) {
    const { text, number } = match.groups ?? {};
    terms.push(text?.replaceAll("''", "'") ?? number ?? '');

    const end = match.index + match[0].length;
    if (end === inside.length && (isList || terms.length === 1)) return terms;
    if (inside[end] !== ',') break;
    term.lastIndex = end + 1;
  }

  const context = "Valeur mal codée : 'texte', ('texte','texte') ou nombre attendu.";
  throw new RefusedRequest({ code: 'XDSRegistryError', context, location });
}
