import { explainAssertion } from '../auth/index.ts';
import { checkCda, checkMetadata, checkXdm, type RandomAccessSource } from '../documents/index.ts';
import { isTerrESanteError, TerrESanteError, type CheckReport, type Finding } from '../errors.ts';
import { collect } from '../internal/bytes.ts';
import { checkReport } from '../internal/finding.ts';
import { encodingOf } from '../internal/text.ts';
import { systemRuntime, type Runtime } from '../internal/runtime.ts';
import { memorySource } from '../internal/zip/index.ts';
import { checkIdentityFile } from './check-identity.ts';
import { checkMailFile } from './check-mail.ts';
import { detectKind, looksLikeMessage, type FileKind } from './detect.ts';
import { findingsOf } from './from-error.ts';
import { isMultipart, messageKind, readMessageFile, type MessageFile } from './message/index.ts';
import { messageFindings } from './message-check/check.ts';
import { refusalFinding } from './message-check/refusal.ts';
import { type Checks, optionsOf, readingLater } from '../internal/border.ts';
import { bytes, listOf, runtime, text } from '../internal/option-checks.ts';

/** What was found in one file. @group Checks */
export interface FileReport extends CheckReport {
  readonly kind: FileKind;
}

/** Options of {@link checkFile}. @group Checks */
export interface CheckFileOptions {
  /**
   * DER certificates an assertion must chain to. Without any, its issuer cannot be verified, which
   * is an error.
   */
  readonly anchors?: readonly Uint8Array[] | undefined;
  /**
   * The service an assertion should be for. Without it, a restriction to an audience is only
   * mentioned.
   */
  readonly audience?: string | undefined;
  /** Its clock is the time at which validity is judged. @defaultValue the system's */
  readonly runtime?: Runtime | undefined;
}

const fileChecks: Checks<CheckFileOptions> = { anchors: listOf(bytes), audience: text, runtime };

/** A content that is not an archive is read whole: beyond this it is refused, not read. */
const wholeLimit = 256 * 1024 * 1024;

async function head(source: RandomAccessSource): Promise<Uint8Array> {
  const chunks: Uint8Array[] = [];
  for await (const chunk of source.read(0, Math.min(65_536, source.byteLength))) {
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}

async function checkVihf(
  bytes: Uint8Array,
  { anchors = [], audience, runtime }: CheckFileOptions,
): Promise<readonly Finding[]> {
  // A check of a file does not stand in for the service the assertion was made for.
  const { findings } = await explainAssertion(bytes, {
    anchors,
    runtime,
    audience,
    bystander: audience === undefined,
  });
  return findings;
}

/**
 * The assertion in the header of an envelope around metadata, when the caller asks for it to be
 * verified by giving anchors.
 */
async function headerFindings(bytes: Uint8Array, options: CheckFileOptions): Promise<readonly Finding[]> {
  if (!options.anchors?.length) return [];

  return hasAssertion(bytes) ? checkVihf(bytes, options) : [];
}

function hasAssertion(bytes: Uint8Array): boolean {
  return /<(?:[\w.-]+:)?Assertion[\s>]/.test(new TextDecoder(encodingOf(bytes)).decode(bytes));
}

/** @throws TerrESanteError `TE_TOO_LARGE` */
async function whole(source: RandomAccessSource): Promise<Uint8Array> {
  if (source.byteLength > wholeLimit) {
    throw new TerrESanteError('TE_TOO_LARGE', 'Le fichier est trop grand pour être contrôlé.', {
      details: { bytes: source.byteLength, limit: wholeLimit },
    });
  }
  return collect(source.open());
}

async function check(
  kind: Exclude<FileKind, 'message'>,
  source: RandomAccessSource,
  options: CheckFileOptions,
): Promise<readonly Finding[]> {
  if (kind === 'xdm') return (await checkXdm(source)).findings;

  const bytes = await whole(source);
  switch (kind) {
    case 'identity':
      return checkIdentityFile(bytes, options.runtime ?? systemRuntime);
    case 'cda':
      return (await checkCda(bytes)).findings;
    case 'metadata':
      return [...(await checkMetadata(bytes)).findings, ...(await headerFindings(bytes, options))];
    case 'vihf':
      return checkVihf(bytes, options);
    case 'mail':
      return checkMailFile(bytes);
  }
}

/**
 * Explains what is wrong in a file: identity JSON, CDA, XDS metadata (METADATA.XML, the body or the
 * envelope of a deposit), XDM archive, VIHF (alone or in its SOAP envelope), mail, or a message of
 * SOAP, XDS, PIX or PDQ (request, answer, refusal, bare or in several parts). The kind is
 * recognised by the content. No finding repeats a trait, an identifier or a secret.
 *
 * @param input - Its bytes, or a source such as `fileSource(path)` for a large file.
 * @throws TerrESanteError `TE_INPUT_INVALID` when the content is none of those.
 *
 * @example
 * ```ts
 * import { checkFile } from 'terr-esante-sdk/conformance';
 *
 * const bytes = new TextEncoder().encode('{"traits":{"birthName":"MARTIN"}}');
 * const report = await checkFile(bytes);
 * report.kind; // 'identity'
 * report.findings[0]?.rule; // 'IDENTITY-TRAIT-MISSING'
 * ```
 *
 * @group Checks
 */
export async function checkFile(
  input: Uint8Array | RandomAccessSource,
  options?: CheckFileOptions,
): Promise<FileReport> {
  const given = optionsOf('options', options, fileChecks);
  return readingLater('input', () => judged(input, given));
}

async function judged(input: Uint8Array | RandomAccessSource, options: CheckFileOptions): Promise<FileReport> {
  const source = input instanceof Uint8Array ? memorySource(input) : input;
  const beginning = await head(source);
  const kind = detectKind(beginning);

  const message = await messageReport(kind, beginning, source, options);
  if (message) return message;
  if (kind === null || kind === 'message') return refuseContent();

  try {
    return { kind, ...checkReport(await check(kind, source, options)) };
  } catch (error) {
    return { kind, ...checkReport(findingsOf(error, '/')) };
  }
}

/** @throws TerrESanteError `TE_INPUT_INVALID` */
function refuseContent(): never {
  throw new TerrESanteError(
    'TE_INPUT_INVALID',
    'Contenu non reconnu : identité JSON, CDA, METADATA.XML, archive XDM, VIHF, message SOAP ou mail attendu.',
  );
}

/** The report of a message; `null` for a file of another kind, whose own check tells more. */
async function messageReport(
  detected: FileKind | null,
  beginning: Uint8Array,
  source: RandomAccessSource,
  options: CheckFileOptions,
): Promise<FileReport | null> {
  const isInParts = isMultipart(Buffer.from(beginning));
  const mayBe = detected === null || detected === 'vihf' || detected === 'metadata';
  if (!isInParts && !(mayBe && beginsWithTag(beginning))) return null;

  try {
    const bytes = await whole(source);
    const message = await readMessageFile(bytes);
    const kind = message && messageKind(detected, message);
    if (!message || kind === 'vihf') return null;
    return { kind: kind ?? 'message', ...checkReport(await findingsOfMessage(message, options)) };
  } catch (error) {
    // Metadata cut out of their envelope, and assertions, are explained by their own checks.
    const isOwn = detected === 'metadata' || hasAssertion(beginning);
    const refusal = refusalFinding(error);
    if (!refusal || (!isInParts && (isOwn || !looksLikeMessage(beginning)))) {
      return otherwise(error, detected);
    }
    return { kind: 'message', ...checkReport([refusal]) };
  }
}

/** A file that is no message: left to the check of its kind, or to the one who asked. */
function otherwise(error: unknown, detected: FileKind | null): null {
  if (isTerrESanteError(error) && (detected !== null || error.code === 'TE_XML_INVALID')) return null;
  throw error;
}

async function findingsOfMessage(message: MessageFile, options: CheckFileOptions): Promise<readonly Finding[]> {
  try {
    return [...(await messageFindings(message)), ...(await headerFindings(message.bytes, options))];
  } catch (error) {
    return findingsOf(error, '/');
  }
}

function beginsWithTag(beginning: Uint8Array): boolean {
  return /^(?:\u00EF\u00BB\u00BF|\u00FF\u00FE|\u00FE\u00FF)?[\s\0]*</.test(Buffer.from(beginning).toString('latin1'));
}
