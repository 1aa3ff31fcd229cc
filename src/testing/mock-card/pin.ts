import type { MockSetup, MockState } from './state.ts';

/** Flags of a token. */
const CKF = {
  PROTECTED_AUTHENTICATION_PATH: 0x100,
  USER_PIN_COUNT_LOW: 0x10000,
  USER_PIN_FINAL_TRY: 0x20000,
  USER_PIN_LOCKED: 0x40000,
} as const;

/** Tries of a card whose PIN was typed right. */
const fullTries = 3;

/** Tries that a card still gives. */
export function triesOf({ triesLeft }: MockState, card: number): number {
  return triesLeft[card] ?? 0;
}

/** The flags of a token: they never give the number of tries, only that they become few. */
export function tokenFlags(tries: number, pinPad: boolean): number {
  const pad = pinPad ? CKF.PROTECTED_AUTHENTICATION_PATH : 0;
  if (tries >= fullTries) return pad;

  if (tries > 1) return pad | CKF.USER_PIN_COUNT_LOW;
  return pad | CKF.USER_PIN_COUNT_LOW | (tries === 1 ? CKF.USER_PIN_FINAL_TRY : CKF.USER_PIN_LOCKED);
}

/** Compares a PIN and counts the tries, as the card does; `null` when it is the right one. */
export function comparePin(
  state: MockState,
  setup: MockSetup,
  card: number,
  pin: string,
): 'PIN_LOCKED' | 'PIN_INCORRECT' | null {
  const left = triesOf(state, card);
  if (left === 0) return 'PIN_LOCKED';

  // A pad takes the PIN by itself: it is taken as right. The middleware refuses another length
  // before the card counts a try.
  if (!setup.pinPad && pin.length !== setup.pin.length) return 'PIN_INCORRECT';
  if (!setup.pinPad && pin !== setup.pin) {
    state.triesLeft[card] = left - 1;
    return 'PIN_INCORRECT';
  }

  state.triesLeft[card] = fullTries;
  return null;
}
