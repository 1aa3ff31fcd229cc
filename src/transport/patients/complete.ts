import { TerrESanteError } from '../../errors.ts';
import { checkCompleteness, type InsEnvironment, type PatientInput } from '../../identity/index.ts';

/**
 * A server that cross-references takes nobody whose traits are not all there: they would be taken
 * for somebody else.
 *
 * @see Terr-eSanté: the five traits feed the regional identity server
 * @throws TerrESanteError `TE_IDENTITY_INCOMPLETE`
 */
export function requireComplete(patient: PatientInput, environment: InsEnvironment | undefined): void {
  const { ok, findings } = checkCompleteness(patient, { environment, requireLocalId: true });
  if (ok) return;

  throw new TerrESanteError('TE_IDENTITY_INCOMPLETE', "L'identité est incomplète : elle n'est pas envoyée.", {
    findings,
  });
}
