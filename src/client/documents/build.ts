import type { BuiltDocument, DocumentAuthor, PdfDocumentInput, VsmInput } from '../../documents/index.ts';
import { TerrESanteError } from '../../errors.ts';
import type { PatientInput } from '../../identity/index.ts';
import { optionsOf, type Check, type Checks } from '../../internal/border.ts';
import { anything, callback, callChecks, flag, record } from '../../internal/option-checks.ts';
import { professionalOf, structureOf } from '../../platform/config/people.ts';
import { nationalEnvironment } from '../../platform/environment.ts';
import type { PlatformContext } from '../policy/context.ts';
import type { DepositOptions, PdfDeposit, VsmDeposit } from './model.ts';

/** The consent box has no default: left out, it is one that is not ticked. */
export const depositChecks: Checks<DepositOptions> = {
  ...callChecks,
  patientConsent: flag,
  consent: anything,
  submission: record,
  onProgress: callback,
};

/** The kinds of document that the client builds itself, by the word of their operation. */
export type BuiltKind = 'letter' | 'prescription' | 'report' | 'vsm';

type KindInput = PdfDeposit | VsmDeposit;

type Names<T> = Readonly<Record<Exclude<T extends unknown ? keyof T : never, keyof DepositOptions>, true>>;

/** Everything that a document may say, and nothing else. */
const printedNames: Names<PdfDeposit> = {
  pdf: true,
  title: true,
  type: true,
  codeSet: true,
  classCode: true,
  confidentiality: true,
  visibility: true,
  effectiveTime: true,
  uniqueId: true,
  setId: true,
  replaces: true,
  languageCode: true,
  author: true,
  functionCode: true,
  otherAuthors: true,
  patientDetails: true,
  dataEnterer: true,
  informants: true,
  custodian: true,
  recipients: true,
  legalAuthenticator: true,
  authenticators: true,
  participants: true,
  act: true,
  otherActs: true,
  encounter: true,
};

const { type: _typeIsFixed, ...summaryBase } = printedNames;
const summaryNames: Names<VsmDeposit> = { ...summaryBase, content: true, treatingDoctor: true };

/** Tells the options of the deposit from what the builder takes. */
export function splitInput(
  kind: BuiltKind,
  given: KindInput,
): {
  readonly content: Omit<KindInput, keyof DepositOptions>;
  readonly options: DepositOptions;
} {
  const names = Object.keys(kind === 'vsm' ? summaryNames : printedNames);
  // What the document says is judged by its builder.
  const contentChecks = Object.fromEntries(names.map((name) => [name, anything satisfies Check<unknown>]));
  const checked = optionsOf(kind, given, { ...contentChecks, ...depositChecks } as unknown as Checks<KindInput>);

  const { patientConsent, consent, submission, onProgress, signal, timeoutMs, ...content } = checked;
  return { content, options: { patientConsent, consent, submission, onProgress, signal, timeoutMs } };
}

/**
 * Builds a document of the patient with what the client knows: author and structure of the
 * configuration, default types of the platform, environment.
 *
 * @throws TerrESanteError those of the builder
 */
export async function buildFor(
  context: PlatformContext,
  kind: BuiltKind,
  patient: PatientInput,
  content: Omit<KindInput, keyof DepositOptions>,
  patientConsent: boolean,
): Promise<BuiltDocument> {
  const { config, descriptor, runtime } = context;
  const { author, functionCode, ...rest } = content;

  const input = {
    codeSet: descriptor.documents.typeCodeSet.value,
    ...rest,
    patient,
    author: authorOf(context, author, functionCode),
    patientConsent,
    consentRequired: descriptor.documents.consentRequired.value,
    environment: nationalEnvironment(config.environment),
  };

  const { buildLetter, buildPrescription, buildReport, buildVsm } = await import('../../documents/index.ts');
  switch (kind) {
    case 'letter':
      return buildLetter(input as PdfDocumentInput, { runtime });
    case 'prescription':
      return buildPrescription(input as PdfDocumentInput, { runtime });
    case 'report':
      return buildReport(input as PdfDocumentInput, { runtime });
    case 'vsm':
      return buildVsm(input as VsmInput, { runtime });
  }
}

function authorOf(
  { config }: PlatformContext,
  author: DocumentAuthor | undefined,
  functionCode: PdfDeposit['functionCode'],
): DocumentAuthor {
  if (author === undefined) {
    return { professional: professionalOf(config), structure: structureOf(config), functionCode };
  }

  if (functionCode !== undefined) {
    throw new TerrESanteError('TE_INPUT_INVALID', "La fonction de l'auteur se donne dans author quand il est donné.", {
      details: { argument: 'functionCode' },
    });
  }
  return author;
}
