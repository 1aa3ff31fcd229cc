import { TerrESanteError } from '../../errors.ts';
import { isOid, uuidToOid } from '../../internal/oid.ts';
import type { Runtime } from '../../internal/runtime.ts';
import { association } from '../metadata/constants.ts';
import type { Association, Folder } from '../model/metadata.ts';
import type { Coded } from '../model/document.ts';
import type { SubmissionDocument } from '../model/submission.ts';

/**
 * How a new document relates to one that a registry holds.
 *
 * @see IHE ITI TF-3, section 4.2.2.2
 * @group Submission
 */
export interface DocumentRelation {
  readonly kind: 'replaces' | 'appends' | 'transforms' | 'transforms-and-replaces';
  /**
   * entryUUID of the document in the registry (`urn:uuid:…`), found by a query; not its uniqueId.
   */
  readonly entryUuid: string;
}

/** A folder (classeur) that the submission creates, with all its documents. @group Submission */
export interface FolderInput {
  readonly title: string;
  readonly codes: readonly Coded[];
  readonly comments?: string | undefined;
  /** OID. @defaultValue an OID made from a new UUID (`2.25.…`) */
  readonly uniqueId?: string | undefined;
}

const types = {
  replaces: association.replace,
  appends: association.append,
  transforms: association.transform,
  'transforms-and-replaces': association.transformAndReplace,
} as const;

const uuid = /^urn:uuid:[0-9a-fA-F]{8}(?:-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}$/;

export function requireEntryUuid(value: string): string {
  if (!uuid.test(value)) {
    throw new TerrESanteError('TE_INPUT_INVALID', 'entryUUID attendu : urn:uuid: suivi de 36 caractères.');
  }
  return value;
}

export function relationsOf(source: string, relations: readonly DocumentRelation[]): Association[] {
  return relations.map(({ kind, entryUuid }, index) => ({
    id: `${source}-relation${String(index + 1)}`,
    type: types[kind],
    source,
    target: requireEntryUuid(entryUuid),
    slots: {},
  }));
}

/** Folders, and the membership of every document in each. */
export function foldersOf(
  inputs: readonly FolderInput[],
  documents: readonly SubmissionDocument[],
  runtime: Runtime,
): { folders: Folder[]; associations: Association[] } {
  const [first] = documents;
  if (!first) throw new TerrESanteError('TE_INTERNAL', 'Envoi sans document.');

  const { patientId } = first.entry;
  const folders = inputs.map(({ title, codes, comments = null, uniqueId }, index): Folder => {
    const oid = uniqueId ?? uuidToOid(runtime.ids.uuid());
    if (title === '' || codes.length === 0 || !isOid(oid)) {
      throw new TerrESanteError('TE_INPUT_INVALID', 'Un classeur a un titre, au moins un code et un OID.');
    }
    const id = `Folder${String(index + 1).padStart(2, '0')}`;
    return { id, title, comments, codes, patientId, uniqueId: oid, lastUpdateTime: null };
  });

  const associations = folders.flatMap(({ id }) =>
    documents.map(({ entry }) => ({
      id: `${id}-${entry.entryUuid}`,
      type: association.hasMember,
      source: id,
      target: entry.entryUuid,
      slots: {},
    })),
  );

  return { folders, associations };
}
