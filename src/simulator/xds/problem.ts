import { element, type Xml } from '../../internal/xml/index.ts';
import { xdsNames } from '../../transport/registry/names.ts';

/** One line of an error list. */
export interface Problem {
  /** A code of the standard. @see IHE ITI TF-3, section 4.2.4.1 */
  readonly code: string;
  /** French, without a value of the request: which rule is broken. */
  readonly context: string;
  /** Where in the request, as a path of element names; `null` when it is the whole. */
  readonly location?: string | null;
  readonly severity?: 'Error' | 'Warning';
}

/** A request that is refused as a whole, with every reason that was found. */
export class RefusedRequest extends Error {
  override readonly name = 'RefusedRequest';
  readonly problems: readonly Problem[];

  constructor(...problems: readonly Problem[]) {
    super(problems.map(({ code }) => code).join());
    this.problems = problems;
  }
}

/** @throws RefusedRequest when there is a problem */
export function refuseAny(problems: readonly Problem[]): void {
  if (problems.length > 0) throw new RefusedRequest(...problems);
}

export type ResponseStatus = 'Success' | 'PartialSuccess' | 'Failure';

const severityType = 'urn:oasis:names:tc:ebxml-regrep:ErrorSeverityType:';
const statusUrns: Readonly<Record<ResponseStatus, string>> = {
  Success: 'urn:oasis:names:tc:ebxml-regrep:ResponseStatusType:Success',
  PartialSuccess: 'urn:ihe:iti:2007:ResponseStatusType:PartialSuccess',
  Failure: 'urn:oasis:names:tc:ebxml-regrep:ResponseStatusType:Failure',
};

export const statusUrn = (status: ResponseStatus): string => statusUrns[status];

/** The error list of an answer; nothing without a problem. */
export function errorList(problems: readonly Problem[]): Xml | null {
  if (problems.length === 0) return null;

  const hasError = problems.some(({ severity }) => severity !== 'Warning');
  return element(
    'rs:RegistryErrorList',
    { 'xmlns:rs': xdsNames.registry, highestSeverity: `${severityType}${hasError ? 'Error' : 'Warning'}` },
    ...problems.map(({ code, context, location, severity = 'Error' }) =>
      element('rs:RegistryError', {
        errorCode: code,
        codeContext: context,
        location: location ?? undefined,
        severity: `${severityType}${severity}`,
      }),
    ),
  );
}

/** @see ebXML Registry Services 3.0, section 2.1 */
export function registryResponse(status: ResponseStatus, problems: readonly Problem[] = []): Xml {
  return element(
    'rs:RegistryResponse',
    { 'xmlns:rs': xdsNames.registry, status: statusUrns[status] },
    errorList(problems),
  );
}
