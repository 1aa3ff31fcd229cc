import type { ByteSource } from '../../internal/bytes.ts';
import { all } from '../cda/all.ts';
import { assembleDocument, type BuildOptions } from '../cda/build.ts';
import { requireCode } from '../cda/codes.ts';
import { contentOf } from '../cda/content.ts';
import type { DocumentInput, DocumentParticipant, ProfessionalRole } from '../cda/input.ts';
import { oids, templates } from '../cda/oids.ts';
import { invalid } from '../cda/values.ts';
import { buildFromPdf } from '../cda/wrap.ts';
import type { BuiltDocument, Coded } from '../model/document.ts';
import { requireSafePdf } from '../pdf/inspect.ts';
import { vsmBody, type ResolvedContent } from './body.ts';
import type { VsmContent } from './content.ts';
import { itemsOf, requireNormalised } from './normalised.ts';
import { optionsOf, readingLater } from '../../internal/border.ts';
import { buildChecks } from '../cda/build-checks.ts';

/** The code that the model fixes for the act, with its exact label. */
const summaryAct: Coded = { code: '34117-2', codeSystem: oids.loinc, displayName: 'Historique et clinique' };

/** Input of a summary: structured with `content`, unstructured with `pdf` alone. @group VSM */
export type VsmInput = Omit<DocumentInput, 'type'> &
  (
    | {
        readonly content: VsmContent;
        /** A readable copy to go beside the structured document. */
        readonly pdf?: Uint8Array | ByteSource | undefined;
        /** Default: the first author when that professional has the function `PCP`. */
        readonly treatingDoctor?: Pick<ProfessionalRole, 'professional' | 'structure'> | undefined;
      }
    | { readonly pdf: Uint8Array | ByteSource; readonly content?: undefined }
  );

/** Finds the codes of the relatives, and refuses a code outside the value set of its model. */
async function resolve(content: VsmContent): Promise<ResolvedContent> {
  await all(itemsOf(content.allergies), async ({ kind }, index) => {
    if (kind) await requireCode('allergyKind', kind.code, `content.allergies[${index}].kind`);
  });
  await all(itemsOf(content.habits), async ({ code }, index) => {
    if (code) await requireCode('socialHistory', code.code, `content.habits[${index}].code`);
  });

  const { familyHistory, ...rest } = content;
  if (familyHistory === undefined || familyHistory === 'none') return { ...rest, familyHistory };

  const resolved = await all(familyHistory, async (item, index) => {
    const field = `content.familyHistory[${index}].relation`;
    // A guardian or a curator is a relation of the patient, and no relative.
    await requireCode('familyRelation', item.relation, field);
    return { ...item, relationCode: await requireCode('relation', item.relation, field) };
  });

  return { ...rest, familyHistory: resolved };
}

/**
 * The model names the treating doctor as an informant participant, unless the caller already did.
 */
function withTreatingDoctor(
  input: DocumentInput,
  doctor: Pick<ProfessionalRole, 'professional' | 'structure'> | undefined,
): DocumentInput {
  const { participants = [], author } = input;
  if (participants.some(({ typeCode, functionCode }) => typeCode === 'INF' && functionCode === 'PCP')) return input;

  const treating = doctor ?? ('professional' in author && author.functionCode === 'PCP' ? author : undefined);
  if (!treating) return input;

  const { professional, structure } = treating;
  const participant: DocumentParticipant = { typeCode: 'INF', functionCode: 'PCP', professional, structure };

  return { ...input, participants: [...participants, participant] };
}

/**
 * Builds a medical summary (VSM): structured, level 3, when the data of the host are coded;
 * otherwise a PDF at level 1. The narrative of each section and its entries come from the same
 * data.
 *
 * @example
 * ```ts
 * import { buildVsm } from 'terr-esante-sdk/documents';
 * import { fictivePatient, fictiveProfessional, fictiveStructure } from 'terr-esante-sdk/testing';
 *
 * const summary = await buildVsm({
 *   patient: fictivePatient(),
 *   author: {
 *     professional: fictiveProfessional(),
 *     structure: fictiveStructure(),
 *     functionCode: 'PCP',
 *   },
 *   patientConsent: true,
 *   content: {
 *     problems: [
 *       {
 *         text: 'Hypertension',
 *         code: { code: 'I10', displayName: 'Hypertension essentielle (primitive)' },
 *       },
 *     ],
 *     allergies: 'none',
 *   },
 * });
 * summary.kind; // 'vsm-structured'
 * ```
 *
 * @throws TerrESanteError `TE_NOT_NORMALISED` with the sections that hold data without a code,
 *   `TE_CODE_UNKNOWN` for a kind of allergy, a habit or a relative outside the value set of its
 *   model; otherwise as {@link buildLetter}
 * @see CI-SIS, volet Synthèse médicale (VSM) 2023.01
 * @group Builders
 */
export async function buildVsm(input: VsmInput, options?: BuildOptions): Promise<BuiltDocument> {
  const given = optionsOf('options', options, buildChecks);
  return readingLater('input', () => summaryOf(input, given));
}

async function summaryOf(input: VsmInput, options: BuildOptions): Promise<BuiltDocument> {
  if (input.content === undefined) return buildFromPdf('vsm-unstructured', input, options);

  const { content, pdf, treatingDoctor, ...rest } = input;
  if (typeof content !== 'object') throw invalid('content', 'contenu de la synthèse attendu');

  requireNormalised(content);
  const resolved = await resolve(content);
  const copy = pdf === undefined ? null : contentOf(pdf);
  const findings = copy === null ? [] : (await requireSafePdf(copy)).findings;

  return assembleDocument(
    'vsm-structured',
    withTreatingDoctor(rest, treatingDoctor),
    {
      structured: (_header, { ids }) => vsmBody(resolved, () => ids.uuid().toUpperCase()),
      templateIds: [
        { root: templates.hl7France, extension: null },
        { root: templates.minimalStructure, extension: null },
        { root: templates.vsm, extension: null },
      ],
      actCode: summaryAct,
      pdf: copy,
    },
    findings,
    options,
  );
}
