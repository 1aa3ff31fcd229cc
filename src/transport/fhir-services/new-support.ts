import { TerrESanteError } from '../../errors.ts';
import { isObject, objects, writeJson, type Json } from '../../internal/json/index.ts';
import type { BoundPatient } from '../binding/call.ts';
import type { NewSupportRequest, WrittenSupportRequest } from '../binding/support.ts';
import { tokenOf } from '../fhir/address.ts';
import { searchWhole } from '../fhir/search.ts';
import { protocolFailure } from '../http/protocol-failure.ts';
import { documentsBearing } from '../mhd/resolve.ts';
import { stateOf } from '../support/states.ts';
import { supportKey, writeServiceRequest, writeTask } from '../support/write-request.ts';
import { creating, roleEntries, sameUuid, type TransactionEntry } from './actors.ts';
import { consentEntry, saysConsent } from './consent.ts';
import { documentName } from './documents.ts';
import type { FhirCall } from './exchange.ts';
import { currentSupport, supportSubject, type CurrentSupport, type SupportSubject } from './support-record.ts';
import { structureAt, supportServices } from './support-structure.ts';
import { thereAllTheSame } from './there-all-the-same.ts';
import { sendTransaction } from './transaction.ts';

/** What is sent: the entries, and those that say what is asked. */
interface Written {
  readonly entries: readonly TransactionEntry[];
  readonly task: Json;
  readonly request: Json | null;
}

/**
 * Makes a request, with the task that follows it, the role of who asks and the consent of the
 * patient, in one transaction. The same one sent again makes nothing; after an answer that is lost
 * it is looked for.
 *
 * @throws TerrESanteError `TE_RECIPIENT_UNKNOWN` when the platform carries nothing to the
 *   structure, `TE_NOT_FOUND` for a document that is not in the dossier, `TE_DUPLICATE`,
 *   `TE_PROTOCOL`, and those of the server
 * @see HL7 FHIR R4, ServiceRequest, Task, conditional create
 */
export async function makeSupportRequest(
  call: FhirCall,
  patient: BoundPatient | null,
  request: NewSupportRequest,
): Promise<WrittenSupportRequest> {
  const subject = await supportSubject(call, patient);
  const structure = await structureAt(call, request.structure);
  if (!structure) {
    throw new TerrESanteError('TE_RECIPIENT_UNKNOWN', 'La plateforme ne porte pas de demande à cette structure.', {
      details: { reason: 'not-reached', unknownOutcome: false },
    });
  }
  const documents = await documentReferences(call, subject, request.documents);
  const written = entriesOf(call, subject, { request, structure, documents });

  const sent = await sendTransaction(call, null, written.entries).catch(async (error: unknown) => {
    const found = await thereAllTheSame(error, () => bearing(call, subject, written.task));
    return { request: { ...requireSame(found, written, error), existed: true } };
  });
  if ('request' in sent) return sent.request;

  const made = sent[written.entries.findIndex(({ resource }) => resource === written.task)];
  if (made?.reference && !made.existed) {
    const { reference, version } = made;
    return { id: reference.id, version, uniqueId: request.uniqueId, state: 'sent', existed: false };
  }
  const failure = protocolFailure('no-id', "Le serveur FHIR ne dit pas l'identifiant de la demande.", {
    unknownOutcome: true,
  });
  const found = made?.reference
    ? await currentSupport(call, subject, made.reference.id)
    : await bearing(call, subject, written.task);
  if (!found) throw failure;
  return { ...requireSame(found, written, failure), existed: made?.existed === true };
}

/** Documents of the dossier, by the ids that the server gave them. */
async function documentReferences(
  call: FhirCall,
  subject: SupportSubject,
  uniqueIds: readonly string[],
): Promise<readonly string[]> {
  if (uniqueIds.length === 0 || !subject) return [];
  const names = uniqueIds.map(documentName);
  const found = await documentsBearing(call.partner, subject.id, names, call.limits);

  return names.map((name) => {
    const held = found.filter(({ resource }) => {
      const { masterIdentifier, identifier } = resource;
      return [masterIdentifier, ...objects(identifier)].some((each) => isObject(each) && each['value'] === name);
    });
    const id = held.length === 1 ? held[0]?.id : undefined;
    if (typeof id === 'string') return `DocumentReference/${id}`;
    throw new TerrESanteError('TE_NOT_FOUND', "Un document joint à la demande n'est pas dans le dossier.", {
      details: { reason: 'document', unknownOutcome: false },
    });
  });
}

function entriesOf(
  call: FhirCall,
  subject: SupportSubject,
  given: { readonly request: NewSupportRequest; readonly structure: Json; readonly documents: readonly string[] },
): Written {
  const { options } = call;
  const { request, structure, documents } = given;
  const url = (name: string): string => `urn:uuid:${sameUuid(request.uniqueId, name)}`;
  const patient = subject ? `Patient/${subject.id}` : null;
  const { consent } = request;
  const consents =
    patient !== null && consent !== null && saysConsent(options, consent)
      ? [consentEntry(options, consent, { fullUrl: url('Consent'), patient, recipient: structure })]
      : [];

  const references = {
    patient,
    structure,
    requester: url('PractitionerRole'),
    supporting: [...documents, ...consents.map(({ fullUrl }) => fullUrl)],
    category: supportServices(call).category,
  };
  const key = supportKey(request.uniqueId);
  const taskKey = patient === null ? key : supportKey(sameUuid(request.uniqueId, 'Task'));
  const asked = patient === null ? null : writeServiceRequest(request, references, key);
  const task = writeTask(request, references, { focus: asked && url('ServiceRequest'), key: taskKey });
  const entries = [
    ...(asked ? [creating(url('ServiceRequest'), asked, key)] : []),
    creating(url('Task'), task, taskKey),
    ...roleEntries(options, options.professional, { role: references.requester, practitioner: url('Practitioner') }),
    ...consents,
  ];
  return { entries, task, request: asked };
}

/** The request whose task bears the identifier of this one. */
async function bearing(call: FhirCall, subject: SupportSubject, task: Json): Promise<CurrentSupport | null> {
  const [identifier] = objects(task['identifier']);
  const { system, value } = identifier as { readonly system: string; readonly value: string };
  const { entries } = await searchWhole(call.partner, {
    ...call.limits,
    type: 'Task',
    parameters: [
      ...(subject ? ([['patient', `Patient/${subject.id}`]] as const) : []),
      ['identifier', tokenOf({ system, value })],
    ],
    allowsGet: false,
    maxPages: 20,
  });
  const [found] = entries.filter(
    ({ type, mode, resource }) =>
      type === 'Task' && mode === 'match' && objects(resource['identifier']).some((each) => each['value'] === value),
  );
  return found && found.id !== null ? currentSupport(call, subject, found.id) : null;
}

/** @throws TerrESanteError `TE_DUPLICATE` when another request has these identifiers */
function requireSame(
  { id, task, request, version }: CurrentSupport,
  written: Written,
  error: unknown,
): Omit<WrittenSupportRequest, 'existed'> {
  if (said(task, request) !== said(written.task, written.request)) {
    throw new TerrESanteError('TE_DUPLICATE', "Une autre demande d'appui porte déjà cet identifiant.", {
      cause: error,
      details: { unknownOutcome: false },
    });
  }
  const [identifier] = objects((written.request ?? written.task)['identifier']);
  const uniqueId = String(identifier?.['value']).replace(/^urn:uuid:/, '');
  return { id, version, uniqueId, state: stateOf(task['status']) };
}

/** What makes two requests the same: who is asked, for what, why. */
function said(task: Json, request: Json | null): string {
  const concept = (value: unknown): unknown => (isObject(value) ? (value['text'] ?? null) : null);
  const structure = (value: unknown): unknown =>
    isObject(value) && isObject(value['identifier']) ? (value['identifier']['value'] ?? null) : null;
  return writeJson([
    task['description'] ?? null,
    structure(task['owner']),
    concept(request?.['code']),
    objects(request?.['reasonCode']).map(concept),
  ]);
}
