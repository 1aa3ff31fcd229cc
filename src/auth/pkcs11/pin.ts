import { TerrESanteError } from '../../errors.ts';
import { secretBytes, secretCopy } from '../../internal/secret-bytes.ts';
import type { PinAnswer, PinState } from './types.ts';

/** The host's bytes, or those of its text, which itself cannot be zeroed. */
function bytesOf(pin: string | Uint8Array): Uint8Array {
  if (typeof pin !== 'string') return pin;

  const bytes = secretBytes(Buffer.byteLength(pin, 'utf8'));
  bytes.write(pin, 'utf8');
  return bytes;
}

/** The answer in its two parts, whichever form it came in. */
function readAnswer(answer: NonNullable<PinAnswer>): {
  readonly pin: string | Uint8Array;
  readonly confirmed: boolean;
} {
  if (typeof answer === 'string' || answer instanceof Uint8Array) return { pin: answer, confirmed: false };
  return { pin: answer.pin, confirmed: answer.confirmFinalTry };
}

function isDigits(pin: Uint8Array, [least, most]: readonly [number, number]): boolean {
  return pin.length >= least && pin.length <= most && pin.every((byte) => byte >= 0x30 && byte <= 0x39);
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
  length: readonly [least: number, most: number],
): Uint8Array | null {
  if (answer === null || answer === undefined) {
    throw new TerrESanteError('TE_CANCELLED', 'Saisie du code porteur abandonnée.');
  }

  // The bytes of the host are zeroed whatever becomes of them.
  const { pin, confirmed } = readAnswer(answer);
  const given = bytesOf(pin);
  try {
    if (state === 'final' && !confirmed) throw confirmationRequired(state);
    if (pinPad) return null;

    if (!isDigits(given, length)) throw malformed(length);
    return secretCopy(given);
  } finally {
    given.fill(0);
  }
}

function confirmationRequired(state: PinState): TerrESanteError {
  return new TerrESanteError(
    'TE_PIN_REQUIRED',
    "Dernier essai avant blocage de la carte : l'utilisateur doit le confirmer explicitement.",
    { details: { pin: state } },
  );
}

function malformed([minLength, maxLength]: readonly [number, number]): TerrESanteError {
  return new TerrESanteError('TE_PIN_INVALID', "Le code porteur n'a pas la forme attendue.", {
    details: { minLength, maxLength },
  });
}
