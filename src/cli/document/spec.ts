import {
  buildDocument,
  documentKinds,
  type BuiltDocument,
  type ByteSource,
  type CdaInput,
  type DocumentInput,
  type DocumentKind,
  type SubmissionOptions,
  type VsmContent,
  type VsmInput,
} from '../../documents/index.ts';
import { descriptionRules } from '../../conformance/rules/description.ts';
import { TerrESanteError, type Finding } from '../../errors.ts';
import { finding } from '../../internal/finding.ts';
import { decodeText } from '../../internal/text.ts';
import type { ComposeDepositOptions } from '../../transport/index.ts';
import { nearestName, readShape } from './shape.ts';
import { shapeOf } from './spec-shape.ts';

/** One submission of one document, as a specification describes it. */
export interface DocumentSpec extends Omit<DocumentInput, 'type'> {
  readonly kind: DocumentKind;
  readonly type?: CdaInput['type'] | undefined;
  /** Path of the PDF, from the folder of the specification. */
  readonly pdf?: string | undefined;
  readonly text?: string | undefined;
  readonly contentLanguageCode?: string | undefined;
  readonly content?: VsmContent | undefined;
  readonly treatingDoctor?: Extract<VsmInput, { content: VsmContent }>['treatingDoctor'];
  readonly submission: Omit<SubmissionOptions, 'details' | 'folders' | 'author'>;
  readonly metadata?: Pick<NonNullable<SubmissionOptions['details']>[string], 'comments' | 'referenceIds'> | undefined;
  readonly mail?: SpecMail | undefined;
}

export type SpecMail = Omit<ComposeDepositOptions, 'from' | 'runtime'> & {
  readonly from: { readonly address: string; readonly label?: string | undefined };
};

export const kindNames = Object.keys(documentKinds) as readonly DocumentKind[];

function refuse(findings: readonly Finding[]): never {
  throw new TerrESanteError('TE_INPUT_INVALID', 'La description du document est refusée.', { findings });
}

const isKind = (value: unknown): value is DocumentKind =>
  typeof value === 'string' && Object.hasOwn(documentKinds, value);

/**
 * Reads a specification, in UTF-8 or in UTF-16 with a mark. Every key must be known where it
 * stands: a misspelt one would be a choice silently lost.
 *
 * @throws TerrESanteError `TE_INPUT_INVALID` with every problem as a finding; no value is repeated
 */
export function parseSpec(bytes: Uint8Array): DocumentSpec {
  const text = decodeText(bytes);
  if (text === null) throw new TerrESanteError('TE_INPUT_INVALID', "La description n'est pas en UTF-8.");

  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    // The parser quotes the text around the fault: its message is not kept.
    throw new TerrESanteError('TE_INPUT_INVALID', "La description n'est pas du JSON bien formé.");
  }

  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    throw new TerrESanteError('TE_INPUT_INVALID', "La description n'est pas un objet JSON.");
  }

  const kind: unknown = Object.hasOwn(value, 'kind') ? (value as { kind: unknown }).kind : undefined;
  if (!isKind(kind)) {
    refuse([unknownKind(kind)]);
  }

  const findings: Finding[] = [];
  const spec = readShape(value, shapeOf(kind), '$', findings);
  if (findings.length > 0) refuse(findings);
  return spec as DocumentSpec;
}

/** A kind that is absent, misspelt or none. */
function unknownKind(kind: unknown): Finding {
  const place = { path: '$.kind', expected: kindNames.join(', ') };
  if (kind === undefined) return finding(descriptionRules, 'SPEC-MISSING', place);

  const meant = typeof kind === 'string' ? nearestName(kind, kindNames) : null;
  if (meant === null) return finding(descriptionRules, 'SPEC-TYPE', place);
  return finding(descriptionRules, 'SPEC-MISSPELT', { ...place, values: { meant } });
}

/** Builds the document that a specification describes: the shape of its kind was checked. */
export async function buildSpec(spec: DocumentSpec, pdf: ByteSource | undefined): Promise<BuiltDocument> {
  const { kind, submission: _submission, metadata: _metadata, mail: _mail, pdf: _path, ...input } = spec;
  return buildDocument(kind, { ...input, ...(pdf && { pdf }) } as Parameters<typeof buildDocument>[1]);
}
