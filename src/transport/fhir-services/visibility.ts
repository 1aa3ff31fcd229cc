import { oid } from '../../documents/metadata/constants.ts';
import { concept } from '../../documents/fhir/systems.ts';
import type { Visibility } from '../../documents/index.ts';
import { isTerrESanteError, TerrESanteError } from '../../errors.ts';
import { utf8Bytes } from '../../internal/bytes.ts';
import { objects, writeJson, type Json } from '../../internal/json/index.ts';
import type { VisibilityChange } from '../binding/documents.ts';
import type { Answered, BindingCall, BoundPatient } from '../binding/model.ts';
import { formOf, tokenOf } from '../fhir/address.ts';
import type { FhirEntry } from '../fhir/bundle.ts';
import { askFhir } from '../fhir/exchange.ts';
import { protocolFailure } from '../http/protocol-failure.ts';
import { mayBeDone } from '../http/unknown-outcome.ts';
import { actCodes, labelsOf } from './document-record.ts';
import { documentName, theDocument } from './documents.ts';
import { FhirCall } from './exchange.ts';
import type { FhirBindingOptions } from './model.ts';
import { versionOf } from './transaction.ts';

/** A mask, its words, and what else hides from the same person. */
interface Mask {
  readonly label: Json;
  readonly isIt: (label: { readonly system: string; readonly code: string }) => boolean;
}

const mask = (code: string, displayName: string, also?: string): Mask => ({
  label: { ...concept({ code, codeSystem: oid.masks, displayName }) },
  isIt: (label) =>
    (label.system === oid.masks && label.code === code) || (label.system === actCodes && label.code === also),
});

/** Masks of TRE_A07-StatutVisibiliteDocument; HL7 has a code of its own for the patient. */
const masks: Readonly<Record<keyof Visibility, Mask>> = {
  hiddenFromProfessionals: mask('MASQUE_PS', 'Masqué aux professionnels de santé'),
  hiddenFromPatient: mask('INVISIBLE_PATIENT', 'Non visible par le patient', 'NOPAT'),
  hiddenFromLegalRepresentatives: mask(
    'INVISIBLE_REPRESENTANTS_LEGAUX',
    'Non visible par les représentants légaux du patient',
  ),
};

/**
 * Changes the masks of the description in force of a document: a JSON patch whose first step tests
 * all labels as they were read, so that a change of somebody else, or the same patch again, does
 * nothing. Masks that are as asked are left alone.
 *
 * @throws TerrESanteError `TE_NOT_FOUND`, `TE_CONFLICT` when somebody else changed the labels
 *   meanwhile, and the refusals of the server
 * @see ANS, PDSm 3.1.1, flow 3 (update of a description); RFC 6902
 */
export async function setVisibility(
  options: FhirBindingOptions,
  patient: BoundPatient,
  { uniqueId, visibility }: VisibilityChange,
  bound: BindingCall,
): Promise<Answered<null>> {
  const call = new FhirCall(options, bound);
  const read = (): Promise<FhirEntry> => theDocument(call, patient, uniqueId);
  const document = await read();
  const patch = patchOf(document.resource, visibility);
  if (patch.length === 0) return call.answered(null);

  let changed: Json | null;
  try {
    changed = await send(call, documentName(uniqueId), document, patch);
  } catch (error) {
    await settle(error, document, { read, visibility });
    return call.answered(null);
  }
  requireMarked(changed ?? (await read()).resource, visibility);
  return call.answered(null);
}

/** A success that changed nothing would be told to the doctor as a document that is masked. */
function requireMarked(resource: Json, visibility: Visibility): void {
  if (patchOf(resource, visibility).length === 0) return;
  throw protocolFailure(
    'not-marked',
    "Le serveur FHIR dit avoir changé la visibilité du document, et ne l'a pas fait.",
  );
}

/**
 * By the name of the document, as the profile has it; the version is said where it is known, and
 * not every server looks at it there: the test of the labels is the guard.
 */
async function send(
  call: FhirCall,
  name: string,
  { resource }: FhirEntry,
  patch: readonly object[],
): Promise<Json | null> {
  const version = versionOf(resource, null);
  const search = formOf([['identifier', tokenOf({ system: 'urn:ietf:rfc:3986', value: name })]]);
  const { resource: changed } = await askFhir(call.partner, {
    ...call.limits,
    method: 'PATCH',
    url: `${new URL('DocumentReference', call.partner.base).href}?${search}`,
    contentType: 'application/json-patch+json',
    headers: version === null ? {} : { 'If-Match': `W/"${version}"` },
    body: utf8Bytes(writeJson(patch)),
    writes: true,
  });
  return changed?.['resourceType'] === 'DocumentReference' ? changed : null;
}

/**
 * What a failure means: a test that failed is no error of the request but somebody else's change,
 * and a lost answer may be one that was done. The description says which.
 */
async function settle(
  error: unknown,
  before: FhirEntry,
  { read, visibility }: { readonly read: () => Promise<FhirEntry>; readonly visibility: Visibility },
): Promise<void> {
  if (!isTerrESanteError(error) || error.code === 'TE_CANCELLED') throw error;
  const isTest = error.details['status'] === 400;
  if (!isTest && !mayBeDone(error)) throw error;

  const now = await read().catch(() => null);
  if (now === null) throw error;
  if (patchOf(now.resource, visibility).length === 0) return;
  if (writeJson(now.resource['securityLabel']) === writeJson(before.resource['securityLabel'])) throw error;
  throw new TerrESanteError('TE_CONFLICT', 'La visibilité du document a changé entre-temps : relisez-la.', {
    cause: error,
    details: { reason: 'labels', unknownOutcome: false },
  });
}

/** The steps from the labels that were read to the masks that are wanted; none when they agree. */
function patchOf(resource: Json, visibility: Visibility): readonly object[] {
  const labels = objects(resource['securityLabel']);
  const kinds = Object.entries(masks).map(([name, each]) => ({ each, isWanted: visibility[name as keyof Visibility] }));

  // From the last one: a removal moves those after it.
  const unwanted = kinds.filter(({ isWanted }) => !isWanted);
  const removed = labels
    .flatMap((label, at) => (unwanted.some(({ each }) => bears(label, each)) ? [at] : []))
    .reverse()
    .map((at) => ({ op: 'remove', path: `/securityLabel/${String(at)}` }));
  const added = kinds
    .filter(({ each, isWanted }) => isWanted && !labels.some((label) => bears(label, each)))
    .map(({ each }) => each.label);

  if (removed.length === 0 && added.length === 0) return [];
  // There is nothing to test, nor to add to, where a description has no label.
  if (labels.length === 0) return [{ op: 'add', path: '/securityLabel', value: added }];
  return [
    { op: 'test', path: '/securityLabel', value: resource['securityLabel'] },
    ...removed,
    ...added.map((value) => ({ op: 'add', path: '/securityLabel/-', value })),
  ];
}

const bears = (label: Json, { isIt }: Mask): boolean => labelsOf({ securityLabel: [label] }).some(isIt);
