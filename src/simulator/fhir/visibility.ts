import { codeSystemOf } from '../../documents/fhir/systems.ts';
import type { DocumentEntry } from '../../documents/index.ts';
import { isObject, objects, type Json } from '../../internal/json/index.ts';
import { objectsOfMetadata } from '../registry/from-metadata.ts';
import { addEntry, GivenIds, setStatus } from '../registry/register.ts';
import type { RegisteredEntry } from '../state/registered.ts';
import type { DossierState } from '../state/state.ts';
import { isHidden } from '../xds/judge-document.ts';
import { readRefusal } from './access.ts';
import { uuidOf } from './documents.ts';
import { elementsAt, isSameJson } from './elements.ts';
import { fhirNames } from './names.ts';
import { refused } from './refusal.ts';
import type { FhirView } from './view.ts';

/** Most steps of one patch. */
const maxSteps = 50;

/** Labels and archiving as a patch leaves them. */
interface Patched {
  labels: readonly unknown[];
  isArchived: boolean;
}

/**
 * Changes who sees a document, or archives it: a JSON patch of its labels. A `test` of all of them
 * guards it; nothing else of a description changes.
 *
 * @see ANS, PDSm 3.1.1, flow 3; RFC 6902
 * @throws FhirRefusal
 */
export function patchVisibility(view: FhirView, id: string, patch: unknown): void {
  const { state } = view.world;
  const description = view.byId('DocumentReference', id);
  const dossier = state.all().find(({ registry }) => registry.entries.some(({ lid }) => uuidOf(lid) === id));
  const current = dossier?.registry.entries.findLast(({ lid }) => uuidOf(lid) === id);
  if (!description || !dossier || !current) throw refused('SIM-FHIR-NOT-FOUND');
  requireWriter(view, dossier);

  const before = { labels: elementsAt(description, 'securityLabel'), isArchived: current.status === 'archived' };
  const after = patched(before, patch);
  if (!isSameJson(after.labels, before.labels)) relabel(view, dossier, current, after.labels);
  if (after.isArchived !== before.isArchived) {
    const latest = dossier.registry.entries.findLast(({ lid }) => lid === current.lid) ?? current;
    setStatus(dossier.registry.entries, latest, after.isArchived ? 'archived' : 'approved');
    dossier.lastUpdate = state.now;
  }
}

function requireWriter({ world, caller }: FhirView, dossier: DossierState): void {
  const rule = readRefusal(world.state, caller, dossier);
  if (rule !== null) throw refused(rule);
  if (caller === null) return;
  if (caller.resourceId === null) throw refused('SIM-FHIR-OTHER-PATIENT');
  if (caller.purpose !== 'normal') throw refused('SIM-FHIR-PURPOSE');
}

function patched(before: Patched, patch: unknown): Patched {
  const steps = objects(patch);
  if (!Array.isArray(patch) || steps.length !== patch.length || steps.length === 0) throw refused('SIM-FHIR-PATCH');
  if (steps.length > maxSteps) throw refused('SIM-FHIR-TOO-MANY');
  return steps.reduce<Patched>(step, before);
}

function step({ labels, isArchived }: Patched, { op, path, value }: Json): Patched {
  if (path === '/securityLabel' && op === 'test') {
    if (!isSameJson(value, labels)) throw refused('SIM-FHIR-PATCH-TEST', 'DocumentReference.securityLabel');
    return { labels, isArchived };
  }
  if (path === '/securityLabel/-' && op === 'add') return { labels: [...labels, value], isArchived };

  const [, index] = /^\/securityLabel\/(\d{1,3})$/.exec(String(path)) ?? [];
  if (index !== undefined && op === 'remove' && Number(index) < labels.length) {
    return { labels: labels.filter((_label, place) => place !== Number(index)), isArchived };
  }
  if ((path === '/extension' || path === '/extension/-') && op === 'add') {
    return { labels, isArchived: archivingOf(value) };
  }
  throw refused('SIM-FHIR-PATCH-PATH');
}

function archivingOf(value: unknown): boolean {
  const [extension] = Array.isArray(value) ? objects(value) : [value].filter(isObject);
  const flag = extension?.['valueBoolean'];
  if (extension?.['url'] !== fhirNames.isArchived || typeof flag !== 'boolean') throw refused('SIM-FHIR-PATCH-PATH');
  return flag;
}

/** A new version of the entry, as ITI-57 makes it. */
function relabel(
  { world: { state }, caller }: FhirView,
  dossier: DossierState,
  current: RegisteredEntry,
  labels: readonly unknown[],
): void {
  if (current.status !== 'approved') throw refused('SIM-FHIR-PATCH-STATUS');
  const { registry } = dossier;
  const { entry, document, lid, version } = current;
  const ids = new GivenIds(state);
  const id = ids.of('');
  const next: DocumentEntry = { ...entry, entryUuid: id, confidentialityCodes: labels.map(labelOf) };
  const levels = next.confidentialityCodes.filter(({ code }) => /^[NRV]$/.test(code));
  if (levels.length !== 1) throw refused('SIM-FHIR-VALUE', 'DocumentReference.securityLabel');

  const [written] = objectsOfMetadata({ submissionSets: [], documents: [next], folders: [], associations: [] }).entries;
  if (!written) throw refused('SIM-FHIR-VALUE', 'DocumentReference.securityLabel');
  setStatus(registry.entries, current, 'deprecated');
  const node = ids.renamed(written.node, id);
  addEntry(state, registry, { id, lid, version: version + 1, document, entry: next, node });
  document.hiddenFromProfessionals = isHidden(next);
  const author = caller?.nameId ?? document.author;
  state.tell(dossier, { kind: 'visibility-changed', uniqueId: document.uniqueId, author, at: state.stamp() });
}

function labelOf(label: unknown): DocumentEntry['confidentialityCodes'][number] {
  const [coding] = isObject(label) ? objects(label['coding']) : [];
  const { system, code, display } = coding ?? {};
  if (typeof system !== 'string' || typeof code !== 'string' || code === '') {
    throw refused('SIM-FHIR-VALUE', 'DocumentReference.securityLabel');
  }
  return { code, codeSystem: codeSystemOf(system), displayName: typeof display === 'string' ? display : code };
}
