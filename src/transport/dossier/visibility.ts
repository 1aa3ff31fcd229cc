import type { DocumentEntry, Visibility } from '../../documents/index.ts';
import type { CallOptions } from '../../internal/abort.ts';
import type { Runtime } from '../../internal/runtime.ts';
import type { VisibilityChange } from '../binding/model.ts';
import type { XdsClient } from '../xds/model.ts';
import { visibilityOf } from './document-record.ts';

/**
 * Changes the visibility marks of the version in force of a document. Marks that are as asked are
 * left alone: each change is a new version of the entry.
 *
 * @throws RegistryRefusal (`TE_CONFLICT` when somebody else changed the entry meanwhile);
 *   TerrESanteError `TE_NOT_FOUND`
 * @see IHE ITI TF-2, section 3.57; CI-SIS, volet Partage de documents de santé
 */
export async function setVisibility(
  registry: XdsClient,
  { uniqueId, visibility, by }: VisibilityChange,
  runtime: Runtime,
  call: CallOptions,
): Promise<void> {
  const entry = await registry.currentEntry(uniqueId, call);
  if (isAlready(entry, visibility)) return;
  await registry.updateMetadata({ entry, visibility, by: { ...by, runtime } }, call);
}

function isAlready(entry: DocumentEntry, wanted: Visibility): boolean {
  const now = visibilityOf(entry);
  return Object.entries(wanted).every(([name, isHidden]) => now[name as keyof Visibility] === isHidden);
}
