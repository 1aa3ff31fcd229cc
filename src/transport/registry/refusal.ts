import { TerrESanteError, type TerrESanteErrorCode, type TerrESanteErrorInit } from '../../errors.ts';
import { errorCodeOf, namesIn, registryFindings, shownCode } from './rules.ts';
import type { RegistryError, RegistryResponse } from './response.ts';

/**
 * A refusal of a registry, a repository or an identity server. Its `findings` explain each line of
 * a registry; the lines themselves stay apart from the details: a context may name the patient, and
 * details go to logs.
 *
 * @group XDS
 */
export class RegistryRefusal extends TerrESanteError {
  readonly #errors: readonly RegistryError[];

  constructor(code: TerrESanteErrorCode, message: string, init: TerrESanteErrorInit, errors: readonly RegistryError[]) {
    super(code, message, init);
    this.#errors = errors;
  }

  /** The lines as they came, warnings included. Not part of the JSON of the error. */
  get errors(): readonly RegistryError[] {
    return this.#errors;
  }
}

/**
 * The error of a registry or repository. It can be tried again only when every error is one that
 * passes.
 */
export function registryError(
  { status, errors }: RegistryResponse,
  more: { readonly unknownOutcome?: boolean } = {},
): RegistryRefusal {
  const faults = errors.filter(({ severity }) => severity === 'Error');
  const codes = faults.map(({ code }) => errorCodeOf(code));
  const code = codes.find((item) => item !== 'TE_UNAVAILABLE') ?? codes[0] ?? 'TE_VALIDATION';

  const details = {
    ...more,
    status,
    errorCodes: namesIn(faults.map((error) => error.code)),
    warningCodes: namesIn(errors.filter(({ severity }) => severity === 'Warning').map((error) => error.code)),
  };
  const findings = registryFindings(errors);
  const init = more.unknownOutcome === true ? { details, findings, retryable: false } : { details, findings };
  return new RegistryRefusal(code, `Le registre refuse : ${shownCodes(faults)}.`, init, errors);
}

/** Codes only, and few of them. */
export function shownCodes(faults: readonly RegistryError[]): string {
  if (faults.length === 0) return 'sans motif';
  const shown = faults.slice(0, 5).map(({ code }) => shownCode(code) ?? 'code absent');
  return shown.join(', ') + (faults.length > shown.length ? '…' : '');
}
