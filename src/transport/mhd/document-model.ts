import type { LocalIdentifier, PatientInput } from '../../identity/index.ts';
import type { CallOptions } from '../../internal/abort.ts';
import type { FhirPatientIdentityOptions } from '../patients/fhir/model.ts';

/** Options of `createFhirDocuments`. @group FHIR */
export interface FhirDocumentsOptions extends Omit<FhirPatientIdentityOptions, 'dialect'> {
  /** Longest document, in bytes. @defaultValue `104_857_600` */
  readonly maxDocumentBytes?: number | undefined;
}

/** What a server says of a document; nothing is completed. @group FHIR */
export interface FhirDocument {
  /** Of its description at the server. */
  readonly id: string;
  /** OID, or the identifier as it is written; `null` without one. */
  readonly uniqueId: string | null;
  readonly status: string | null;
  /** Another document that was read says that it takes its place, whatever its own status. */
  readonly isReplaced: boolean;
  readonly title: string | null;
  /** Codes of its type, for example `11490-0`. */
  readonly typeCodes: readonly string[];
  readonly classCodes: readonly string[];
  /** When the server recorded it, in UTC; `null` when it is not said or no moment. */
  readonly date: string | null;
  readonly mimeType: string | null;
  /** In bytes. */
  readonly size: number | null;
  /** SHA-1, 40 digits. */
  readonly hash: string | null;
}

/** Documents of a patient, and their bytes, at a FHIR server. @group FHIR */
export interface FhirDocuments {
  /**
   * ITI-67. The documents of a patient, page after page, without the notes of a liaison book. What
   * came before a failure has been given.
   *
   * @throws TerrESanteError `TE_NOT_FOUND` (unknown patient), `TE_IDENTITY_AMBIGUOUS`,
   *   `TE_PROTOCOL` when a document is another patient's or the pages go round
   */
  search(
    patient: LocalIdentifier | PatientInput,
    options?: CallOptions & {
      /** @defaultValue `['current']` */
      readonly status?: readonly ('current' | 'superseded')[] | undefined;
      /** Codes of types, without their system. */
      readonly typeCodes?: readonly string[] | undefined;
    },
  ): AsyncGenerator<{
    readonly documents: readonly FhirDocument[];
    /** As the server announces, less the notes read so far; `null` when it announces none. */
    readonly total: number | null;
    /** What is odd about it, such as a warning of the server. */
    readonly told: readonly string[];
  }>;

  /**
   * ITI-68. The bytes of a document, whose description is read first.
   *
   * @param id - of the description
   * @throws TerrESanteError `TE_NOT_FOUND`; `TE_PROTOCOL` when the bytes are not those that are
   *   described, or are on another server
   */
  fetch(
    id: string,
    options?: CallOptions,
  ): Promise<{ readonly document: FhirDocument; readonly bytes: Uint8Array; readonly told: readonly string[] }>;
}
