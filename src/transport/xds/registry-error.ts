import { TerrESanteError, type TerrESanteErrorCode, type TerrESanteErrorInit } from '../../errors.ts';
import type { RegistryError, RegistryResponse } from './registry-response.ts';

/**
 * Codes of a registry that mean more than a refusal of what was sent.
 *
 * @see IHE ITI TF-3, table 4.2.4.1-2
 */
const known: ReadonlyMap<string, TerrESanteErrorCode> = new Map([
  ['XDSDuplicateUniqueIdInRegistry', 'TE_DUPLICATE'],
  ['XDSNonIdenticalHash', 'TE_CONFLICT'],
  ['XDSMetadataVersionError', 'TE_CONFLICT'],
  ['XDSRegistryBusy', 'TE_UNAVAILABLE'],
  ['XDSRepositoryBusy', 'TE_UNAVAILABLE'],
  ['XDSRegistryOutOfResources', 'TE_UNAVAILABLE'],
  ['XDSRepositoryOutOfResources', 'TE_UNAVAILABLE'],
  ['XDSRegistryNotAvailable', 'TE_UNAVAILABLE'],
]);

/**
 * A refusal of a registry, a repository or an identity server. Its lines stay apart from the
 * details: a context may name the patient, and details go to logs.
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
): TerrESanteError {
  const faults = errors.filter(({ severity }) => severity === 'Error');
  const codes = faults.map(({ code }) => known.get(code) ?? 'TE_VALIDATION');
  const code = codes.find((item) => item !== 'TE_UNAVAILABLE') ?? codes[0] ?? 'TE_VALIDATION';

  const details = {
    ...more,
    status,
    errorCodes: faults.map((error) => error.code.slice(0, 100)),
    warningCodes: errors.filter(({ severity }) => severity === 'Warning').map((error) => error.code.slice(0, 100)),
  };
  return new RegistryRefusal(code, `Le registre refuse : ${shownCodes(faults)}.`, { details }, errors);
}

/** Codes only, and few of them. */
export function shownCodes(faults: readonly RegistryError[]): string {
  if (faults.length === 0) return 'sans motif';
  const shown = faults.slice(0, 5).map(({ code }) => code.replaceAll(/[^\w.-]/g, '').slice(0, 60) || 'code absent');
  return shown.join(', ') + (faults.length > shown.length ? '…' : '');
}
