import { TerrESanteError } from '../../errors.ts';
import { utf8Bytes } from '../../internal/bytes.ts';
import { hl7Utc } from '../../internal/hl7-time.ts';
import { isOid, uuidToOid } from '../../internal/oid.ts';
import { systemRuntime, type Runtime } from '../../internal/runtime.ts';
import type { Coded, Visibility } from '../model/document.ts';
import { association, documentStatus } from './constants.ts';
import { confidentialityCodes } from './confidentiality.ts';
import { Serials } from './ebrim.ts';
import type { DocumentEntry, SubmissionSet, XdsAuthor } from '../model/metadata.ts';
import { associationXml, documentEntryXml, member, submissionSetXml } from './write-objects.ts';
import { registryRequest } from './write.ts';
import { type Checks, needed, optionsOf, reading } from '../../internal/border.ts';
import { record, runtime as runtimeCheck, text } from '../../internal/option-checks.ts';

/** Status of a registered document; the last two are French. @group Metadata update */
export type DocumentStatus = keyof typeof documentStatus;

/** Who updates, as the submission set of an update names it. @group Metadata update */
export interface MetadataUpdateOptions {
  readonly author: XdsAuthor;
  /** OID of this installation of the software. */
  readonly sourceId: string;
  readonly contentType: Coded;
  /** @defaultValue an OID made from a new UUID (`2.25.…`) */
  readonly uniqueId?: string | undefined;
  /** Clock and ids. @defaultValue those of the machine */
  readonly runtime?: Runtime | undefined;
}

const updateChecks: Checks<MetadataUpdateOptions> = {
  author: needed(record),
  sourceId: needed(text),
  contentType: needed(record),
  uniqueId: text,
  runtime: runtimeCheck,
};

function updateSet(patientId: string, options: MetadataUpdateOptions, runtime: Runtime): SubmissionSet {
  const uniqueId = options.uniqueId ?? uuidToOid(runtime.ids.uuid());
  if (!isOid(uniqueId) || !isOid(options.sourceId)) {
    throw new TerrESanteError('TE_INPUT_INVALID', "Identifiant de l'envoi ou du logiciel : OID attendu.");
  }

  return {
    id: 'SubmissionSet01',
    submissionTime: hl7Utc(runtime.clock.now()),
    title: null,
    comments: null,
    authors: [options.author],
    contentTypeCode: options.contentType,
    patientId,
    sourceId: options.sourceId,
    uniqueId,
    intendedRecipients: [],
  };
}

function requireRegistered({ entryUuid }: DocumentEntry): void {
  if (!entryUuid.startsWith('urn:uuid:')) {
    throw new TerrESanteError('TE_INPUT_INVALID', 'La fiche doit venir du registre, avec son entryUUID.');
  }
}

/**
 * ITI-57 request that changes the status of a registered document: delete, archive, bring back.
 *
 * Only its author may delete a document, and the update asks for direct authentication (CPS).
 *
 * @param entry - As last read from the registry.
 * @throws TerrESanteError `TE_INPUT_INVALID`
 * @see IHE ITI TF-2, section 3.57; CI-SIS, volet Partage de documents de santé
 * @group Metadata update
 */
export function writeStatusUpdate(
  entry: DocumentEntry,
  change: { readonly from: DocumentStatus; readonly to: DocumentStatus },
  options: MetadataUpdateOptions,
): Uint8Array {
  const given = optionsOf('options', options, updateChecks);
  return reading('entry', () => statusUpdate(entry, change, given));
}

function statusUpdate(
  entry: DocumentEntry,
  change: { readonly from: DocumentStatus; readonly to: DocumentStatus },
  options: MetadataUpdateOptions,
): Uint8Array {
  const { runtime = systemRuntime } = options;
  requireRegistered(entry);
  const serials = new Serials();
  const set = updateSet(entry.patientId, options, runtime);

  return utf8Bytes(
    registryRequest(
      submissionSetXml(set, serials),
      associationXml({
        id: serials.next('as'),
        type: association.updateAvailabilityStatus,
        source: set.id,
        target: entry.entryUuid,
        slots: { OriginalStatus: [documentStatus[change.from]], NewStatus: [documentStatus[change.to]] },
      }),
    ),
  );
}

/**
 * ITI-57 request that changes the visibility marks of a registered document; its level stays.
 *
 * @param entry - The complete entry as last read from the registry, with its logicalId and version.
 * @throws TerrESanteError `TE_INPUT_INVALID`
 * @see IHE ITI TF-2, section 3.57; CI-SIS, volet Partage de documents de santé
 * @group Metadata update
 */
export function writeVisibilityUpdate(
  entry: DocumentEntry,
  visibility: Visibility,
  options: MetadataUpdateOptions,
): Uint8Array {
  const given = optionsOf('options', options, updateChecks);
  return reading('entry', () => visibilityUpdate(entry, visibility, given));
}

function visibilityUpdate(entry: DocumentEntry, visibility: Visibility, options: MetadataUpdateOptions): Uint8Array {
  const { runtime = systemRuntime } = options;
  requireRegistered(entry);
  const { logicalId, version } = entry;
  const level = entry.confidentialityCodes.find(({ code }) => /^[NRV]$/.test(code))?.code;
  if (logicalId === null || version === null || level === undefined) {
    throw new TerrESanteError(
      'TE_INPUT_INVALID',
      'La fiche lue du registre doit porter son logicalId, sa version et son niveau de confidentialité.',
    );
  }

  const serials = new Serials();
  const set = updateSet(entry.patientId, options, runtime);
  const next: DocumentEntry = {
    ...entry,
    entryUuid: `urn:uuid:${runtime.ids.uuid()}`,
    availabilityStatus: null,
    confidentialityCodes: confidentialityCodes(level, visibility),
  };

  return utf8Bytes(
    registryRequest(
      submissionSetXml(set, serials),
      documentEntryXml(next, serials, false),
      associationXml({
        ...member(serials, set.id, next.entryUuid),
        slots: { SubmissionSetStatus: ['Original'], PreviousVersion: [version] },
      }),
    ),
  );
}
