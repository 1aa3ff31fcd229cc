import type { CallOptions } from '../../internal/abort.ts';
import { utf8Bytes } from '../../internal/bytes.ts';
import { systemRuntime, type Clock, type Runtime } from '../../internal/runtime.ts';
import type { HttpClient } from '../http/model.ts';
import type { CareCircleBinding, CareCircleRecord } from './care-circle.ts';
import type { ConsentBinding } from './consent.ts';
import { documentRecord } from './document-answers.ts';
import type { DocumentPage, DocumentQuery } from './documents.ts';
import { JsonAnswer, notUnderstood } from './json-answer.ts';
import type {
  Answered,
  BindingCall,
  BoundPatient,
  DocumentsBinding,
  DossierBinding,
  NotificationQuery,
  NotificationsBinding,
  PlatformBinding,
  PlatformProbe,
} from './model.ts';
import {
  careCircle,
  consent,
  count,
  dossier,
  followedCircle,
  identifier,
  notificationPage,
  practitionerCount,
} from './simulator-records.ts';
import { dateOf, refusal } from './simulator-refusals.ts';

/** Options of `createSimulatorBinding`. */
export interface SimulatorBindingOptions {
  /** Base address, without a final slash. */
  readonly url: string;
  readonly http: HttpClient;
  readonly runtime?: Runtime | undefined;
}

/**
 * The JSON wire of the simulator. It is not the wire of the real platform, whose interface is not
 * published; it sits behind the interface that the SOAP and FHIR bindings implement. Each request
 * carries the assertion in its body.
 */
export function createSimulatorBinding(options: SimulatorBindingOptions): PlatformBinding {
  const wire = new SimulatorWire(options);

  return {
    kind: 'simulator-http',
    dossier: dossierBinding(wire),
    notifications: notificationsBinding(wire),
    documents: documentsBinding(wire),
    consent: consentBinding(wire),
    careCircle: careCircleBinding(wire),
    probe: (call) => wire.probe(call),
    close: () => options.http.close(),
  };
}

type Fields = Readonly<Record<string, unknown>>;

/** One exchange with the simulator: a JSON question, an answer of bytes or of JSON. */
class SimulatorWire {
  readonly #base: string;
  readonly #http: HttpClient;
  readonly #clock: Clock;

  constructor({ url, http, runtime = systemRuntime }: SimulatorBindingOptions) {
    this.#base = url.replace(/\/+$/, '');
    this.#http = http;
    this.#clock = runtime.clock;
  }

  async bytes(
    path: string,
    body: Fields,
    { assertion, correlationId, signal, timeoutMs }: BindingCall,
    maxResponseBytes = 1_048_576,
  ): Promise<Answered<Uint8Array>> {
    const answer = await this.#http.send({
      method: 'POST',
      url: `${this.#base}/v1/${path}`,
      headers: { 'Content-Type': 'application/json' },
      body: utf8Bytes(JSON.stringify({ correlationId, assertion, ...body })),
      maxResponseBytes,
      signal,
      timeoutMs,
    });

    if (answer.status !== 200) throw refusal(answer, this.#clock.now());
    return { value: answer.body, platformTime: dateOf(answer) };
  }

  async json<T>(path: string, body: Fields, call: BindingCall, read: (answer: JsonAnswer) => T): Promise<Answered<T>> {
    const { value, platformTime } = await this.bytes(path, body, call);
    return { value: read(JsonAnswer.parse(value)), platformTime };
  }

  /** Reads the clock of the platform; any answer will do. */
  async probe(options: CallOptions = {}): Promise<PlatformProbe> {
    const sentAt = this.#clock.now();
    const { headers } = await this.#http.send({
      ...options,
      method: 'GET',
      url: `${this.#base}/`,
      maxResponseBytes: 65_536,
    });
    return { dateHeader: headers['date'] ?? null, sentAt, receivedAt: this.#clock.now() };
  }
}

const about = ({ localId, traits: patientTraits, ins }: BoundPatient): Fields => ({
  localId,
  ins,
  traits: patientTraits,
});

const queryOf = ({ since, countOwnDeposits, limit, cursor }: NotificationQuery): Fields => ({
  since,
  countOwnDeposits,
  limit: limit ?? null,
  cursor: cursor ?? null,
});

function dossierBinding(wire: SimulatorWire): DossierBinding {
  return {
    status: (patient, call) => wire.json('dossier/status', { patient: about(patient) }, call, dossier),
    create: (patient, creation, call) =>
      wire.json('dossier/create', { patient: about(patient), ...creation }, call, (answer) => ({
        regionalId: identifier(answer.object('regionalId')),
        dossierId: answer.textOrNull('dossierId'),
        careTeamId: answer.textOrNull('careTeamId'),
      })),
  };
}

function notificationsBinding(wire: SimulatorWire): NotificationsBinding {
  return {
    countForPatient: (patient, query, call) =>
      wire.json('notifications/patient', { patient: about(patient), ...queryOf(query) }, call, count),
    countForPractitioner: (query, call) =>
      wire.json('notifications/practitioner', queryOf(query), call, practitionerCount),
    list: (patient, query, call) =>
      wire.json(
        'notifications/list',
        { patient: patient && about(patient), ...queryOf(query) },
        call,
        notificationPage,
      ),
  };
}

function documentsBinding(wire: SimulatorWire): Pick<DocumentsBinding, 'search' | 'fetch'> {
  return {
    search: (patient, query, call) => documentPages(wire, patient, query, call),
    async fetch(patient, uniqueId, maxBytes, call) {
      const answer = await wire.bytes('documents/fetch', { patient: about(patient), uniqueId }, call, maxBytes);
      if (answer.value.length === 0) throw notUnderstood('');
      return answer;
    },
  };
}

/** This wire asks by status alone: what else narrows an answer is for the client. */
async function* documentPages(
  wire: SimulatorWire,
  patient: BoundPatient,
  { statuses }: DocumentQuery,
  call: BindingCall,
): AsyncGenerator<Answered<DocumentPage>, void, undefined> {
  const seen = new Set<string>();
  for (let cursor: string | null = null; ;) {
    const question: Fields = { patient: about(patient), statuses, cursor };
    const { value, platformTime } = await wire.json('documents/list', question, call, (answer) => ({
      documents: answer.list('documents').map(documentRecord),
      next: answer.textOrNull('next'),
    }));

    const { documents, next } = value;
    // A page that comes again would go round for ever.
    if (next !== null && seen.has(next)) throw notUnderstood('next');
    yield { value: { documents, isLast: next === null }, platformTime };
    if (next === null) return;
    seen.add(next);
    cursor = next;
  }
}

function consentBinding(wire: SimulatorWire): ConsentBinding {
  return {
    list: (patient, call) =>
      wire.json('consent/list', { patient: about(patient) }, call, (answer) => answer.list('consents').map(consent)),
    withdraw: (patient, { id, at, reason }, call) =>
      wire.json('consent/withdraw', { patient: about(patient), id, at, reason }, call, (answer) =>
        consent(answer.object('consent')),
      ),
  };
}

function careCircleBinding(wire: SimulatorWire): CareCircleBinding {
  const circleOf = (answer: JsonAnswer): CareCircleRecord => careCircle(answer.object('circle'));
  return {
    get: (patient, call) => wire.json('circle/get', { patient: about(patient) }, call, circleOf),
    join: (patient, joining, call) => wire.json('circle/join', { patient: about(patient), ...joining }, call, circleOf),
    leave: (patient, call) => wire.json('circle/leave', { patient: about(patient) }, call, circleOf),
    listMine: (call) => wire.json('circle/mine', {}, call, (answer) => answer.list('circles').map(followedCircle)),
    // This wire knows no relative and no structure.
    adds: ({ kind }) => kind === 'professional',
    addMember: (patient, addition, call) =>
      wire.json('circle/add', { patient: about(patient), ...addition }, call, circleOf),
    removeMember: (patient, reference, call) =>
      wire.json('circle/remove', { patient: about(patient), reference }, call, circleOf),
  };
}
