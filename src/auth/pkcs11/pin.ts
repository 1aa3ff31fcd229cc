import { TerrESanteError } from '../../errors.ts';
import type { PinAnswer, PinState } from './types.ts';

function bytesOf(pin: string | Uint8Array): Uint8Array {
  return typeof pin === 'string' ? Buffer.from(pin, 'utf8') : pin;
}

/**
 * The bytes to present, checked before the card is asked so that a slip of the keyboard costs no
 * try; `null` for a reader with its own pad. The caller's bytes are copied and zeroed.
 *
 * @throws TerrESanteError `TE_CANCELLED`, `TE_PIN_REQUIRED` (last try not confirmed),
 *   `TE_PIN_INVALID`
 */
export function acceptPin(
  answer: PinAnswer | undefined,
  state: PinState,
  pinPad: boolean,
  [least, most]: readonly [number, number],
): Uint8Array | null {
  if (answer === null || answer === undefined) {
    throw new TerrESanteError('TE_CANCELLED', 'Saisie du code porteur abandonnée.');
  }
  const long = typeof answer === 'object' && !(answer instanceof Uint8Array) ? answer : null;
  const given = bytesOf(long ? long.pin : (answer as string | Uint8Array));
  const own = Uint8Array.from(given);
  given.fill(0);
  try {
    if (state === 'final' && long?.confirmFinalTry !== true) {
      throw new TerrESanteError(
        'TE_PIN_REQUIRED',
        "Dernier essai avant blocage de la carte : l'utilisateur doit le confirmer explicitement.",
        { details: { pin: state } },
      );
    }
    if (pinPad) return null;
    if (own.length < least || own.length > most || !own.every((byte) => byte >= 0x30 && byte <= 0x39)) {
      throw new TerrESanteError('TE_PIN_INVALID', "Le code porteur n'a pas la forme attendue.", {
        details: { minLength: least, maxLength: most },
      });
    }
    return Uint8Array.from(own);
  } finally {
    own.fill(0);
  }
}
