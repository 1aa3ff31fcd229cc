import { needed, refuseArgument, type Check, type Checks } from '../../internal/border.ts';
import { choice, count, either, flag, listOf, options, record, text } from '../../internal/option-checks.ts';
import type { MockCardContent, MockCardOptions, MockFault, MockFaultKind } from './model.ts';

const isNumberIn = (given: object, member: string): boolean =>
  Number.isSafeInteger((given as Readonly<Record<string, unknown>>)[member]);

/** A word, or an object that bears the number of the error or of the other card. */
const faultKind: Check<MockFaultKind> = either<MockFaultKind>(
  choice('remove', 'reset', 'hang', 'crash'),
  (name, value) => {
    const given: object = record(name, value);
    return isNumberIn(given, 'ckr') || isNumberIn(given, 'replaceBy') ? given : refuseArgument(name, 'faute attendue');
  },
);

/** One scripted fault. */
export const faultChecks: Checks<MockFault> = {
  on: needed<MockFault['on']>((name, value) => text(name, value) as MockFault['on']),
  do: needed(faultKind),
  after: count(),
  times: count(1),
};

const emptyReader: Check<null> = (name, value) => (value === null ? null : refuseArgument(name, 'null attendu'));

/** What a card is made with. */
export const cardChecks: Checks<MockCardOptions> = {
  cards: listOf<MockCardContent>(record),
  readers: listOf(either<number | null>(count(), emptyReader)),
  pin: text,
  tries: count(),
  pinPad: flag,
  faults: listOf(options(faultChecks)),
};
