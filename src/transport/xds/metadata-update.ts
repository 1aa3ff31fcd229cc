import { documentStatus } from '../../documents/metadata/constants.ts';
import {
  writeStatusUpdate,
  writeVisibilityUpdate,
  type DocumentEntry,
  type MetadataUpdateOptions,
} from '../../documents/index.ts';
import type { Visibility } from '../../documents/index.ts';
import { needed, optionsOf, refuseArgument, type Checks } from '../../internal/border.ts';
import { choice, record } from '../../internal/option-checks.ts';

type Status = keyof typeof documentStatus;

/**
 * A change of one registered document: of its status, or of its visibility marks. Exactly one.
 *
 * @see IHE ITI TF-2, section 3.57; CI-SIS, volet Partage de documents de santé
 * @group XDS
 */
export interface MetadataUpdate {
  /**
   * As last read from the registry, whole: its status, logicalId and version say what the change
   * starts from.
   */
  readonly entry: DocumentEntry;
  readonly status?: Status | undefined;
  readonly visibility?: Visibility | undefined;
  /** Who changes it, as the submission set of the update says. */
  readonly by: MetadataUpdateOptions;
}

const words = Object.keys(documentStatus) as readonly Status[];
const updateChecks: Checks<MetadataUpdate> = {
  entry: needed(record),
  status: choice(...words),
  visibility: record,
  by: needed(record),
};

/** The body of an ITI-57 request. @throws TerrESanteError `TE_INPUT_INVALID` */
export function writeMetadataUpdate(given: MetadataUpdate): string {
  const { entry, status, visibility, by } = optionsOf('update', given, updateChecks);
  if ((status === undefined) === (visibility === undefined)) {
    refuseArgument('update', 'un seul de status et visibility attendu');
  }

  const request = visibility
    ? writeVisibilityUpdate(entry, visibility, by)
    : writeStatusUpdate(entry, { from: statusOf(entry), to: status ?? 'approved' }, by);
  return Buffer.from(request).toString('utf8');
}

/** A change of status names the one that was read: the registry compares it with its own. */
function statusOf({ availabilityStatus }: DocumentEntry): Status {
  const found = words.find((word) => documentStatus[word] === availabilityStatus);
  return found ?? refuseArgument('update.entry', 'fiche avec son statut attendue');
}
