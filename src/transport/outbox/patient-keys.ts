import type { LocalIdentifier, PatientInput } from '../../identity/index.ts';
import { reading, refuseArgument, textOf } from '../../internal/border.ts';
import { patientScope } from '../../internal/patient-scope.ts';

/**
 * A patient by identifiers: that of the software, or the INS where documents carry nothing else. A
 * whole `PatientInput` is one.
 *
 * @group Outbox
 */
export type PatientKeys = Pick<PatientInput, 'localId' | 'ins' | 'insHistory'>;

/**
 * The digests under which the documents of a patient may stand.
 *
 * @throws TerrESanteError `TE_INPUT_INVALID` without an identifier
 */
export function scopesOf(argument: string, patient: PatientKeys): ReadonlySet<string> {
  return reading(argument, () => {
    const { localId, ins, insHistory = [] } = patient;
    const known = [ins, ...insHistory].filter((item) => item !== undefined);
    const national = known.map((item) => ({ system: item.oid, value: compact(item.value) }));
    const keys: readonly LocalIdentifier[] = [...(localId ? [localId] : []), ...national];
    if (keys.length === 0) refuseArgument(argument, 'identifiant local ou INS attendu');

    return new Set(
      keys.map(({ system, value }) =>
        patientScope({ system: textOf(`${argument}.system`, system), value: textOf(`${argument}.value`, value) }),
      ),
    );
  });
}

/** An INS as documents write it, without the blanks of a screen. */
const compact = (ins: string): string => ins.replaceAll(/[\s.-]/g, '').toUpperCase();
