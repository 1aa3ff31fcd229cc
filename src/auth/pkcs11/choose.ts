import { TerrESanteError } from '../../errors.ts';
import { withDeadline } from '../../internal/abort.ts';
import type { CpsCard } from './card-content.ts';
import { CKR } from './constants.ts';
import type { SlotView } from './slots.ts';
import { Pkcs11Failure } from './failure.ts';
import type { Readers } from './look.ts';
import type { CardInfo, Pkcs11ProviderOptions } from './types.ts';

/** A CPS card and the reader it lies in. */
export interface ChosenCard {
  readonly view: SlotView;
  readonly card: CpsCard;
}

export interface ChoiceOptions {
  /** Fingerprint of the card that the provider is bound to. */
  readonly bound: string | null;
  readonly chooseCard: Pkcs11ProviderOptions['chooseCard'];
  readonly timeoutMs: number;
}

/**
 * The card to work with: the one the provider is bound to, the only one, otherwise the one that the
 * host chooses. Several cards are never guessed between.
 *
 * @throws TerrESanteError `TE_CARD_ABSENT`, `TE_CANCELLED`, `TE_INPUT_INVALID`, `TE_TIMEOUT`
 * @throws Pkcs11Failure when what is there is no CPS card that can sign
 */
export async function chooseCard(readers: Readers, options: ChoiceOptions): Promise<ChosenCard> {
  const cards = readers.present.flatMap(({ view, card }) => (card.kind === 'cps' ? [{ view, card }] : []));
  const [first] = cards;
  if (!first) throw noCard(readers);

  const bound = cards.find(({ card }) => card.fingerprint === options.bound);
  if (bound) return bound;
  if (cards.length === 1 || options.bound !== null) return first;

  const index = await askHost(
    cards.map(({ card }) => card.info),
    options,
  );
  if (index === null) throw new TerrESanteError('TE_CANCELLED', 'Choix de la carte abandonné.');

  const chosen = index === undefined ? undefined : cards[index];
  if (!chosen) throw choiceRequired(cards.length);
  return chosen;
}

function noCard({ present, views }: Readers): Error {
  if (present.some(({ card }) => card.kind === 'contactless')) {
    return new Pkcs11Failure({ step: 'read', ckr: CKR.USER_PIN_NOT_INITIALIZED });
  }
  if (present.length > 0) return new Pkcs11Failure({ step: 'read', ckr: CKR.TOKEN_NOT_RECOGNIZED });

  return new TerrESanteError(
    'TE_CARD_ABSENT',
    views.length === 0 ? "Aucun lecteur de carte n'est branché." : "Aucune carte CPS n'est insérée.",
    { details: { readers: views.length } },
  );
}

/** The host's choice: an index, `null` when it gives up, `undefined` when it cannot choose. */
async function askHost(
  cards: readonly CardInfo[],
  { chooseCard: choose, timeoutMs }: ChoiceOptions,
): Promise<number | null | undefined> {
  if (!choose) return undefined;

  return withDeadline({ timeoutMs }, async () => choose(cards), "La carte n'a pas été choisie à temps.");
}

function choiceRequired(count: number): TerrESanteError {
  return new TerrESanteError(
    'TE_INPUT_INVALID',
    "Plusieurs cartes CPS sont présentes : il faut choisir l'une d'elles.",
    {
      details: { cards: count },
    },
  );
}
