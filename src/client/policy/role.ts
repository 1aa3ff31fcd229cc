import { TerrESanteError } from '../../errors.ts';

/** Code of a role in the care circle (TRE_R259). */
const roleShape = /^[A-Z][A-Z0-9_-]{0,19}$/;

/** @throws TerrESanteError `TE_INPUT_INVALID` */
export function requireRole(role: unknown, path: string): string {
  if (typeof role === 'string' && roleShape.test(role)) return role;
  throw new TerrESanteError('TE_INPUT_INVALID', 'Rôle dans le cercle de soins mal formé.', { details: { path } });
}
