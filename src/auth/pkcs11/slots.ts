import { CKF, CKR } from './constants.ts';
import { step, toFailure } from './failure.ts';
import type { Pkcs11Module } from './module.ts';
import { hex } from './objects.ts';

/** One slot as the module lists it; `ckr` when its token cannot be read. */
export interface SlotView {
  readonly slot: string;
  readonly name: string;
  readonly tokenPresent: boolean;
  readonly flags: number | null;
  readonly ckr: number | null;
}

/** Every slot of a module. */
export function slotViews(module: Pkcs11Module): SlotView[] {
  return step('C_GetSlotList', () => module.C_GetSlotList(false)).map((slot) => slotView(module, slot));
}

/** A reader whose token cannot be read is listed with the number of its error. */
function slotView(module: Pkcs11Module, slot: Uint8Array): SlotView {
  const unread = { slot: hex(slot), name: '', tokenPresent: false, flags: null, ckr: null };

  let info: { readonly slotDescription: string; readonly flags: number };
  try {
    info = module.C_GetSlotInfo(slot);
  } catch (error) {
    return { ...unread, ckr: toFailure(error, 'C_GetSlotInfo').ckr };
  }

  const name = info.slotDescription.replaceAll('\0', ' ').trim();
  if ((info.flags & CKF.TOKEN_PRESENT) === 0) return { ...unread, name };

  try {
    const { flags } = module.C_GetTokenInfo(slot);
    return { ...unread, name, tokenPresent: true, flags };
  } catch (error) {
    const { ckr } = toFailure(error, 'C_GetTokenInfo');
    return { ...unread, name, tokenPresent: ckr !== CKR.TOKEN_NOT_PRESENT, ckr };
  }
}
