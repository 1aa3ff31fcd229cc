import type { PinAnswer, PinRequest } from '../auth/index.ts';
import type { CliIo } from './io.ts';
import { usageError } from './options.ts';

/** The PIN from the terminal; before the last try the user must say so. */
export async function askPin({ pin, pinPad, signal }: PinRequest, io: CliIo): Promise<PinAnswer> {
  if (pinPad) {
    io.err('Saisissez le code porteur sur le lecteur.\n');
    return pin === 'final' ? null : '';
  }

  if (!io.readSecret) throw usageError('Le code porteur se saisit dans un terminal.');

  const warning = pin === 'final' ? 'DERNIER ESSAI : une erreur bloque la carte.\n' : '';
  const typed = await io.readSecret(`${warning}Code porteur : `, signal);
  return typed && { pin: typed, confirmFinalTry: true };
}
