import { TerrESanteError } from '../../errors.ts';
import { documentStatus } from '../../documents/metadata/constants.ts';
import type { DocumentEntry } from '../../documents/index.ts';
import { bareOid } from '../registry/names.ts';

/**
 * The entry that stands for a document: the approved one, of all that bear its uniqueId. A registry
 * keeps the deprecated ones, under the same uniqueId when only the metadata changed.
 *
 * @param entries - of an answer to GetDocuments
 * @see IHE ITI TF-3, section 4.1.2 (document lifecycle); IHE ITI TF-2, section 3.41.4.1.3.3
 * @throws TerrESanteError `TE_NOT_FOUND` (none), `TE_CONFLICT` (none is approved, or several are)
 */
export function currentEntryOf(uniqueId: string, entries: readonly DocumentEntry[]): DocumentEntry {
  const asked = bareOid(uniqueId);
  const own = new Map(
    entries.filter((entry) => bareOid(entry.uniqueId) === asked).map((entry) => [entry.entryUuid, entry]),
  );
  if (own.size === 0) throw new TerrESanteError('TE_NOT_FOUND', 'Le registre ne connaît pas ce document.');

  const approved = [...own.values()].filter(({ availabilityStatus }) => availabilityStatus === documentStatus.approved);
  const [first, ...others] = approved;
  if (first && others.length === 0) return first;

  const reason = first ? 'several' : 'not-approved';
  throw new TerrESanteError('TE_CONFLICT', sentences[reason], { details: { reason, entries: own.size } });
}

const sentences = {
  several: 'Le registre a plusieurs fiches en vigueur de ce document : aucune ne peut être choisie.',
  'not-approved': "La fiche de ce document n'est plus en vigueur : il a été remplacé, archivé ou supprimé.",
} as const;
