import type { Backend } from './backend.ts';
import { readCard, type ReadCard } from './card-content.ts';
import { CKR } from './constants.ts';
import type { SlotView } from './slots.ts';
import { toFailure } from './failure.ts';

/** A reader that holds something, and what it holds. */
export interface PresentCard {
  readonly view: SlotView;
  readonly card: ReadCard;
}

/** Every reader, and what lies in those that hold something. */
export interface Readers {
  readonly views: readonly SlotView[];
  readonly present: readonly PresentCard[];
}

export async function lookAtReaders(backend: Backend, timeoutMs: number): Promise<Readers> {
  const views = await backend.call({ op: 'slots' }, timeoutMs);
  const present: PresentCard[] = [];

  for (const view of views) {
    const card = await cardIn(view, backend, timeoutMs);
    if (card) present.push({ view, card });
  }

  return { views, present };
}

/** The card of one reader, `null` for an empty one. */
async function cardIn(view: SlotView, backend: Backend, timeoutMs: number): Promise<ReadCard | null> {
  if (!view.tokenPresent) return null;
  if (view.ckr !== null) {
    return { kind: view.ckr === CKR.USER_PIN_NOT_INITIALIZED ? 'contactless' : 'other' };
  }

  try {
    const content = await backend.call({ op: 'read', slot: view.slot, keep: false }, timeoutMs);
    return readCard(content, view.name);
  } catch (error) {
    const { ckr } = toFailure(error, 'read');
    if (ckr === CKR.TOKEN_NOT_PRESENT) return null;
    if (ckr === CKR.TOKEN_NOT_RECOGNIZED) return { kind: 'other' };
    throw error;
  }
}
