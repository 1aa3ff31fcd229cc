import { type Checks, needed, refuseArgument } from '../../internal/border.ts';
import { anything, callback, choice, count, listOf, runtime, text, wait } from '../../internal/option-checks.ts';
import type { Pkcs11ProviderOptions } from './types.ts';

/** What a reader of cards is made with; where its module is found is judged when it is loaded. */
export const cardChecks: Checks<Pkcs11ProviderOptions> = {
  library: text,
  module: anything,
  isolation: choice('child-process', 'in-process'),
  onPinRequired: needed(callback),
  chooseCard: callback,
  onEvent: callback,
  environment: choice('test', 'production'),
  callTimeoutMs: wait,
  pinTimeoutMs: wait,
  idleTimeoutMs: wait,
  pollMs: wait,
  pinLength: twoLengths,
  childEnv: anything,
  childFile: text,
  runtime,
};

/** The shortest and the longest code, in digits. */
function twoLengths(name: string, value: unknown): readonly [number, number] {
  const [shortest, longest, ...more] = listOf(count(1, 255))(name, value);
  if (shortest === undefined || longest === undefined || more.length > 0) {
    refuseArgument(name, 'deux longueurs attendues');
  }
  return [shortest, longest];
}
