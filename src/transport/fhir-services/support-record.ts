import { TerrESanteError } from '../../errors.ts';
import { isObject, type Json } from '../../internal/json/index.ts';
import type { BoundPatient } from '../binding/call.ts';
import type { SupportRecord } from '../binding/support.ts';
import { readReference } from '../fhir/address.ts';
import { isModified } from '../fhir/bundle.ts';
import { askFhir } from '../fhir/exchange.ts';
import { protocolFailure } from '../http/protocol-failure.ts';
import { isSupport, readSupport } from '../support/read-request.ts';
import type { FhirCall } from './exchange.ts';
import { identifiersOf } from './identity.ts';
import { Included } from './included.ts';
import { authorsOf } from './note-authors.ts';
import { noteSubject, requireAbout, type NoteSubject } from './note-subject.ts';
import { referenceIn } from './participants.ts';
import { supportServices } from './support-structure.ts';
import { versionOf } from './transaction.ts';

/** Whose requests are read; `null`: of nobody in particular. */
export type SupportSubject = NoteSubject | null;

/** @throws TerrESanteError as {@link noteSubject} */
export async function supportSubject(call: FhirCall, patient: BoundPatient | null): Promise<SupportSubject> {
  return patient && noteSubject(call, patient);
}

/** A request as the server has it now, and what it follows. */
export interface CurrentSupport {
  readonly id: string;
  readonly task: Json;
  /** What was asked; `null` when the task says it itself, or the server gives none. */
  readonly request: Json | null;
  readonly version: string | null;
}

/**
 * Reads one request.
 *
 * @param subject - `null`: it names no patient
 * @throws TerrESanteError `TE_NOT_FOUND`, `TE_PROTOCOL` when it is somebody else's, or holds what
 *   may turn its meaning round
 */
export async function currentSupport(call: FhirCall, subject: SupportSubject, id: string): Promise<CurrentSupport> {
  const { partner, limits } = call;
  const url = new URL(`Task/${id}`, partner.base).href;
  const { resource, headers } = await askFhir(partner, { ...limits, method: 'GET', url, writes: false });
  if (resource?.['resourceType'] !== 'Task' || resource['id'] !== id) {
    throw protocolFailure('no-request', "La réponse n'est pas cette demande.");
  }
  requireOf(resource, subject);
  const request = await focusOf(resource, new Included(call, []));
  if (!isSupport(resource, request, supportServices(call).category)) throw notFound();
  if (lacksFocus(resource, request)) {
    throw protocolFailure('no-focus', 'Le serveur FHIR ne donne pas ce que cette demande demande.');
  }
  if (isModified(resource)) {
    throw protocolFailure('modifier', 'La demande contient une extension qui peut en changer le sens : refusé.');
  }
  return { id, task: resource, request, version: versionOf(resource, headers['etag']) };
}

/**
 * What a task follows.
 *
 * @returns `null` when it follows nothing that the server gives
 */
export async function focusOf(task: Json, included: Included): Promise<Json | null> {
  return included.find(referenceIn(task['focus']), 'ServiceRequest');
}

/** A task that follows something else than what came is read as nothing. */
export const lacksFocus = (task: Json, request: Json | null): boolean =>
  request === null && referenceIn(task['focus']) !== undefined;

/** A request that names somebody is not read as one that names nobody. */
export function requireOf(task: Json, subject: SupportSubject): void {
  if (subject) requireAbout({ subject: task['for'] }, subject, 'la demande');
  else if (task['for'] !== undefined) throw notFound();
}

function notFound(): TerrESanteError {
  return new TerrESanteError('TE_NOT_FOUND', "Cette demande d'appui n'est pas là.");
}

/** A request as an operation tells it; `null` for what cannot be read. */
export async function supportRecord(
  call: FhirCall,
  { task, request, version }: Omit<CurrentSupport, 'id'>,
  subject: SupportSubject,
  included: Included,
): Promise<SupportRecord | null> {
  const own = lacksFocus(task, request) ? null : readSupport(task, request);
  if (!own) return null;

  const { requester } = task;
  const { authors, isOwn } = await authorsOf(
    { ...task, author: isObject(requester) ? [requester] : [] },
    included,
    call.options.professional,
  );
  return { ...own, version, requesters: authors, isOwn, patientIds: await patientIds(task, subject, included) };
}

async function patientIds(
  task: Json,
  subject: SupportSubject,
  included: Included,
): Promise<SupportRecord['patientIds']> {
  if (subject) return subject.identifiers;
  const named = task['for'];
  if (!isObject(named)) return [];

  const reference = referenceIn(named);
  const patient = readReference(reference)?.type === 'Patient' ? await included.find(reference, 'Patient') : null;
  if (patient) return identifiersOf(patient);
  return identifiersOf({ identifier: isObject(named['identifier']) ? [named['identifier']] : [] });
}
