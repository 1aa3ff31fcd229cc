import { lastWord } from '../../internal/soap/index.ts';
import { attributeOf, childElements, type ReadElement } from '../../internal/xml/index.ts';
import { xdsNames } from './names.ts';

/** One line of the error list of a registry, as it came. */
export interface RegistryError {
  readonly code: string;
  /** `Error` or `Warning`, the last word of what was written; without one it is an error. */
  readonly severity: 'Error' | 'Warning';
  /** As written, `null` when absent. */
  readonly severityName: string | null;
  readonly context: string | null;
  readonly location: string | null;
}

/** What a registry or repository answered, before it is judged. */
export interface RegistryResponse {
  /** As written, `null` when absent. */
  readonly statusName: string | null;
  /** `null` when there is none or an unknown one. */
  readonly status: 'Success' | 'PartialSuccess' | 'Failure' | null;
  readonly errors: readonly RegistryError[];
  /** As written: servers forget it or contradict themselves, so that it decides nothing. */
  readonly highestSeverity: string | null;
}

const statuses = ['Success', 'PartialSuccess', 'Failure'] as const;

/**
 * Reads the status and the errors of a RegistryResponse, or of an answer that carries the same.
 *
 * @see ebXML Registry Services 3.0, section 2.1, and IHE ITI TF-3, section 4.2.4
 */
export function readRegistryResponse(response: ReadElement): RegistryResponse {
  const statusName = attributeOf(response, 'status') ?? null;
  const lists = childElements(response, 'RegistryErrorList', xdsNames.registry);

  return {
    statusName,
    status: statuses.find((status) => status === lastWord(statusName ?? '')) ?? null,
    errors: lists.flatMap((list) => childElements(list, 'RegistryError', xdsNames.registry)).map(readError),
    highestSeverity: lists.flatMap((list) => attributeOf(list, 'highestSeverity') ?? [])[0] ?? null,
  };
}

function readError(error: ReadElement): RegistryError {
  const severityName = attributeOf(error, 'severity') ?? null;
  return {
    code: attributeOf(error, 'errorCode') ?? '',
    severity: lastWord(severityName ?? '') === 'Warning' ? 'Warning' : 'Error',
    severityName,
    context: attributeOf(error, 'codeContext') ?? null,
    location: attributeOf(error, 'location') ?? null,
  };
}
