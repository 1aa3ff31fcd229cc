import type { Submission } from '../../documents/index.ts';
import type { Visibility } from '../../documents/index.ts';
import { TerrESanteError } from '../../errors.ts';
import type { CallOptions } from '../../internal/abort.ts';
import { sha1Hex } from '../../internal/bytes.ts';
import type { BoundPatient, DocumentPage, DocumentQuery, DocumentRecord } from '../../transport/index.ts';
import { professionalOf, sourceIdOf, structureOf } from '../../platform/config/people.ts';
import type { CallMeta } from '../call.ts';
import type { Called, PlatformContext } from '../policy/context.ts';
import { scopeOf } from './filters.ts';
import type { AccessGround } from '../policy/purpose.ts';
import type { DocumentList, DocumentScope, FetchedDocument } from './search-model.ts';

/** A document as the registry names it: `uniqueId` and SHA-1 in hexadecimal. */
export interface DepositedDocument {
  readonly uniqueId: string;
  readonly sha1: string;
}

/** The documents of a submission as the registry will name them. */
export function documentsOf(submission: Submission): readonly DepositedDocument[] {
  return submission.documents.map(({ entry, document }) => ({ uniqueId: entry.uniqueId, sha1: document.sha1 }));
}

/** Whether the registry holds these very bytes under this uniqueId. */
export function holds(records: readonly DocumentRecord[], { uniqueId, sha1 }: DepositedDocument): boolean {
  return records.some((record) => record.uniqueId === uniqueId && record.sha1?.toLowerCase() === sha1.toLowerCase());
}

/** Whatever may be read. */
export const everything: DocumentScope = { includeDeprecated: true, includeArchived: true, includeHidden: true };

/** How a dossier is read. */
export interface Access extends AccessGround {
  readonly options: CallOptions;
}

/** The registry of one platform: what it lists, and the bytes it gives back. */
export class Registry {
  readonly #context: PlatformContext;

  constructor(context: PlatformContext) {
    this.#context = context;
  }

  /** Whether the platform offers to list documents. */
  get isOffered(): boolean {
    return this.#context.isBound('documents.list');
  }

  /** All documents of a scope, once the whole is there. */
  async list(patient: BoundPatient, scope: DocumentScope, access: Access): Promise<DocumentList> {
    const { query, accepts } = scopeOf(scope);
    const documents: DocumentRecord[] = [];
    let meta: CallMeta | null = null;
    const pages = this.#pages(patient, { ...query, isWhole: true }, 'documents.list', access);
    for await (const page of pages) {
      documents.push(...page.value.documents.filter((record) => accepts(record)));
      meta = page.meta;
    }
    if (meta === null) throw new TerrESanteError('TE_INTERNAL', 'Erreur interne.');
    return { documents, banner: access.purpose === 'emergency', meta };
  }

  /** The documents of a query, page by page, whoever is to judge them. */
  async *search(
    patient: BoundPatient,
    query: DocumentQuery,
    access: Access,
  ): AsyncGenerator<readonly DocumentRecord[], void, undefined> {
    for await (const { value } of this.#pages(patient, query, 'documents.search', access)) yield value.documents;
  }

  #pages(
    patient: BoundPatient,
    query: DocumentQuery,
    action: string,
    { purpose, reason, options }: Access,
  ): AsyncGenerator<Called<DocumentPage>, void, undefined> {
    return this.#context.pages<DocumentPage>({
      operation: 'documents.list',
      patient,
      purpose,
      reason,
      access: { action },
      options,
      send: ({ documents }) => documents?.search?.bind(documents, patient, query),
    });
  }

  /** Sets the visibility marks of a document in the name of the professional of the client. */
  async setVisibility(
    patient: BoundPatient,
    uniqueId: string,
    visibility: Visibility,
    options: CallOptions,
  ): Promise<{ readonly meta: CallMeta }> {
    const { config } = this.#context;
    const sourceId = sourceIdOf(config);
    const { updaterOf } = await import('../../documents/submission/updater.ts');
    const by = { ...(await updaterOf(professionalOf(config), structureOf(config))), sourceId };

    const { meta } = await this.#context.call({
      operation: 'documents.list',
      patient,
      purpose: 'normal',
      access: { action: 'documents.setVisibility', object: uniqueId },
      options,
      send: ({ documents }) => documents?.setVisibility?.bind(documents, patient, { uniqueId, visibility, by }),
    });
    return { meta };
  }

  /**
   * Bytes of one document, compared with what the registry announced.
   *
   * @throws TerrESanteError `TE_NOT_FOUND`, `TE_TOO_LARGE`, `TE_PROTOCOL`
   */
  async fetch(patient: BoundPatient, uniqueId: string, access: Access): Promise<FetchedDocument> {
    const { documents: listed, banner, meta: listing } = await this.list(patient, everything, access);
    const { correlationId } = listing;
    const { purpose, reason, options } = access;
    const record = listed.find((item) => item.uniqueId === uniqueId);
    if (!record) {
      throw new TerrESanteError('TE_NOT_FOUND', "Ce document n'est pas dans le dossier.", { correlationId });
    }

    const maxBytes = this.#context.descriptor.limits.maxDocumentBytes.value;
    const { size, sha1 } = record;
    if (size !== null && size > maxBytes) {
      throw new TerrESanteError('TE_TOO_LARGE', 'Le document dépasse la taille admise.', {
        details: { bytes: size, maxBytes },
        correlationId,
      });
    }

    const { value, meta } = await this.#context.call({
      operation: 'documents.list',
      patient,
      purpose,
      reason,
      access: { action: 'documents.fetch', object: uniqueId },
      options,
      send: ({ documents }) => documents?.fetch?.bind(documents, patient, uniqueId, size ?? maxBytes),
    });

    const isAnnounced = (size === null || value.length === size) && (sha1 === null || sha1Hex(value) === sha1);
    if (!isAnnounced) {
      throw new TerrESanteError(
        'TE_PROTOCOL',
        "Le document reçu n'est pas celui qui est annoncé : il n'est pas rendu.",
        { details: { bytes: value.length, expectedBytes: size }, correlationId: meta.correlationId },
      );
    }
    return { bytes: new Uint8Array(value), banner, meta };
  }
}
