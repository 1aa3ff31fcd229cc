import type { CheckReport, Finding, Severity } from '../errors.ts';

/** A sentence in both languages. */
export interface Sentence {
  readonly fr: string;
  readonly en: string;
}

/**
 * One rule of a catalogue: the row from which its id, its findings, its page of the docs and its
 * entry in `rules()` come.
 *
 * A sentence may hold places such as `{field}`, filled by the `values` of a finding. A sentence
 * never holds a trait, an identifier or a secret.
 */
export interface RuleRow extends Sentence {
  readonly severity: Severity;
  /** What to do, in the infinitive in French ("Corriger…") and the imperative in English. */
  readonly fix: Sentence;
  /** Expected value or code, no prose; left out when it depends on the place. */
  readonly expected?: string;
  /** Published text and section. */
  readonly reference: string;
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

/**
 * Makes a finding: the only place of the SDK that does. An id that is not in the catalogue does not
 * compile.
 */
export function finding<C extends RuleCatalogue>(catalogue: C, rule: keyof C & string, place: FindingPlace): Finding {
  const row: RuleRow | undefined = catalogue[rule];
  if (row === undefined) throw new TypeError(`rule ${rule} is not in its catalogue`);

  const say = (sentence: string): string => fill(sentence, place.values);

  return {
    rule,
    severity: place.severity ?? row.severity,
    // A long number in a path of a hostile document may be an identifier.
    path: place.path.replaceAll(/\d{8,}/g, '…'),
    message: say(row.fr),
    messageEn: say(row.en),
    found: place.found ?? null,
    expected: place.expected ?? row.expected ?? null,
    fix: say(row.fix.fr),
    fixEn: say(row.fix.en),
    reference: row.reference,
  };
}

/** Whether one of the findings refuses. */
export function hasError(findings: readonly Finding[]): boolean {
  return findings.some(({ severity }) => severity === 'error');
}

/** The one shape in which a check answers. */
export function checkReport(findings: readonly Finding[]): CheckReport {
  return { ok: !hasError(findings), findings };
}

/** Puts the values in the places of a sentence; a place without a value stays as it is. */
function fill(sentence: string, values: FindingPlace['values']): string {
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
