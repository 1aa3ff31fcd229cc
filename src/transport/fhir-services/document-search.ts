import { isTerrESanteError } from '../../errors.ts';
import { isoUtc } from '../../internal/hl7-time.ts';
import type { Json } from '../../internal/json/index.ts';
import type { Answered, BindingCall, BoundPatient } from '../binding/model.ts';
import type { DocumentPage, DocumentPeriod, DocumentQuery } from '../binding/documents.ts';
import { isNote } from '../fhir/note.ts';
import { escaped, oidUri } from '../fhir/address.ts';
import { searchPages, type FhirPage, type FhirPagesEnd } from '../fhir/search.ts';
import { protocolFailure } from '../http/protocol-failure.ts';
import { isAbout } from '../mhd/described.ts';
import { recordOf, statusOf, successorsIn } from './document-record.ts';
import { recordId } from './documents.ts';
import { FhirCall } from './exchange.ts';
import type { FhirBindingOptions } from './model.ts';

type Parameters = readonly (readonly [string, string])[];
type Pages = AsyncGenerator<FhirPage, FhirPagesEnd, undefined>;

/**
 * The documents of a dossier (ITI-67), without the notes of a liaison book, which are kept as
 * documents too. Each page is given as it comes, unless everything is wanted first.
 *
 * @throws TerrESanteError `TE_DOSSIER_ABSENT`, `TE_IDENTITY_AMBIGUOUS`, `TE_PROTOCOL` when a
 *   document is another patient's, or the list is not whole
 * @see IHE ITI MHD 4.2.3, section 2:3.67; ANS, PDSm 3.1.1
 */
export async function* searchDocuments(
  options: FhirBindingOptions,
  patient: BoundPatient,
  query: DocumentQuery,
  bound: BindingCall,
): AsyncGenerator<Answered<DocumentPage>, void, undefined> {
  const call = new FhirCall(options, bound);
  const id = await recordId(call, patient);
  const identifier = { system: oidUri(patient.localId.system), value: patient.localId.value };
  const pages = narrowedPages(call, id, query);
  const { statuses, isWhole: waitsForAll } = query;
  const waiting: Json[] = [];

  for (;;) {
    const page = await pages.next();
    if (page.done === true) throw notWhole();
    const resources = ownDocuments(page.value, id, identifier);
    const isLast = !page.value.hasNext && (await endsWhole(pages));

    waiting.push(...resources.filter((resource) => !isNote(resource)));
    if (waitsForAll && page.value.hasNext) continue;
    const found = waiting.splice(0);
    const successors = successorsIn(found);
    const documents = found.flatMap((resource) => {
      const status = statusOf(resource);
      return status !== null && statuses.includes(status) ? [recordOf(resource, status, successors)] : [];
    });
    yield call.answered({ documents, isLast });
    if (isLast) return;
    if (!page.value.hasNext) throw notWhole();
  }
}

/** After the last page, which says so: nothing more is asked of the server. */
async function endsWhole(pages: Pages): Promise<boolean> {
  const end = await pages.next();
  return end.done === true && !end.value.isPartial;
}

function ownDocuments(
  { entries }: FhirPage,
  id: string,
  identifier: { readonly system: string; readonly value: string },
): readonly Json[] {
  const resources = entries.flatMap(({ type, mode, resource }) =>
    type === 'DocumentReference' && mode === 'match' ? [resource] : [],
  );
  if (resources.every((resource) => isAbout(resource, id, identifier))) return resources;
  throw protocolFailure(
    'other-patient',
    "Le serveur FHIR donne le document d'un autre patient : la réponse est écartée.",
  );
}

/**
 * Asks for what is wanted; a server that refuses one of these parameters is asked for all documents
 * of the patient, of which the client keeps what is wanted.
 */
async function* narrowedPages(call: FhirCall, id: string, query: DocumentQuery): Pages {
  const { statuses } = query;
  const words = [
    ...(statuses.some((status) => status !== 'deprecated') ? ['current'] : []),
    ...(statuses.includes('deprecated') ? ['superseded'] : []),
  ];
  const usual: Parameters = [
    ['patient', `Patient/${id}`],
    ['status', words.join(',')],
  ];
  const search = (parameters: Parameters): Pages =>
    searchPages(call.partner, {
      ...call.limits,
      type: 'DocumentReference',
      parameters,
      allowsGet: call.options.services.patientInAddress,
    });

  const narrow = narrowing(query);
  if (narrow.length > 0) {
    const pages = search([...usual, ...narrow]);
    const first = await pages.next().catch((error: unknown) => {
      if (isTerrESanteError(error) && error.code === 'TE_VALIDATION') return null;
      throw error;
    });
    if (first?.done === true) return first.value;
    if (first) {
      yield first.value;
      return yield* pages;
    }
  }
  return yield* search(usual);
}

/** The clocks of two machines, and a day that is told without its zone. */
const marginMs = 86_400_000;

/**
 * What the server is asked beside patient and status. Authors are contained, which no search
 * reaches; when a document came is no parameter.
 *
 * @see ANS, PDSm 3.1.1, search parameters of DocumentReference; HL7 FHIR R4, Search
 */
function narrowing({ typeCodes, classCodes, period }: DocumentQuery): Parameters {
  return [
    ...(typeCodes.length > 0 ? [['type', typeCodes.map(escaped).join(',')] as const] : []),
    ...(classCodes.length > 0 ? [['category', classCodes.map(escaped).join(',')] as const] : []),
    ...(period && period.axis !== 'submission' ? timesOf(period) : []),
  ];
}

function timesOf({ axis, from, to }: DocumentPeriod): Parameters {
  const name = axis === 'act' ? 'period' : 'creation';
  const at = (iso: string, shift: number): string => isoUtc(Date.parse(iso) + shift);
  return [
    ...(from === null ? [] : [[name, `ge${at(from, -marginMs)}`] as const]),
    ...(to === null ? [] : [[name, `le${at(to, marginMs)}`] as const]),
  ];
}

function notWhole(): Error {
  return protocolFailure('partial', "Le serveur FHIR donne moins de réponses qu'il n'en annonce.");
}
