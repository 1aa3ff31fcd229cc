import { TerrESanteError } from '../../errors.ts';
import type { FaultTable } from '../fault.ts';

/** Why a multipart answer is refused. None of these quotes what it holds. */
export const mimeFaults = {
  'no-boundary': { fr: 'séparateur des parties non annoncé', en: 'the boundary of its parts is not announced' },
  'boundary-not-found': { fr: 'le séparateur annoncé est absent', en: 'the announced boundary is not in it' },
  'not-closed': { fr: 'séparateur de fin absent', en: 'the closing boundary is missing' },
  'too-many-parts': { fr: 'trop de parties', en: 'too many parts' },
  'long-header': { fr: "en-tête d'une partie trop long", en: 'the header of a part is too long' },
  'bad-header': { fr: "en-tête d'une partie illisible", en: 'the header of a part cannot be read' },
  encoding: { fr: 'codage de transfert inconnu', en: 'an unknown transfer encoding' },
  base64: { fr: 'base64 invalide', en: 'invalid base64' },
  'quoted-printable': { fr: 'quoted-printable invalide', en: 'invalid quoted-printable' },
  'no-root': { fr: 'partie principale absente', en: 'the root part is missing' },
  'same-id': { fr: 'deux parties portent le même identifiant', en: 'two parts bear one identifier' },
} as const satisfies FaultTable;

export type MimeFault = keyof typeof mimeFaults;

export function mimeError(reason: MimeFault): TerrESanteError {
  return new TerrESanteError('TE_PROTOCOL', `Réponse en plusieurs parties illisible : ${mimeFaults[reason].fr}.`, {
    details: { reason },
  });
}
