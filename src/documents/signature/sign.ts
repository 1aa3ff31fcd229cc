import { createHash } from 'node:crypto';
import type { SigningProvider } from '../../auth/index.ts';
import { withDeadline, type CallOptions } from '../../internal/abort.ts';
import { TerrESanteError } from '../../errors.ts';
import { scan, sha1Hex, utf8Bytes, type ByteSource } from '../../internal/bytes.ts';
import { hl7Utc, isoUtc } from '../../internal/hl7-time.ts';
import { uuidToOid } from '../../internal/oid.ts';
import { systemRuntime, type Runtime } from '../../internal/runtime.ts';
import { fragment, xmlDeclaration } from '../../internal/xml/index.ts';
import { association } from '../metadata/constants.ts';
import { confidentialityCodes } from '../metadata/confidentiality.ts';
import type { DocumentEntry } from '../model/metadata.ts';
import { fixedSource } from '../model/content.ts';
import type { Submission } from '../model/submission.ts';
import { isSoundByConstruction, markSubmission } from '../submission/made.ts';
import { manifest, signature, signedInfo, signedProperties, type ManifestEntry } from './xades.ts';
import { optionsOf, readingLater } from '../../internal/border.ts';
import { callChecks, runtime as runtimeCheck } from '../../internal/option-checks.ts';

/** Options of {@link signSubmission}. @group Submission */
export interface SignSubmissionOptions extends CallOptions {
  /** Clock and ids. @defaultValue those of the machine */
  readonly runtime?: Runtime | undefined;
}

async function sha256Of(content: ByteSource): Promise<Uint8Array> {
  const hash = createHash('sha256');
  for await (const chunk of scan(content)) hash.update(chunk);
  return hash.digest();
}

/** The DocumentEntry of a signature: fixed codes, hidden from the professionals and the patient. */
function signatureEntry({ submissionSet, documents }: Submission, bytes: Uint8Array, runtime: Runtime): DocumentEntry {
  const [author] = submissionSet.authors;
  const first = documents[0]?.entry;
  if (!author || !first) throw new TerrESanteError('TE_INPUT_INVALID', "L'envoi n'a pas d'auteur ou pas de document.");

  const now = hl7Utc(runtime.clock.now());

  return {
    entryUuid: 'Signature01',
    logicalId: null,
    version: null,
    mimeType: 'text/xml',
    availabilityStatus: null,

    // Who and when.
    authors: [author],
    legalAuthenticator: author.person,
    title: 'Source',
    comments: null,
    creationTime: now,
    serviceStartTime: now,
    serviceStopTime: null,

    // Codes of a signature: fixed.
    languageCode: 'art',
    classCode: {
      code: 'urn:oid:1.3.6.1.4.1.19376.1.2.1.1.1',
      codeSystem: 'URN',
      displayName: 'Digital Signature',
    },
    typeCode: { code: 'E1762', codeSystem: 'ASTM', displayName: 'Full Document' },
    confidentialityCodes: confidentialityCodes('N', {
      hiddenFromProfessionals: true,
      hiddenFromPatient: true,
      hiddenFromLegalRepresentatives: false,
    }),
    formatCode: {
      code: 'http://www.w3.org/2000/09/xmldsig#',
      codeSystem: 'URN',
      displayName: 'Default Signature Style',
    },

    // Taken from the first document.
    healthcareFacilityTypeCode: first.healthcareFacilityTypeCode,
    practiceSettingCode: first.practiceSettingCode,
    eventCodes: [{ code: '1.2.840.10065.1.12.1.14', codeSystem: '1.2.840.10065.1.12', displayName: 'Source' }],
    patientId: first.patientId,
    sourcePatientId: first.sourcePatientId,
    sourcePatientInfo: [],

    // The bytes.
    hash: sha1Hex(bytes),
    size: bytes.length,
    uri: 'SIGN0001.XML',
    repositoryUniqueId: null,
    uniqueId: uuidToOid(runtime.ids.uuid()),
    referenceIds: [],
  };
}

/**
 * Signs a submission set: one XAdES signature over a manifest of its documents, added to it as one
 * more document.
 *
 * Off unless it is called: the DMP asks for it, no published text says that Terr-eSanté or a mail
 * does. The documents are digested as they stand (SHA-256); the target system defines form, level
 * and algorithms, and published reference code still uses SHA-1 and a canonical form of the CDA,
 * which is not offered here.
 *
 * @returns The same submission with its signature; every channel then carries it.
 * @throws TerrESanteError `TE_INPUT_INVALID` (signed already), `TE_CANCELLED`, `TE_TIMEOUT`, and
 *   what the provider throws
 * @see IHE ITI TF-3, section 5.5 (Document Digital Signature); CI-SIS, volet Partage de documents
 *   de santé
 * @group Submission
 */
export async function signSubmission(
  submission: Submission,
  provider: SigningProvider,
  options?: SignSubmissionOptions,
): Promise<Submission> {
  const given = optionsOf('options', options, { ...callChecks, runtime: runtimeCheck });
  const { signal, timeoutMs } = given;
  return withDeadline(
    { signal, timeoutMs },
    () => readingLater('submission', () => signed(submission, provider, given)),
    "La signature de l'envoi tarde trop.",
  );
}

async function signed(
  submission: Submission,
  provider: SigningProvider,
  options: SignSubmissionOptions,
): Promise<Submission> {
  const { runtime = systemRuntime, signal, timeoutMs } = options;
  const call = { signal, timeoutMs };
  if (submission.signature) throw new TerrESanteError('TE_INPUT_INVALID', "L'envoi est déjà signé.");

  const [certificate] = await provider.certificates(call);
  if (!certificate) throw new TerrESanteError('TE_CERTIFICATE_INVALID', 'Aucun certificat de signature.');

  const entries: ManifestEntry[] = [];

  for (const { entry, document } of submission.documents) {
    entries.push({ uniqueId: entry.uniqueId, digest: await sha256Of(document.content) });
  }

  const manifestXml = manifest(submission.submissionSet.uniqueId, entries);
  const propertiesXml = signedProperties(certificate, isoUtc(runtime.clock.now()));
  const info = signedInfo(manifestXml, propertiesXml);
  const value = await provider.sign('rsa-sha256', utf8Bytes(info), call);
  const bytes = utf8Bytes(fragment(xmlDeclaration, signature(info, value, certificate, manifestXml, propertiesXml)));
  const entry = signatureEntry(submission, bytes, runtime);

  const { associations = [] } = submission;
  const signs = {
    id: 'signs01',
    type: association.signs,
    source: entry.entryUuid,
    target: submission.submissionSet.id,
    slots: {},
  };

  return markSubmission(
    { ...submission, signature: { entry, content: fixedSource(bytes) }, associations: [...associations, signs] },
    isSoundByConstruction(submission),
  );
}
