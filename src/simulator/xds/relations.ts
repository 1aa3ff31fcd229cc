import { attributeOf } from '../../internal/xml/index.ts';
import { supersedes } from '../registry/register.ts';
import type { SubmittedObjects } from '../registry/submission.ts';
import type { RegisteredEntry } from '../state/registered.ts';
import type { DossierState } from '../state/state.ts';
import type { XdsContext } from './context.ts';
import type { OfferedDocument } from './judge-document.ts';
import { placeOf, relationTypes } from './metadata-rules.ts';
import type { Problem } from './problem.ts';

/**
 * Relations to documents of the registry.
 *
 * @see IHE ITI TF-3, section 4.2.2.2
 */
export function relationProblems(
  objects: SubmittedObjects,
  documents: readonly OfferedDocument[],
  dossier: DossierState,
  { state }: XdsContext,
): Problem[] {
  const entryOf = (id: string): RegisteredEntry | undefined =>
    state
      .all()
      .flatMap(({ registry }) => registry.entries)
      .find((entry) => entry.id === id.toLowerCase());
  const replaced = new Map<string, string>();

  const problems = objects.associations.flatMap(({ value: link }, index): Problem[] => {
    if (!relationTypes.has(link.type)) return [];

    const location = placeOf('Association', index);
    const target = entryOf(link.target);
    if (!target) {
      return [{ code: 'UnresolvedReferenceException', context: 'La cible est inconnue du registre.', location }];
    }
    if (supersedes(link.type)) replaced.set(link.source, target.document.uniqueId);
    if (!dossier.registry.entries.includes(target)) {
      return [{ code: 'XDSPatientIdDoesNotMatch', context: "La cible est d'un autre patient.", location }];
    }
    if (target.status !== 'approved') {
      return [{ code: 'XDSRegistryDeprecatedDocumentError', context: "La cible n'est plus en cours.", location }];
    }
    if (!supersedes(link.type)) return [];
    const author = documents.find(({ entry }) => entry.entryUuid === link.source)?.entry.authors[0]?.person.id;
    if (target.document.author === author) return [];
    return [{ code: 'XDSReplaceFailed', context: "Seul l'auteur d'un document le remplace.", location }];
  });
  return [...problems, ...missingReplacements(documents, replaced), ...memberProblems(objects, dossier)];
}

/** A CDA that replaces another one is registered as its replacement. */
function missingReplacements(documents: readonly OfferedDocument[], replaced: ReadonlyMap<string, string>): Problem[] {
  return documents.flatMap(({ cda, entry, place }): Problem[] => {
    if (cda === null || cda.replaces === null || replaced.get(entry.entryUuid) === cda.replaces) return [];
    const context = 'Le document en remplace un autre : une association RPLC vers sa fiche est attendue.';
    return [{ code: 'XDSRepositoryMetadataError', context, location: place }];
  });
}

/** What a set or a folder holds beside the objects of the request must be in the registry. */
function memberProblems({ associations, ...objects }: SubmittedObjects, { registry }: DossierState): Problem[] {
  const submitted = [...objects.sets, ...objects.entries, ...objects.folders, ...associations];
  const known = new Set([
    ...submitted.map(({ node }) => attributeOf(node, 'id') ?? ''),
    ...[...registry.entries, ...registry.folders, ...registry.associations].map(({ id }) => id),
  ]);
  const isKnown = (id: string): boolean => known.has(id) || known.has(id.toLowerCase());

  return associations.flatMap(({ value: { type, source, target } }, index): Problem[] => {
    if (relationTypes.has(type) || (isKnown(source) && isKnown(target))) return [];
    const context = "Un objet que l'association nomme n'est ni dans l'envoi ni dans le registre.";
    return [{ code: 'UnresolvedReferenceException', context, location: placeOf('Association', index) }];
  });
}
