import { TerrESanteError } from '../../errors.ts';

/** Also for a deposit of somebody else, of which nothing more is said. */
export function otherDeposit(): TerrESanteError {
  return new TerrESanteError('TE_DUPLICATE', "Un de ces documents fait déjà partie d'un autre dépôt.");
}

/** Never deposited here, or by somebody else. */
export function unknownDeposit(): TerrESanteError {
  return new TerrESanteError('TE_NOT_FOUND', "Ce document n'a pas été déposé ici.");
}
