import { association as types, documentStatus } from '../../documents/metadata/constants.ts';
import type { Association, DocumentEntry } from '../../documents/index.ts';
import { cxIdentity } from '../../internal/hl7.ts';
import { attributeOf, type ReadElement } from '../../internal/xml/index.ts';
import { addAssociations, addEntry, addSets, GivenIds, setStatus } from '../registry/register.ts';
import { readSubmission, type Submitted, type SubmittedObjects } from '../registry/submission.ts';
import type { RegisteredStatus } from '../state/filed.ts';
import type { RegisteredEntry } from '../state/registered.ts';
import type { DossierState } from '../state/state.ts';
import { readableDossiers, type XdsContext } from './context.ts';
import { isHidden } from './judge-document.ts';
import { placeOf, setProblems } from './metadata-rules.ts';
import { refuseAny, RefusedRequest, type Problem } from './problem.ts';

/** One change, found possible. */
type Change =
  | { readonly kind: 'status'; readonly entry: RegisteredEntry; readonly status: RegisteredStatus }
  | { readonly kind: 'metadata'; readonly entry: RegisteredEntry; readonly next: Submitted<DocumentEntry> };

/**
 * Changes the metadata of registered documents, all of the request or nothing of it: their status,
 * or their confidentiality and masks. Nothing else of an entry may change: France asks for no more.
 *
 * @see IHE ITI TF-2, section 3.57; CI-SIS, volet Partage de documents de santé
 * @throws RefusedRequest, SoapRefusal
 */
export function update(payload: ReadElement, context: XdsContext): void {
  const objects = readSubmission(payload);
  refuseAny(setProblems(objects));
  const dossiers = readableDossiers(context);
  if (isTaken(objects, context)) {
    const reason = 'Ce lot est déjà dans le registre.';
    throw new RefusedRequest({ code: 'XDSDuplicateUniqueIdInRegistry', context: reason });
  }

  const asked = [...statusChanges(objects, dossiers, context), ...metadataChanges(objects, dossiers)];
  refuseAny(asked.flatMap((change) => ('code' in change ? [change] : [])));
  const changes = asked.flatMap((change) => ('code' in change ? [] : [change]));
  const [dossier, ...others] = new Set(changes.map(({ entry }) => ownerOf(dossiers, entry)));
  if (!dossier || others.length > 0) {
    const reason = 'Une modification de fiches, toutes du même patient, est attendue.';
    throw new RefusedRequest({ code: 'XDSMetadataUpdateError', context: reason });
  }
  apply(objects, changes, dossier, context);
}

function isTaken({ sets }: SubmittedObjects, { state }: XdsContext): boolean {
  const known = state.all().flatMap(({ registry }) => registry.sets.map(({ set }) => set.uniqueId));
  return sets.some(({ value }) => known.includes(value.uniqueId));
}

const ownerOf = (dossiers: readonly DossierState[], entry: RegisteredEntry): DossierState | undefined =>
  dossiers.find(({ registry }) => registry.entries.includes(entry));

const statuses = Object.entries(documentStatus) as [RegisteredStatus, string][];
const statusOf = (urn: string | undefined): RegisteredStatus | undefined =>
  statuses.find(([, name]) => name === urn)?.[0];

/** Changes of status that exist; the last three are French. */
const steps: ReadonlySet<string> = new Set([
  'approved deprecated',
  'deprecated approved',
  'approved deleted',
  'approved archived',
  'archived approved',
]);

function statusChanges(
  { associations }: SubmittedObjects,
  dossiers: readonly DossierState[],
  context: XdsContext,
): (Change | Problem)[] {
  return associations.flatMap(({ value }, index) =>
    value.type === types.updateAvailabilityStatus
      ? [statusChange(value, placeOf('Association', index), dossiers, context)]
      : [],
  );
}

function statusChange(
  { target, slots }: Association,
  location: string,
  dossiers: readonly DossierState[],
  { caller }: XdsContext,
): Change | Problem {
  const refused = (code: string, context: string): Problem => ({ code, context, location });
  const entry = dossiers.flatMap(({ registry }) => registry.entries).find(({ id }) => id === target.toLowerCase());
  if (!entry) return refused('UnresolvedReferenceException', "La fiche visée n'est pas dans le registre.");

  const before = statusOf(slots['OriginalStatus']?.[0]);
  const after = statusOf(slots['NewStatus']?.[0]);
  if (!before || !after) return refused('XDSMetadataUpdateError', 'OriginalStatus et NewStatus attendus.');
  if (before !== entry.status) return refused('XDSMetadataUpdateError', "OriginalStatus n'est pas le statut actuel.");
  if (!steps.has(`${before} ${after}`)) {
    return refused('XDSMetadataUpdateOperationError', "Ce changement de statut n'est pas prévu.");
  }
  if (after === 'approved' && entry.document.replacedBy !== null) {
    return refused('XDSMetadataUpdateError', 'Le document est remplacé : il ne redevient pas la version en cours.');
  }
  if (after === 'deleted' && caller !== null && entry.document.author !== caller.nameId) {
    return refused('LocalPolicyRestrictionError', "Seul l'auteur d'un document le supprime.");
  }
  return { kind: 'status', entry, status: after };
}

function metadataChanges(objects: SubmittedObjects, dossiers: readonly DossierState[]): (Change | Problem)[] {
  const all = dossiers.flatMap(({ registry }) => registry.entries);
  return objects.entries.map((next, index): Change | Problem => {
    const location = placeOf('ExtrinsicObject', index);
    const refused = (code: string, context: string): Problem => ({ code, context, location });

    const { logicalId, entryUuid } = next.value;
    const current = all.findLast(({ lid }) => lid === logicalId?.toLowerCase());
    if (!current) return refused('XDSMetadataUpdateError', "Aucune fiche n'a ce logicalId (lid).");
    if (all.some(({ id }) => id === entryUuid.toLowerCase())) {
      return refused('XDSMetadataIdentifierError', 'Une nouvelle version de la fiche porte un nouvel id.');
    }

    const links = objects.associations.filter(({ value }) => value.target === entryUuid);
    const previous = links.flatMap(({ value }) => value.slots['PreviousVersion'] ?? [])[0];
    if (previous !== String(current.version)) {
      return refused('XDSMetadataVersionError', "PreviousVersion n'est pas la version en cours.");
    }
    const problem = changeProblem(current, next);
    return problem ? refused(...problem) : { kind: 'metadata', entry: current, next };
  });
}

/** What a new version of an entry changes and may not. */
function changeProblem(
  current: RegisteredEntry,
  { value: next, node }: Submitted<DocumentEntry>,
): readonly [code: string, context: string] | null {
  const { entry, status } = current;
  if (status !== 'approved') return ['XDSMetadataUpdateError', "La fiche visée n'est pas en cours."];
  if (next.uniqueId !== entry.uniqueId) return ['XDSMetadataIdentifierError', "L'identifiant unique ne change pas."];
  if (attributeOf(node, 'objectType') !== attributeOf(current.node, 'objectType')) {
    return ['XDSObjectTypeError', "Le type d'objet ne change pas."];
  }
  const key = (cx: string): string => JSON.stringify(cxIdentity(cx));
  if (key(next.patientId) !== key(entry.patientId)) {
    return ['XDSPatientIDReconciliationError', "L'identifiant du patient ne change pas."];
  }

  const levels = next.confidentialityCodes.filter(({ code }) => /^[NRV]$/.test(code));
  if (levels.length !== 1) {
    return ['XDSRegistryMetadataError', 'confidentialityCode : un niveau et des masques attendus.'];
  }
  if (unchangeable(next, entry) !== unchangeable(entry, entry)) {
    return ['UnmodifiableMetadataError', 'Seuls la confidentialité et les masques changent.'];
  }
  return null;
}

/** Everything of an entry but what may change; what the registry itself gave may be left out. */
function unchangeable(entry: DocumentEntry, registered: DocumentEntry): string {
  const {
    entryUuid: _id,
    version: _version,
    availabilityStatus: _status,
    confidentialityCodes: _codes,
    ...rest
  } = entry;
  return JSON.stringify({
    ...rest,
    logicalId: null,
    uri: null,
    hash: entry.hash ?? registered.hash,
    size: entry.size ?? registered.size,
    repositoryUniqueId: entry.repositoryUniqueId ?? registered.repositoryUniqueId,
  });
}

function apply(
  objects: SubmittedObjects,
  changes: readonly Change[],
  dossier: DossierState,
  { state, caller }: XdsContext,
): void {
  const ids = new GivenIds(state);
  const { registry } = dossier;

  addSets(registry, objects, ids);
  for (const change of changes) {
    const { document } = change.entry;
    if (change.kind === 'status') {
      setStatus(registry.entries, change.entry, change.status);
      continue;
    }

    const { value, node } = change.next;
    const id = ids.of(value.entryUuid);
    const { lid, version } = change.entry;
    setStatus(registry.entries, change.entry, 'deprecated');
    addEntry(state, registry, { id, lid, version: version + 1, document, entry: value, node: ids.renamed(node, id) });
    document.hiddenFromProfessionals = isHidden(value);
    const author = caller?.nameId ?? document.author;
    state.tell(dossier, { kind: 'visibility-changed', uniqueId: document.uniqueId, author, at: state.stamp() });
  }
  addAssociations(registry, objects, ids);
}
