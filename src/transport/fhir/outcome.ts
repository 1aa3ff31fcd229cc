import type { Finding } from '../../errors.ts';
import { finding } from '../../internal/finding.ts';
import { isObject, objects, type Json } from '../../internal/json/index.ts';
import type { RegistryError } from '../registry/response.ts';
import { registryCodes } from '../registry/rules.ts';
import { fhirIssueRules } from './issue-rules.ts';

type IssueCode = keyof (typeof fhirIssueRules)['FHIR-ISSUE']['cases'];

/** One issue of an OperationOutcome. */
export interface FhirIssue {
  /** `fatal` is an error; a severity that is none of the standard is one too. */
  readonly severity: 'error' | 'warning' | 'info';
  /** As written, `null` when absent. */
  readonly severityName: string | null;
  readonly code: string;
  /** Codes of `details`: those of a validator, or those of XDS. */
  readonly detailCodes: readonly string[];
  /** What a server says in words. It echoes identifiers: never in a message, a log or details. */
  readonly text: string | null;
  /** A path of elements, and nothing else; `null` when there is none. */
  readonly path: string | null;
}

const textOf = (value: unknown): string | null => (typeof value === 'string' ? value.slice(0, 2_000) : null);

/** The issues of a resource; none when it is no OperationOutcome. */
export function issuesOf(resource: unknown): FhirIssue[] {
  if (!isObject(resource) || resource['resourceType'] !== 'OperationOutcome') return [];
  return objects(resource['issue']).slice(0, 1_000).map(readIssue);
}

function readIssue(issue: Json): FhirIssue {
  const severityName = textOf(issue['severity']);
  const details = isObject(issue['details']) ? issue['details'] : {};
  const codings = objects(details['coding']).map(({ code }) => textOf(code));

  return {
    severity: severityOf(severityName),
    severityName,
    code: textOf(issue['code']) ?? '',
    detailCodes: codings.flatMap((code) => (code !== null && /^[A-Za-z][\w.#-]{0,99}$/.test(code) ? [code] : [])),
    text: textOf(issue['diagnostics']) ?? textOf(details['text']),
    path: pathOf(issue),
  };
}

function severityOf(name: string | null): FhirIssue['severity'] {
  if (name === 'warning') return 'warning';
  return name === 'information' || name === 'success' ? 'info' : 'error';
}

/** Names of elements and their numbers: a FHIRPath may quote a value, which is left out. */
function pathOf(issue: Json): string | null {
  const [expression] = Array.isArray(issue['expression']) ? (issue['expression'] as unknown[]) : [];
  const shape = /^[A-Za-z]{1,64}(?:\[\d{1,5}\])?(?:\.[A-Za-z]{1,64}(?:\[(?:\d{1,5}|x)\])?){0,40}/;
  return typeof expression === 'string' ? (shape.exec(expression)?.[0] ?? null) : null;
}

/** A code of XDS, which says more than the code of the issue; `null` without one. */
export function xdsCodeOf({ detailCodes }: FhirIssue): string | null {
  return detailCodes.find((code) => registryCodes.includes(code)) ?? null;
}

/** The issues that refuse: the first of them is the reason. */
export function faultsOf(issues: readonly FhirIssue[]): FhirIssue[] {
  return issues.filter(({ severity }) => severity === 'error');
}

/** The issues as findings, errors first. The words of the server stay out. */
export function issueFindings(issues: readonly FhirIssue[]): Finding[] {
  const cases: object = fhirIssueRules['FHIR-ISSUE'].cases;
  const sorted = [...faultsOf(issues), ...issues.filter(({ severity }) => severity !== 'error')];

  return sorted.slice(0, 100).map(({ code, severity, path }) =>
    finding(fhirIssueRules, 'FHIR-ISSUE', {
      case: Object.hasOwn(cases, code) ? (code as IssueCode) : 'other',
      path: path ?? '',
      severity,
      found: shownCode(code) || null,
    }),
  );
}

/** The issues in the form of a registry's lines: what `RegistryRefusal.errors` holds. */
export function issueLines(issues: readonly FhirIssue[]): RegistryError[] {
  return issues.map((issue) => ({
    code: xdsCodeOf(issue) ?? issue.code,
    severity: issue.severity === 'error' ? 'Error' : 'Warning',
    severityName: issue.severityName,
    context: issue.text,
    location: issue.path,
  }));
}

/** A code as it may be shown: what is no name is left out, for it could be anything. */
export function shownCode(code: string): string {
  return /^[a-z][a-z-]{0,39}$/.test(code) ? code : '';
}
