import { attributeOf, childElement, childElements, type ReadElement } from '../../internal/xml/index.ts';
import { xdsNames } from '../../transport/registry/names.ts';
import { register, type JudgedDocument } from '../registry/register.ts';
import { readSubmission, type SubmittedObjects } from '../registry/submission.ts';
import type { SoapRequest } from '../soap/request.ts';
import { dossiersOf } from '../state/patient-id.ts';
import type { DossierState } from '../state/state.ts';
import { contentOf } from './contents.ts';
import { requireNamed, type XdsContext } from './context.ts';
import { judgeDocument, offeredDocument, type OfferedDocument } from './judge-document.ts';
import { metadataProblems, placeOf } from './metadata-rules.ts';
import { refuseAny, RefusedRequest, type Problem } from './problem.ts';
import { relationProblems } from './relations.ts';

/** What a deposit brings, looked at without the state of the platform. */
export interface Provided {
  readonly objects: SubmittedObjects;
  readonly documents: readonly OfferedDocument[];
}

/**
 * Reads a `ProvideAndRegisterDocumentSetRequest` and what it brings.
 *
 * @see IHE ITI TF-2, section 3.41.4.1
 * @throws RefusedRequest, SoapRefusal
 */
export async function readProvided(payload: ReadElement, request: SoapRequest): Promise<Provided> {
  const submission = childElement(payload, 'SubmitObjectsRequest', xdsNames.lifeCycle);
  if (!submission) {
    throw new RefusedRequest({ code: 'XDSRepositoryMetadataError', context: 'SubmitObjectsRequest absent.' });
  }

  const objects = readSubmission(submission);
  const given = await givenContents(payload, request);
  refuseAny([...pairProblems(objects, given), ...metadataProblems(objects)]);

  const documents: OfferedDocument[] = [];
  for (const [index, { value }] of objects.entries.entries()) {
    const bytes = given.get(value.entryUuid) ?? new Uint8Array();
    documents.push(await offeredDocument(value, bytes, placeOf('ExtrinsicObject', index)));
  }
  return { objects, documents };
}

/** The documents of a request by their `id`, that of their entry. */
async function givenContents(payload: ReadElement, request: SoapRequest): Promise<ReadonlyMap<string, Uint8Array>> {
  const contents = new Map<string, Uint8Array>();
  for (const node of childElements(payload, 'Document', xdsNames.xds)) {
    const id = attributeOf(node, 'id') ?? '';
    if (contents.has(id)) {
      const context = 'Deux éléments Document ont le même id.';
      throw new RefusedRequest({
        code: 'XDSRepositoryMetadataError',
        context,
        location: `/${payload.localName}/Document`,
      });
    }
    contents.set(id, await contentOf(node, request));
  }
  return contents;
}

/** @see IHE ITI TF-3, section 4.2.4.1: one document for each entry, and one entry for each */
function pairProblems({ entries }: SubmittedObjects, given: ReadonlyMap<string, Uint8Array>): Problem[] {
  const ids = new Set(entries.map(({ value }) => value.entryUuid));
  const withoutDocument = entries.flatMap(({ value }, index): Problem[] => {
    if (given.has(value.entryUuid)) return [];
    const context = "Aucun élément Document n'a l'id de cette fiche.";
    return [{ code: 'XDSMissingDocument', context, location: placeOf('ExtrinsicObject', index) }];
  });
  const withoutEntry = [...given.keys()].flatMap((id, index): Problem[] => {
    if (ids.has(id)) return [];
    const location = `/ProvideAndRegisterDocumentSetRequest/Document[${String(index + 1)}]`;
    return [{ code: 'XDSMissingDocumentMetadata', context: "Aucune fiche n'a l'id de ce Document.", location }];
  });
  return [...withoutDocument, ...withoutEntry];
}

/**
 * Takes a whole deposit in, or nothing of it. Nothing else happens in between: it waits for
 * nothing.
 *
 * @throws RefusedRequest, SoapRefusal
 */
export function provide({ objects, documents }: Provided, context: XdsContext): void {
  const dossier = dossierOf(objects, context);
  requireNamed(dossier, context);
  requireWritable(dossier, context);
  refuseAny([...takenProblems(objects, context), ...relationProblems(objects, documents, dossier, context)]);

  const judged = documents.map((offered, index): JudgedDocument => {
    const submitted = objects.entries[index];
    if (!submitted) throw new RangeError('a document without its entry');
    return { submitted, document: knownOrNew(offered, dossier, context) };
  });
  register(context.state, { dossier, objects, documents: judged });
}

/** The one dossier that both identifiers of the patient lead to. */
function dossierOf({ sets, entries }: SubmittedObjects, { state }: XdsContext): DossierState {
  const refused = (code: string, context: string): RefusedRequest => new RefusedRequest({ code, context });
  const named = dossiersOf(state, sets[0]?.value.patientId ?? '');
  const source = dossiersOf(state, entries[0]?.value.sourcePatientId ?? '');
  if (named.length + source.length === 0) {
    throw refused('XDSUnknownPatientId', "Aucun dossier pour l'identifiant du patient.");
  }

  const [one, another] = [named, source].filter(({ length }) => length > 0);
  const [dossier, ...others] = (one ?? []).filter((found) => another === undefined || another.includes(found));
  if (!dossier) throw refused('XDSPatientIdDoesNotMatch', 'patientId et sourcePatientId nomment deux patients.');
  if (others.length > 0) throw refused('XDSUnknownPatientId', "Plusieurs dossiers ont l'identifiant du patient.");
  return dossier;
}

function requireWritable(dossier: DossierState, { caller }: XdsContext): void {
  const code = 'XDSRepositoryError';
  if (dossier.state === 'closed') throw new RefusedRequest({ code, context: 'Le dossier est fermé.' });
  if (caller !== null && dossier.blocked.has(caller.nameId)) {
    throw new RefusedRequest({ code, context: 'Le patient a bloqué ce professionnel.' });
  }
}

/** Identifiers that the registry holds already. */
function takenProblems({ sets, folders, entries, associations }: SubmittedObjects, { state }: XdsContext): Problem[] {
  const registries = state.all().map(({ registry }) => registry);
  const uniqueIds = new Set(
    registries.flatMap((registry) => [
      ...registry.sets.map(({ set }) => set.uniqueId),
      ...registry.folders.map(({ folder }) => folder.uniqueId),
    ]),
  );
  const ids = new Set(
    registries.flatMap((registry) =>
      [...registry.sets, ...registry.folders, ...registry.entries, ...registry.associations].map(({ id }) => id),
    ),
  );

  const isTaken = [...sets, ...folders].some(({ value }) => uniqueIds.has(value.uniqueId));
  const isIdTaken = [...sets, ...folders, ...entries, ...associations].some(({ node }) =>
    ids.has((attributeOf(node, 'id') ?? '').toLowerCase()),
  );
  return [
    ...(isTaken
      ? [{ code: 'XDSDuplicateUniqueIdInRegistry', context: 'Ce lot ou ce classeur est déjà dans le registre.' }]
      : []),
    ...(isIdTaken ? [{ code: 'XDSRegistryMetadataError', context: "L'entryUUID d'un objet est déjà pris." }] : []),
  ];
}

/** A new document, or the one that is there already with the same bytes. */
function knownOrNew(offered: OfferedDocument, dossier: DossierState, context: XdsContext): JudgedDocument['document'] {
  const { entry, place, sha1 } = offered;
  const holder = context.state.byUniqueId(entry.uniqueId);
  const filed = holder?.documents.find(({ uniqueId }) => uniqueId === entry.uniqueId);
  if (!filed) return judgeDocument(offered, dossier, context);

  if (filed.sha1 !== sha1) {
    const reason = 'Un autre contenu est enregistré sous cet identifiant unique.';
    throw new RefusedRequest({ code: 'XDSNonIdenticalHash', context: reason, location: place });
  }
  if (holder !== dossier) {
    const reason = "Ce document est enregistré dans le dossier d'un autre patient.";
    throw new RefusedRequest({ code: 'XDSPatientIdDoesNotMatch', context: reason, location: place });
  }
  return filed;
}
