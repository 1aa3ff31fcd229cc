import { createHash } from 'node:crypto';
import { TerrESanteError, type Finding } from '../../errors.ts';
import { scan, utf8Bytes, type ByteSource } from '../../internal/bytes.ts';
import { systemRuntime, type Runtime } from '../../internal/runtime.ts';
import { element, text, type Xml } from '../../internal/xml/index.ts';
import { findFormatCode } from '../../nomenclature/index.ts';
import type { BuiltDocument, BuiltHeader, Coded, DocumentKind, Visibility } from '../model/document.ts';
import { fixedSource } from '../model/content.ts';
import { Seals } from '../model/seal.ts';
import { keptInBase64 } from './base64-source.ts';
import { defaultTitle, defaultType, maxTitleLength } from './defaults.ts';
import { buildHeader, type HeaderPlan } from './header.ts';
import type { DocumentAuthor, DocumentInput } from './input.ts';
import { templates } from './oids.ts';
import { transmittedIns } from './qualified-ins.ts';
import { resolveType, type ResolvedType } from './type.ts';
import { invalid, line } from './values.ts';
import { writeDocument } from './write-document.ts';

/** Templates of a document whose body is not structured: these three and no other. */
const nonStructuredTemplates: BuiltHeader['templateIds'] = [
  { root: templates.hl7France, extension: null },
  { root: templates.minimalStructure, extension: null },
  { root: templates.nonStructured, extension: null },
];

const levels: ReadonlySet<unknown> = new Set(['N', 'R', 'V']);

/** Documents that this copy of the SDK made: their header, bytes and hash agree by construction. */
export const builtHere = new Seals<BuiltDocument>();

/** Options of every builder. @group Builders */
export interface BuildOptions {
  /** Clock and ids. @defaultValue those of the machine */
  readonly runtime?: Runtime | undefined;
}

/** A body of level 1: the bytes that the document holds. */
interface WrappedBody {
  readonly mediaType: 'application/pdf' | 'text/plain';
  readonly content: ByteSource;
  readonly languageCode?: string | undefined;
}

/** A body of level 3, written from coded data. */
interface StructuredBody {
  readonly structured: (header: BuiltHeader, runtime: Runtime) => Xml;
  readonly templateIds: BuiltHeader['templateIds'];
  readonly actCode?: Coded | undefined;
  /** Readable copy that goes beside the document. */
  readonly pdf: ByteSource | null;
}

export type BodyPlan = WrappedBody | StructuredBody;

/**
 * Everything that the builders of every kind share: consent, type, identity, header, bytes and
 * digest.
 */
export async function assembleDocument(
  kind: DocumentKind,
  input: DocumentInput,
  body: BodyPlan,
  findings: readonly Finding[],
  { runtime = systemRuntime }: BuildOptions,
): Promise<BuiltDocument> {
  requireConsent(input);
  requireParts(input);

  const resolved = await typeOf(kind, input);
  const identity = transmittedIns(input.patient, input.environment, runtime);
  const title = line(input.title ?? defaultTitle(resolved.type), 'title', maxTitleLength);
  const plan = { type: resolved.type, title, ...headerPartOf(body) };
  const header = await buildHeader(input, plan, identity, runtime);

  const content = await contentWith(header, body, runtime);

  return builtHere.put({
    kind,
    header,
    content,
    sha1: await sha1Of(content),
    pdf: pdfOf(body),
    visibility: visibility(input.visibility),
    classCode: resolved.classCode,
    formatCode: await findFormatCode(
      'structured' in body ? { templateIds: body.templateIds.map(({ root }) => root) } : { mediaType: body.mediaType },
    ),
    qualifiedIns: identity.ins !== null,
    patientConsent: input.patientConsent,
    findings: [...resolved.findings, ...identity.findings, ...findings],
  });
}

/** Consent to the deposit of this document: without it nothing is produced. */
function requireConsent(input: DocumentInput): void {
  if (typeof input.patientConsent !== 'boolean') {
    throw invalid('patientConsent', "true ou false attendu : le consentement du patient n'a pas de valeur par défaut");
  }

  if (!input.patientConsent && input.consentRequired !== false) {
    throw new TerrESanteError(
      'TE_CONSENT_REQUIRED',
      "Le consentement du patient à ce dépôt n'a pas été recueilli : le document n'est pas produit.",
    );
  }
}

/** Run-time check of the required parts, for callers without types. */
function requireParts({ patient, author, otherAuthors = [] }: DocumentInput): void {
  if (isAbsent(patient)) throw invalid('patient', 'patient obligatoire');

  requireAuthor(author, 'author');
  for (const [index, other] of otherAuthors.entries()) requireAuthor(other, `otherAuthors[${index}]`);
}

function requireAuthor(author: DocumentAuthor, field: string): void {
  if (isAbsent(author)) throw invalid(field, 'auteur obligatoire');
  if (!('professional' in author)) return;

  if (isAbsent(author.professional)) throw invalid(`${field}.professional`, 'professionnel obligatoire');
  if (isAbsent(author.structure)) throw invalid(`${field}.structure`, "structure d'exercice obligatoire");
}

function isAbsent(value: unknown): boolean {
  return typeof value !== 'object' || value === null;
}

/**
 * The type of the document and its class: those of the input, else the default ones of the kind.
 */
async function typeOf(kind: DocumentKind, input: DocumentInput): Promise<ResolvedType> {
  const { codeSet = 'current', confidentiality = 'N' } = input;
  if (!levels.has(confidentiality)) throw invalid('confidentiality', 'N, R ou V attendu');

  const usualType = defaultType(kind, codeSet);
  const code = input.type ?? usualType;
  if (code === null) throw invalid('type', 'type de document obligatoire');

  return resolveType(code, input.classCode);
}

/** What the body decides of the header. */
function headerPartOf(body: BodyPlan): Pick<HeaderPlan, 'templateIds' | 'body' | 'actCode'> {
  if ('structured' in body) {
    return { templateIds: body.templateIds, body: { kind: 'structured' }, actCode: body.actCode };
  }

  const { mediaType, languageCode } = body;

  return {
    templateIds: nonStructuredTemplates,
    body: { kind: 'non-xml', mediaType, ...(languageCode === undefined ? {} : { languageCode }) },
  };
}

function contentWith(header: BuiltHeader, body: BodyPlan, runtime: Runtime): Promise<ByteSource> | ByteSource {
  return 'structured' in body
    ? fixedSource(utf8Bytes(writeDocument(header, body.structured(header, runtime))))
    : wrapped(header, body);
}

async function wrapped(header: BuiltHeader, { mediaType, languageCode, content }: WrappedBody): Promise<ByteSource> {
  const whole = writeDocument(
    header,
    element(
      'nonXMLBody',
      null,
      element('text', { mediaType, representation: 'B64' }, text('')),
      languageCode !== undefined && element('languageCode', { code: languageCode }),
    ),
  );

  // The body comes last: the last </text> is the place of the base64.
  const place = whole.lastIndexOf('</text>');

  return keptInBase64(utf8Bytes(whole.slice(0, place)), content, utf8Bytes(whole.slice(place)));
}

/** The PDF inside the document, or the copy that goes beside it. */
function pdfOf(body: BodyPlan): ByteSource | null {
  if ('structured' in body) return body.pdf;
  return body.mediaType === 'application/pdf' ? body.content : null;
}

function visibility(input: Partial<Visibility> = {}): Visibility {
  const { hiddenFromPatient = false, hiddenFromProfessionals = false, hiddenFromLegalRepresentatives = false } = input;
  return { hiddenFromPatient, hiddenFromProfessionals, hiddenFromLegalRepresentatives };
}

async function sha1Of(content: ByteSource): Promise<string> {
  const hash = createHash('sha1');
  for await (const chunk of scan(content)) hash.update(chunk);
  return hash.digest('hex');
}
