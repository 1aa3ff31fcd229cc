import { isTerrESanteError, TerrESanteError } from '../../../errors.ts';
import { foreignCode } from '../../../internal/foreign-error.ts';

/** What a folder is refused for, as {@link openSealedFolder} says it. */
const sentences: Readonly<Record<string, string>> = {
  absent: "Il n'y a pas de journal des accès dans ce dossier.",
  locked: 'Le journal des accès est déjà ouvert par un autre programme.',
  'taken-over': 'Le journal des accès a été repris par un autre programme : rouvrez-le.',
  'slow-disk': 'Le disque du journal des accès répond trop lentement.',
  'unsafe-folder':
    "Le dossier du journal des accès est refusé : d'autres comptes peuvent y écrire, ou c'est un lien, ou il appartient à un autre compte.",
  'other-version': 'Le journal des accès a été écrit par une autre version de la bibliothèque.',
  head: "La tête du journal des accès manque ou ne s'ouvre plus : vérifiez-le, gardez-le, ouvrez-en un autre.",
  broken: 'La chaîne du journal des accès est rompue : vérifiez-le et gardez-le tel quel.',
  closed: 'Le journal des accès est fermé.',
  'read-only': 'Le journal des accès est ouvert pour lire seulement.',
};

const unreadable = 'Le journal des accès est illisible : mauvaise clé ou fichier abîmé.';

/** @param reason - a word of the table, or the code of the system */
export function auditError(
  reason: string,
  { details = {}, retryable = false }: Partial<Pick<TerrESanteError, 'details' | 'retryable'>> = {},
): TerrESanteError {
  const sentence = sentences[reason] ?? 'Le disque du journal des accès a refusé une opération.';
  return new TerrESanteError('TE_AUDIT', sentence, { details: { ...details, reason }, retryable });
}

/** Runs work on the disk; what it fails of becomes `TE_AUDIT`, without a path. */
export async function auditWork<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (!isTerrESanteError(error)) throw auditError(foreignCode(error) ?? 'unknown', { retryable: true });
    if (error.code !== 'TE_OUTBOX') throw error;

    const { details, retryable } = error;
    const { reason } = details;
    if (typeof reason === 'string') throw auditError(reason, { details, retryable });
    throw new TerrESanteError('TE_AUDIT', unreadable, { details: { reason: 'unreadable' } });
  }
}
