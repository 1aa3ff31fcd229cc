import { birthPlaceCog } from '../birth-place.ts';
import type { InsEnvironment } from '../ins/oid.ts';
import { normalizeBirthName, normalizeGivenName } from '../names.ts';
import type { PatientInput } from '../patient.ts';
import { requireTransmissible } from '../transmission.ts';
import { blocks, gs, header, refuse, type BlockId } from './format.ts';
import { reading } from '../../internal/reading.ts';
import { environments, requireKnown } from '../known-options.ts';

/**
 * Writes the message of an INS datamatrix, for a qualified identity only. Encode it as a square ECC
 * 200 symbol (ISO/IEC 16022) with a quiet zone of one module and the text "INS à scanner".
 *
 * The format is known through public implementations that agree: scan a produced symbol with the
 * checker of the Agence du Numérique en Santé before printing them.
 *
 * @throws TerrESanteError `TE_IDENTITY_STATUS` when the INS may not be transmitted, with the
 *   reasons; `TE_DATAMATRIX_INVALID` when a name is longer than its block.
 *
 * @example
 * ```ts
 * import { buildInsDatamatrix } from 'terr-esante-sdk/identity';
 *
 * const message = buildInsDatamatrix({
 *   traits: {
 *     birthName: 'Martin',
 *     firstName: 'Zoé',
 *     birthFirstNames: ['Zoé', 'Lou'],
 *     sex: 'F',
 *     birthDate: '1985-01-12',
 *     birthPlace: { communeInsee: '93066' },
 *   },
 *   ins: { value: '285019999999936', oid: '1.2.250.1.213.1.4.10' },
 *   identityStatus: 'QUAL',
 * });
 * message.slice(26); // 'S1285019999999936S21.2.250.1.213.1.4.10S3ZOE LOU\x1DS4MARTIN\x1DS5FS612-01-1985S793066'
 * ```
 *
 * @group Datamatrix
 */
export function buildInsDatamatrix(
  patient: PatientInput,
  options?: {
    /** When given, test and demonstration INS are refused in `production`. */
    readonly environment?: InsEnvironment | undefined;
  },
): string {
  if (options !== undefined) requireKnown(options, { environment: environments });
  return reading('patient', () => messageOf(patient, options ?? {}));
}

function messageOf(
  patient: PatientInput,
  options: {
    /** When given, test and demonstration INS are refused in `production`. */
    readonly environment?: InsEnvironment | undefined;
  },
): string {
  const { ins, traits } = requireTransmissible(patient, { environment: options.environment });
  const { birthName, birthFirstNames, sex, birthDate, birthPlace } = traits;
  const values: Readonly<Record<BlockId, string>> = {
    S1: ins.value,
    S2: ins.oid,
    S3: normalizeGivenName(birthFirstNames.join(' ')),
    S4: normalizeBirthName(birthName),
    S5: sex,
    // `YYYY-MM-DD` to `DD-MM-YYYY`.
    S6: birthDate.split('-').reverse().join('-'),
    S7: birthPlaceCog(birthPlace) ?? '',
  };

  let message = header;
  for (const id of Object.keys(blocks) as BlockId[]) {
    const { min, max } = blocks[id];
    const value = values[id];
    if (value.length > max) refuse('IDENTITY-LENGTH', id);

    // The last block, S7, is of fixed length: no separator ever ends the message.
    message += id + value + (min !== max && value.length < max ? gs : '');
  }
  return message;
}
