import type { TerrESanteError } from '../../errors.ts';

/**
 * Carries an error of ours through the mail library, which writes its own `code` into whatever it
 * is given: a token that could not be obtained would come out as a refusal of the server.
 */
export class CarriedFailure extends Error {
  readonly failure: TerrESanteError;

  constructor(failure: TerrESanteError) {
    super('carried');
    this.failure = failure;
  }
}
