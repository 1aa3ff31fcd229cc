import type { CheckReport } from '../../../errors.ts';
import type { ByteSource } from '../../../internal/bytes.ts';
import { checkReport } from '../../../internal/finding.ts';
import type { CodeSet } from '../../model/kinds.ts';
import { templates } from '../../cda/oids.ts';
import { parseCda, parseCdaSource, type ParsedCda } from '../../read/parse.ts';
import { checkActs, checkAuthorizations } from './acts.ts';
import { checkBody } from './body.ts';
import { CheckContext, Place, place, places } from './context.ts';
import { checkEncounter } from './encounter.ts';
import { checkDocument } from './header.ts';
import { checkReferences } from './narrative.ts';
import { checkPatient } from './patient.ts';
import { checkPeople } from './people/people.ts';
import { checkStructure } from './structure.ts';
import { loadTables } from './tables.ts';
import { checkZones, withAttribute } from './tools.ts';
import { checkVsm } from './vsm/summary.ts';
import { bytesOf, type Checks, optionsOf, readingLater } from '../../../internal/border.ts';
import { choice } from '../../../internal/option-checks.ts';

/** Options of {@link checkCda}. @group Checks */
export interface CheckCdaOptions {
  /**
   * With `current`, a type that was retired from the national table is an error, as it is for the
   * national test kit; with `eo-9.05` it is a warning that names its successor. @defaultValue
   * `'eo-9.05'`
   */
  readonly codeSet?: CodeSet | undefined;
}

/** The parts of the header whose times must have an offset. */
const optionChecks: Checks<CheckCdaOptions> = { codeSet: choice('eo-9.05', 'current') };

const timedParts = ['effectiveTime', 'author', 'legalAuthenticator', 'authenticator', 'documentationOf', 'componentOf'];

async function check(parsed: ParsedCda, { codeSet = 'eo-9.05' }: CheckCdaOptions): Promise<CheckReport> {
  const root = new Place(parsed.root, undefined);
  const context = new CheckContext();
  const tables = await loadTables();

  // The sections are examined only in a medical summary.
  const structured = place(root, 'component', 'structuredBody') !== undefined;
  const vsm = structured && withAttribute(root, 'templateId', 'root', templates.vsm).length > 0;
  checkStructure(root, context, vsm);

  // The header, from top to bottom.
  checkDocument(root, context, tables, codeSet === 'current');
  checkPatient(root, context);
  checkPeople(root, context, tables);
  checkActs(root, context, tables);
  checkEncounter(root, context, tables);
  checkAuthorizations(root, context);
  checkTimeZones(root, context);

  // The body: the content of a level 1, or the sections of a summary.
  await checkBody(root, parsed, context);
  if (vsm) {
    await checkVsm(root, context);
    checkReferences(root, context);
  }
  return checkReport(context.findings);
}

function checkTimeZones(root: Place, context: CheckContext): void {
  for (const part of timedParts.flatMap((name) => places(root, name))) checkZones(part, context);
}

/**
 * Checks a CDA document against the rules of the French header, of level 1 and of the medical
 * summary, in our own code, and explains each problem: rule, path, what was found and expected,
 * what to do, the published text.
 *
 * A document without finding of severity `error` is one that the national test kit accepts for
 * these rules; warnings are what the kit does not look at although the volet asks for it. Bodies of
 * other structured documents are not examined. No trait and no identifier of the patient is
 * quoted.
 *
 * @example
 * ```ts
 * import { buildCda, checkCda } from 'terr-esante-sdk/documents';
 * import { fictivePatient, fictiveProfessional, fictiveStructure } from 'terr-esante-sdk/testing';
 *
 * const { content } = await buildCda({
 *   type: '96349-6',
 *   text: 'Chère consœur',
 *   patient: fictivePatient(),
 *   author: { professional: fictiveProfessional(), structure: fictiveStructure() },
 *   patientConsent: true,
 * });
 * const chunks: Uint8Array[] = [];
 * for await (const chunk of content.open()) chunks.push(chunk);
 * const { ok, findings } = await checkCda(Buffer.concat(chunks));
 * ok; // true
 * findings.length; // 0
 * ```
 *
 * @throws TerrESanteError `TE_XML_INVALID` or `TE_DOCUMENT_INVALID` when there is no CDA document
 *   to check
 * @group Checks
 */
export async function checkCda(bytes: Uint8Array, options?: CheckCdaOptions): Promise<CheckReport> {
  const given = optionsOf('options', options, optionChecks);
  return readingLater('bytes', () => check(parseCda(bytesOf('bytes', bytes)), given));
}

/**
 * The same for a document that may be too large for the memory.
 *
 * @throws TerrESanteError as {@link checkCda}
 * @group Checks
 */
export async function checkCdaSource(source: ByteSource, options?: CheckCdaOptions): Promise<CheckReport> {
  const given = optionsOf('options', options, optionChecks);
  return readingLater('source', async () => check(await parseCdaSource(source), given));
}
