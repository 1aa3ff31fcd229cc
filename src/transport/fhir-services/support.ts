import { isTerrESanteError, TerrESanteError } from '../../errors.ts';
import { isoUtc } from '../../internal/hl7-time.ts';
import { isObject, objects, type Json } from '../../internal/json/index.ts';
import type { SupportBinding, SupportStep, SupportVersion, WrittenSupportRequest } from '../binding/support.ts';
import { sameServer } from '../fhir/address.ts';
import { askFhir } from '../fhir/exchange.ts';
import { protocolFailure } from '../http/protocol-failure.ts';
import { readStep, uniqueIdOf } from '../support/read-request.ts';
import { stateOf, withdrawableStates } from '../support/states.ts';
import type { TransactionEntry } from './actors.ts';
import { FhirCall } from './exchange.ts';
import { Included } from './included.ts';
import type { FhirBindingOptions } from './model.ts';
import { makeSupportRequest } from './new-support.ts';
import { startOf } from './period.ts';
import { supportPages } from './support-pages.ts';
import {
  currentSupport,
  requireOf,
  supportRecord,
  supportSubject,
  type CurrentSupport,
  type SupportSubject,
} from './support-record.ts';
import { structureAt } from './support-structure.ts';
import { matchOf, requireNext, sendTransaction, versionOf } from './transaction.ts';

/** Requests for support. No French guide covers them. @see HL7 FHIR R4, ServiceRequest, Task */
export function supportBinding(options: FhirBindingOptions): SupportBinding {
  return {
    async reaches(structure, bound) {
      const call = new FhirCall(options, bound);
      return call.answered((await structureAt(call, structure)) !== null);
    },
    async request(patient, request, bound) {
      const call = new FhirCall(options, bound);
      return call.answered(await makeSupportRequest(call, patient, request));
    },
    list: (patient, query) => supportPages(options, patient, query),
    async get(patient, id, bound) {
      const call = new FhirCall(options, bound);
      const subject = await supportSubject(call, patient);
      const current = await currentSupport(call, subject, id);
      const record = await supportRecord(call, current, subject, new Included(call, []));
      if (!record) throw protocolFailure('no-status', "Le serveur FHIR ne dit pas où en est la demande d'appui.");
      return call.answered({ ...record, history: await historyOf(call, subject, id) });
    },
    async cancel(patient, request, reason, bound) {
      const call = new FhirCall(options, bound);
      const subject = await supportSubject(call, patient);
      return call.answered(await cancel(call, subject, request, reason));
    },
  };
}

/** Most pages of a history. */
const maxHistoryPages = 20;

/**
 * What a request went through, oldest first; `null` where the server keeps no versions.
 *
 * @see HL7 FHIR R4, RESTful API, history
 */
async function historyOf(call: FhirCall, subject: SupportSubject, id: string): Promise<readonly SupportStep[] | null> {
  const versions: Json[] = [];
  let url: string | null = new URL(`Task/${id}/_history`, call.partner.base).href;

  for (let page = 0; url !== null && page < maxHistoryPages; page += 1) {
    const bundle = await historyPage(call, url);
    if (bundle === null) return null;
    versions.push(...objects(bundle['entry']).flatMap(({ resource }) => (isObject(resource) ? [resource] : [])));
    const next = objects(bundle['link']).find(({ relation }) => relation === 'next')?.['url'];
    url = typeof next === 'string' ? sameServer(call.partner.base, next) : null;
  }

  const own = versions.filter(({ resourceType, id: itsId }) => resourceType === 'Task' && itsId === id);
  for (const version of own) requireOf(version, subject);
  const steps = own.map(readStep).reverse();
  const inOrder = steps.every(({ at }, index) => index === 0 || !isBefore(at, steps[index - 1]?.at ?? null));
  const sorted = inOrder ? steps : [...steps].sort((left, right) => startOf(left.at) - startOf(right.at));
  // A version that changes something else is no step.
  return sorted.filter(({ state, reason }, index) => {
    const before = sorted[index - 1];
    return before?.state !== state || before.reason !== reason;
  });
}

const isBefore = (at: string | null, other: string | null): boolean =>
  at !== null && other !== null && startOf(at) < startOf(other);

async function historyPage({ partner, limits }: FhirCall, url: string): Promise<Json | null> {
  try {
    const { resource } = await askFhir(partner, { ...limits, method: 'GET', url, writes: false });
    return resource?.['resourceType'] === 'Bundle' && resource['type'] === 'history' ? resource : null;
  } catch (error) {
    const isAbsent =
      isTerrESanteError(error) && ['TE_UNSUPPORTED', 'TE_NOT_FOUND', 'TE_FORBIDDEN'].includes(error.code);
    if (isAbsent || (isTerrESanteError(error) && error.details['status'] === 400)) return null;
    throw error;
  }
}

/**
 * Withdraws a request, over the version that the caller read, while nobody has begun: the task and
 * what it follows, in one transaction. Nothing of either is lost.
 *
 * @throws TerrESanteError `TE_CONFLICT`, `TE_FORBIDDEN`, `TE_PROTOCOL` without a version
 * @see HL7 FHIR R4, managing resource contention
 */
async function cancel(
  call: FhirCall,
  subject: SupportSubject,
  { id, version }: SupportVersion,
  reason: string | null,
): Promise<WrittenSupportRequest> {
  const current = await currentSupport(call, subject, id);
  if (stateOf(current.task['status']) === 'cancelled') return asWritten(current, current.version);
  const record = await supportRecord(call, current, subject, new Included(call, []));
  if (record?.isOwn === false) {
    throw new TerrESanteError('TE_FORBIDDEN', 'Seul le demandeur retire sa demande.', {
      details: { reason: 'not-requester', unknownOutcome: false },
    });
  }
  if (current.version !== version) throw moved('version');
  if (!withdrawableStates.has(record?.state ?? null)) throw moved('state');

  const ifMatch = matchOf(call, current.version);
  const entries = [
    changing(call, cancelled(current.task, reason, call.now), ifMatch),
    ...revoked(call, current.request),
  ];
  const [written] = await sendTransaction(call, null, entries).catch(async (error: unknown) => {
    if (!isTerrESanteError(error) || error.details['unknownOutcome'] !== true) throw error;
    const now = await currentSupport(call, subject, id).catch(() => null);
    if (!now || stateOf(now.task['status']) !== 'cancelled') throw error;
    return [{ version: now.version }];
  });
  const after = written?.version ?? null;
  requireNext(current.version, after, 'La demande a été retirée, mais elle avait avancé entre-temps : relisez-la.');
  return { ...asWritten(current, after), state: 'cancelled', existed: false };
}

function asWritten({ id, task, request }: CurrentSupport, version: string | null): WrittenSupportRequest {
  return { id, version, uniqueId: uniqueIdOf(request ?? task), state: stateOf(task['status']), existed: true };
}

function moved(reason: 'version' | 'state'): TerrESanteError {
  const sentence =
    reason === 'version'
      ? 'La demande a avancé depuis sa lecture : relisez-la avant de la retirer.'
      : 'La structure a déjà répondu ou commencé : la demande ne se retire plus ici.';
  return new TerrESanteError('TE_CONFLICT', sentence, { details: { reason, unknownOutcome: false } });
}

/** @see HL7 FHIR R4, Task, inv-1: it is not changed before it was made */
function cancelled(task: Json, reason: string | null, now: number): Json {
  const { statusReason: _old, _statusReason: _extended, ...rest } = withoutNarrative(task);
  const made = startOf(task['authoredOn']);
  const at = Number.isNaN(made) ? now : Math.max(made, now);
  return {
    ...rest,
    status: 'cancelled',
    ...(reason !== null && { statusReason: { text: reason } }),
    lastModified: isoUtc(at),
  };
}

/** What was asked is over too; one that is over already is left alone. */
function revoked(call: FhirCall, request: Json | null): readonly TransactionEntry[] {
  if (!request || !['active', 'draft', 'on-hold'].includes(String(request['status']))) return [];
  const ifMatch = matchOf(call, versionOf(request, null));
  return [changing(call, { ...withoutNarrative(request), status: 'revoked' }, ifMatch)];
}

/** Words that a server made out of the old content would contradict the new one. */
function withoutNarrative({ text, ...rest }: Json): Json {
  return isObject(text) && text['status'] !== 'generated' ? { text, ...rest } : rest;
}

function changing({ partner }: FhirCall, resource: Json, ifMatch: string | undefined): TransactionEntry {
  const reference = `${String(resource['resourceType'])}/${String(resource['id'])}`;
  return {
    fullUrl: new URL(reference, partner.base).href,
    resource,
    request: { method: 'PUT', url: reference, ...(ifMatch !== undefined && { ifMatch }) },
  };
}
