import type { ByteSource } from '../../internal/bytes.ts';
import { soapNames } from '../../internal/soap/index.ts';
import { element, fragment, type Xml } from '../../internal/xml/index.ts';
import { ns } from '../metadata/constants.ts';
import { contentToWrite } from '../model/content.ts';
import { submitObjects } from '../metadata/write.ts';
import type { DocumentEntry } from '../model/metadata.ts';
import type { Submission } from '../model/submission.ts';
import { reading } from '../../internal/border.ts';

/** One binary part of an ITI-41 request. @group Submission */
export interface ProvidedDocument {
  /** Id of the ExtrinsicObject. */
  readonly id: string;
  /**
   * Without angle brackets: `cid:` plus this is the reference in the body, `<…>` around it the
   * header of the part.
   */
  readonly contentId: string;
  readonly mimeType: string;
  readonly content: ByteSource;
}

function include({ id, contentId }: ProvidedDocument): Xml {
  return element(
    'xds:Document',
    { id },
    element('xop:Include', {
      'xmlns:xop': soapNames.xop,
      href: `cid:${encodeURIComponent(contentId).replaceAll('%40', '@')}`,
    }),
  );
}

/**
 * The payload of Provide and Register Document Set-b: the same registry objects as METADATA.XML,
 * without the `URI` slot, and one part per document.
 *
 * @see IHE ITI TF-2, section 3.41; CI-SIS, volet Partage de documents de santé
 * @group Submission
 */
export function writeProvideAndRegister(submission: Submission): {
  /** `ProvideAndRegisterDocumentSetRequest`, canonical XML without declaration. */
  readonly body: string;
  readonly documents: readonly ProvidedDocument[];
} {
  return reading('submission', () => requestOf(submission));
}

function requestOf(submission: Submission): {
  /** `ProvideAndRegisterDocumentSetRequest`, canonical XML without declaration. */
  readonly body: string;
  readonly documents: readonly ProvidedDocument[];
} {
  const { submissionSet, signature } = submission;
  const provided = ({ entryUuid, mimeType, hash }: DocumentEntry, content: ByteSource): ProvidedDocument => ({
    id: entryUuid,
    contentId: `${entryUuid}.${submissionSet.uniqueId}@terr-esante-sdk`,
    mimeType,
    content: contentToWrite(content, hash),
  });

  const documents = [
    ...submission.documents.map(({ entry, document }) => provided(entry, document.content)),
    ...(signature ? [provided(signature.entry, signature.content)] : []),
  ];
  const body = element(
    'xds:ProvideAndRegisterDocumentSetRequest',
    { 'xmlns:xds': ns.xds },
    fragment(submitObjects(submission, false)),
    ...documents.map(include),
  );

  return { body, documents };
}
