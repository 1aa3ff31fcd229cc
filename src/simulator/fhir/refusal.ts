import type { Json } from '../../internal/json/index.ts';
import type { Problem } from '../xds/problem.ts';
import { fhirNames } from './names.ts';
import { fhirRules, type FhirRuleId } from './rules.ts';

/** One line of an OperationOutcome. */
interface Issue {
  readonly code: string;
  readonly rule: string;
  readonly sentence: string;
  readonly expression?: string | undefined;
}

/** A request that is refused, with every reason that was found. */
export class FhirRefusal extends Error {
  override readonly name = 'FhirRefusal';
  readonly status: number;
  readonly issues: readonly Issue[];

  constructor(status: number, issues: readonly Issue[]) {
    super(issues.map(({ rule }) => rule).join());
    this.status = status;
    this.issues = issues;
  }
}

/** @param expression - a path of elements, or the name of a parameter; never a value */
export function refused(rule: FhirRuleId, expression?: string): FhirRefusal {
  const [status, code, sentence] = fhirRules[rule];
  return new FhirRefusal(status, [{ code, rule, sentence, expression }]);
}

/** The status of a code of XDS. @see IHE ITI MHD, section 2:3.65.4.2 */
const xdsStatuses: Readonly<Record<string, readonly [status: number, code: string]>> = {
  XDSDuplicateUniqueIdInRegistry: [409, 'duplicate'],
  XDSNonIdenticalHash: [409, 'conflict'],
  XDSUnknownPatientId: [422, 'not-found'],
  XDSRegistryDeprecatedDocumentError: [409, 'conflict'],
  UnresolvedReferenceException: [422, 'not-found'],
};

/** A deposit that the registry refuses: its codes stay those of XDS. */
export function refusedByRegistry(problems: readonly Problem[]): FhirRefusal {
  const statusOf = ({ code }: Problem): readonly [number, string] => xdsStatuses[code] ?? [422, 'business-rule'];
  const [first] = problems;
  return new FhirRefusal(
    first ? statusOf(first)[0] : 422,
    problems.map((problem) => ({ code: statusOf(problem)[1], rule: problem.code, sentence: problem.context })),
  );
}

type Severity = 'error' | 'warning';

/** @see HL7 FHIR R4, OperationOutcome */
export function outcomeOf(issues: readonly Issue[], severity: Severity = 'error'): Json {
  return {
    resourceType: 'OperationOutcome',
    issue: issues.slice(0, 100).map(({ code, rule, sentence, expression }) => ({
      severity,
      code,
      details: { coding: [{ system: fhirNames.rules, code: rule }], text: sentence },
      diagnostics: sentence,
      ...(expression !== undefined && { expression: [expression] }),
    })),
  };
}

/** The same as a warning, beside the results of a search. */
export const warningOf = (rule: FhirRuleId, expression?: string): Json =>
  outcomeOf(refused(rule, expression).issues, 'warning');
