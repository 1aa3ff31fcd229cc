import { TerrESanteError } from '../../errors.ts';
import type { FaultTable } from '../fault.ts';

/** Why a JSON answer is refused. None of these quotes what it holds. */
export const jsonFaults = {
  encoding: { fr: "octets qui ne sont pas de l'UTF-8", en: 'its bytes are not UTF-8' },
  syntax: { fr: 'syntaxe JSON invalide', en: 'invalid JSON syntax' },
  'too-deep': { fr: 'imbrication trop profonde', en: 'nested too deeply' },
  'too-many-values': { fr: 'trop de valeurs', en: 'too many values' },
  'same-key': { fr: 'une clé est deux fois dans un objet', en: 'a key is twice in one object' },
} as const satisfies FaultTable;

export type JsonFault = keyof typeof jsonFaults;

export function jsonError(reason: JsonFault): TerrESanteError {
  return new TerrESanteError('TE_PROTOCOL', `Réponse JSON illisible : ${jsonFaults[reason].fr}.`, {
    details: { reason },
  });
}
