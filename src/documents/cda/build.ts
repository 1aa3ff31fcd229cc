import { createHash } from 'node:crypto';
import { TerrESanteError, type Finding } from '../../errors.ts';
import { bytesSource, scan, utf8Bytes, type ByteSource } from '../../internal/bytes.ts';
import { systemRuntime, type Runtime } from '../../internal/runtime.ts';
import { element, text, type Xml } from '../../internal/xml/index.ts';
import { formatCodeOf } from '../../nomenclature/index.ts';
import type { BuiltDocument, CdaHeader, Coded, DocumentKind, Visibility } from '../model/document.ts';
import { wrapInBase64 } from './base64-source.ts';
import { defaultTitle, defaultType, maxTitleLength } from './defaults.ts';
import { buildHeader } from './header.ts';
import type { DocumentInput } from './input.ts';
import { templates } from './oids.ts';
import { transmittedIns } from './qualified-ins.ts';
import { resolveType } from './type.ts';
import { invalid, line } from './values.ts';
import { writeDocument } from './write-document.ts';

/** Templates of a document whose body is not structured: these three and no other. */
const nonStructuredTemplates: CdaHeader['templateIds'] = [
  { root: templates.hl7France, extension: null },
  { root: templates.minimalStructure, extension: null },
  { root: templates.nonStructured, extension: null },
];

const levels: ReadonlySet<unknown> = new Set(['N', 'R', 'V']);

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

/**
 * What a record of the host may lack although the types ask for it: said by name, before anything
 * reads it.
 */
function requireParts({ patient, author, otherAuthors }: DocumentInput): void {
  const absent = (value: unknown): boolean => typeof value !== 'object' || value === null;
  if (absent(patient)) throw invalid('patient', 'patient obligatoire');
  for (const [index, one] of [author, ...(otherAuthors ?? [])].entries()) {
    const field = index === 0 ? 'author' : `otherAuthors[${index - 1}]`;
    if (absent(one)) throw invalid(field, 'auteur obligatoire');
    if (!('professional' in one)) continue;
    if (absent(one.professional)) throw invalid(`${field}.professional`, 'professionnel obligatoire');
    if (absent(one.structure)) throw invalid(`${field}.structure`, "structure d'exercice obligatoire");
  }
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

/** A structured body, or the bytes that a document of level 1 holds. */
export type BodyPlan =
  | {
      readonly mediaType: 'application/pdf' | 'text/plain';
      readonly content: ByteSource;
      readonly languageCode?: string | undefined;
    }
  | {
      readonly structured: (header: CdaHeader, runtime: Runtime) => Xml;
      readonly templateIds: CdaHeader['templateIds'];
      readonly actCode?: Coded | undefined;
      /** Readable copy that goes beside the document. */
      readonly pdf: ByteSource | null;
    };

/**
 * Everything that the builders of every kind share: consent, type, identity, header, bytes and
 * digest.
 */
export async function assembleDocument(
  kind: DocumentKind,
  input: DocumentInput,
  body: BodyPlan,
  findings: readonly Finding[],
  runtime: Runtime = systemRuntime,
): Promise<BuiltDocument> {
  requireConsent(input);
  requireParts(input);
  const { codeSet = 'current', confidentiality = 'N' } = input;
  if (!levels.has(confidentiality)) throw invalid('confidentiality', 'N, R ou V attendu');
  const usualType = defaultType(kind, codeSet);
  const code = input.type ?? usualType;
  if (code === null) throw invalid('type', 'type de document obligatoire');
  const resolved = await resolveType(code, input.classCode);
  const identity = transmittedIns(input.patient, input.environment, runtime.clock.now());
  const title = line(input.title ?? defaultTitle(resolved.type), 'title', maxTitleLength);
  const structured = 'structured' in body;
  const header = await buildHeader(
    input,
    {
      type: resolved.type,
      title,
      templateIds: structured ? body.templateIds : nonStructuredTemplates,
      body: structured
        ? { kind: 'structured' }
        : {
            kind: 'non-xml',
            mediaType: body.mediaType,
            ...(body.languageCode === undefined ? {} : { languageCode: body.languageCode }),
          },
      actCode: structured ? body.actCode : undefined,
    },
    identity,
    runtime,
  );
  const content = structured
    ? bytesSource(utf8Bytes(writeDocument(header, body.structured(header, runtime))))
    : nonStructured(header, body.mediaType, body.languageCode, body.content);
  return {
    kind,
    header,
    content,
    sha1: await sha1Of(content),
    pdf: structured ? body.pdf : body.mediaType === 'application/pdf' ? body.content : null,
    visibility: visibility(input.visibility),
    classCode: resolved.classCode,
    formatCode: await formatCodeOf(
      structured ? { templateIds: body.templateIds.map(({ root }) => root) } : { mediaType: body.mediaType },
    ),
    qualifiedIns: identity.ins !== null,
    patientConsent: input.patientConsent,
    findings: [...resolved.findings, ...identity.findings, ...findings],
  };
}

function nonStructured(
  header: CdaHeader,
  mediaType: string,
  languageCode: string | undefined,
  content: ByteSource,
): ByteSource {
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
  return wrapInBase64(utf8Bytes(whole.slice(0, place)), content, utf8Bytes(whole.slice(place)));
}
