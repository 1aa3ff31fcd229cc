import type { CheckReport, Finding, Severity } from '../errors.ts';

/** A sentence in both languages. */
export interface Sentence {
  readonly fr: string;
  readonly en: string;
}

/** One situation of a rule that has several: what fills `{case}` in the sentences of the rule. */
export interface RuleCase extends Sentence {
  /** Replaces the fix of the rule, where this case has a remedy of its own. */
  readonly fix?: Sentence;
}

/**
 * One rule of a catalogue: the row from which its id, its findings, its page of the docs and its
 * entry in `rules()` come.
 *
 * A sentence may hold places such as `{field}`, filled by the `values` of a finding, and `{case}`,
 * filled by one of the cases of the rule. A sentence never holds a trait, an identifier or a
 * secret.
 */
export interface RuleRow extends Sentence {
  readonly severity: Severity;
  /** What to do, in the infinitive in French ("Corriger…") and the imperative in English. */
  readonly fix: Sentence;
  /** Expected value or code, no prose; left out when it depends on the place. */
  readonly expected?: string;
  /** Published text and section. */
  readonly reference: string;
  /** The situations of the rule, by key; each finding of the rule then names its case. */
  readonly cases?: Readonly<Record<string, RuleCase>>;
}

/** The rules of one family, by id. Written `as const satisfies RuleCatalogue`. */
export type RuleCatalogue = Readonly<Record<string, RuleRow>>;

/** What a finding adds to its rule. */
export interface FindingPlace {
  readonly path: string;
  /** Never a trait or an identifier of a patient: such values are described by their shape. */
  readonly found?: string | null | undefined;
  readonly expected?: string | null | undefined;
  /** Only where a rule weighs differently by context, for example in production. */
  readonly severity?: Severity | undefined;
  /** Fills the places of the sentences. */
  readonly values?: Readonly<Record<string, string | number>> | undefined;
}

/** The rows, of one or several, that have cases. */
type WithCases<Row> = Extract<Row, { readonly cases: object }>;

/** The keys of the cases of a rule; `never` for a rule without cases. */
export type CaseOf<Row> = keyof WithCases<Row>['cases'] & string;

/**
 * What a finding of this rule needs: its case when the rule has cases, and none when it has not. A
 * rule chosen at run time compiles only among rules without cases.
 */
export type PlaceOf<Row> = FindingPlace &
  ([WithCases<Row>] extends [never] ? { readonly case?: never } : { readonly case: CaseOf<Row> });

/**
 * Makes a finding: the only place of the SDK that does. An id that is not in the catalogue, and a
 * case that is not in the row of its rule, do not compile.
 */
export function finding<C extends RuleCatalogue, R extends keyof C & string>(
  catalogue: C,
  rule: R,
  place: PlaceOf<C[R]>,
): Finding {
  const row: RuleRow | undefined = catalogue[rule];
  if (row === undefined) throw new TypeError(`rule ${rule} is not in its catalogue`);

  const chosen = caseOf(row, rule, place.case);
  const fix = chosen?.fix ?? row.fix;
  const say = (sentence: string, language: keyof Sentence): string =>
    fill(sentence, chosen ? { ...place.values, case: fill(chosen[language], place.values) } : place.values);

  return {
    rule,
    severity: place.severity ?? row.severity,
    // A long number in a path of a hostile document may be an identifier.
    path: place.path.replaceAll(/\d{8,}/g, '…'),
    message: say(row.fr, 'fr'),
    messageEn: say(row.en, 'en'),
    found: place.found ?? null,
    expected: place.expected ?? row.expected ?? null,
    fix: say(fix.fr, 'fr'),
    fixEn: say(fix.en, 'en'),
    reference: row.reference,
  };
}

/** Whether one of the findings refuses. */
export function hasError(findings: readonly Finding[]): boolean {
  return findings.some(({ severity }) => severity === 'error');
}

/** A finding without its sentences and values, which may quote a document: for support and logs. */
export function bareFinding({ rule, severity, path }: Finding): Pick<Finding, 'rule' | 'severity' | 'path'> {
  return { rule, severity, path };
}

/** The one shape in which a check answers. */
export function checkReport(findings: readonly Finding[]): CheckReport {
  return { ok: !hasError(findings), findings };
}

/** The case of a finding; a catalogue whose type is not known may let a wrong one come this far. */
function caseOf({ cases }: RuleRow, rule: string, key: string | undefined): RuleCase | undefined {
  if (!cases && key === undefined) return undefined;

  const chosen = cases && key !== undefined && Object.hasOwn(cases, key) ? cases[key] : undefined;
  if (!chosen) throw new TypeError(`rule ${rule} has no case ${key ?? 'by default'}`);
  return chosen;
}

/** Puts the values in the places of a sentence; a place without a value stays as it is. */
export function fill(sentence: string, values: FindingPlace['values']): string {
  if (!values) return sentence;

  let filled = '';
  let start = 0;
  for (let open = sentence.indexOf('{'); open >= 0; open = sentence.indexOf('{', start)) {
    const end = sentence.indexOf('}', open) + 1;
    if (end === 0) break;

    const place = sentence.slice(open, end);
    filled += sentence.slice(start, open) + String(values[place.slice(1, -1)] ?? place);
    start = end;
  }
  return filled + sentence.slice(start);
}
