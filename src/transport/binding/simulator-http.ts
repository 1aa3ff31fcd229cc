import { TerrESanteError, type TerrESanteErrorCode } from '../../errors.ts';
import type { LocalIdentifier, PatientTraits, Sex } from '../../identity/index.ts';
import type { CallOptions } from '../../internal/abort.ts';
import { utf8Bytes } from '../../internal/bytes.ts';
import { clockSkewMs } from '../../internal/clock-skew.ts';
import { codeOfStatus, requestRefusals } from '../../internal/http-status.ts';
import { systemRuntime, type Clock, type Runtime } from '../../internal/runtime.ts';
import type { HttpAnswer, HttpClient } from '../http/model.ts';
import { JsonAnswer, notUnderstood } from './json-answer.ts';
import type {
  Answered,
  BindingCall,
  BoundPatient,
  CountRecord,
  DocumentRecord,
  DocumentsBinding,
  DossierBinding,
  DossierRecord,
  NotificationPage,
  NotificationQuery,
  NotificationRecord,
  NotificationsBinding,
  PlatformBinding,
  PlatformProbe,
  PractitionerCountRecord,
} from './model.ts';

/** Refusals of the simulator, by the word it answers. */
const refusals: Readonly<Record<string, readonly [TerrESanteErrorCode, string]>> = {
  'assertion-absent': ['TE_AUTHN_REQUIRED', 'La plateforme demande une authentification.'],
  'assertion-expired': ['TE_AUTHN_REQUIRED', "L'authentification a expiré : présentez la carte à nouveau."],
  'assertion-not-yet-valid': ['TE_CLOCK_SKEW', "L'heure du poste est en avance : réglez-la."],
  'assertion-rejected': ['TE_AUTHN_REJECTED', 'La plateforme refuse cette authentification.'],
  'certificate-rejected': ['TE_AUTHN_REJECTED', 'La plateforme refuse le certificat de signature.'],
  replayed: ['TE_CONFLICT', 'La plateforme a déjà reçu cette demande.'],
  'identity-ambiguous': ['TE_IDENTITY_AMBIGUOUS', "Plusieurs patients correspondent : aucun n'est choisi."],
  'identity-incomplete': ['TE_IDENTITY_INCOMPLETE', "La plateforme juge l'identité incomplète."],
  'identity-mismatch': ['TE_IDENTITY_MISMATCH', 'Les traits du patient ne sont pas ceux de la plateforme.'],
  'identity-provisional': ['TE_IDENTITY_PROVISIONAL', 'La plateforme refuse une identité provisoire.'],
  'consent-missing': ['TE_CONSENT_REQUIRED', 'La plateforme demande le consentement du patient.'],
  'consent-refused': ['TE_CONSENT_REFUSED', 'Le patient a refusé ou retiré son consentement.'],
  'dossier-absent': ['TE_DOSSIER_ABSENT', "Le patient n'a pas de dossier sur la plateforme."],
  'dossier-exists': ['TE_DOSSIER_EXISTS', 'Le patient a déjà un dossier sur la plateforme.'],
  'dossier-closed': ['TE_DOSSIER_CLOSED', 'Le dossier du patient est fermé.'],
  'not-in-circle': ['TE_NOT_IN_CIRCLE', 'Vous ne faites pas partie du cercle de soins du patient.'],
  blocked: ['TE_BLOCKED_BY_PATIENT', 'Le patient ne vous autorise pas à accéder à son dossier.'],
  forbidden: ['TE_FORBIDDEN', "Cette action n'est pas permise à votre profession."],
  'not-found': ['TE_NOT_FOUND', 'Introuvable sur la plateforme.'],
  invalid: ['TE_VALIDATION', 'La plateforme juge la demande mal formée.'],
  'too-large': ['TE_TOO_LARGE', 'La demande est trop longue pour la plateforme.'],
};

/** French sentences of a status, when the body names no refusal. */
const sentences: Readonly<Partial<Record<TerrESanteErrorCode, string>>> = {
  TE_AUTHN_REQUIRED: 'La plateforme demande une authentification.',
  TE_FORBIDDEN: 'La plateforme refuse cette action.',
  TE_NOT_FOUND: 'Introuvable sur la plateforme.',
  TE_CONFLICT: "L'état du dossier a changé entre-temps.",
  TE_VALIDATION: 'La plateforme juge la demande mal formée.',
  TE_TOO_LARGE: 'La demande est trop longue pour la plateforme.',
  TE_RATE_LIMITED: "La plateforme demande d'attendre avant de recommencer.",
  TE_TIMEOUT: 'La plateforme ne répond pas dans le délai.',
  TE_UNAVAILABLE: 'La plateforme est momentanément indisponible.',
};

function refusalOfStatus(status: number): readonly [TerrESanteErrorCode, string] {
  const code = codeOfStatus(status, requestRefusals);
  return [code, sentences[code] ?? "La réponse de la plateforme n'est pas comprise."];
}

const clockCodes: ReadonlySet<TerrESanteErrorCode> = new Set(['TE_AUTHN_REQUIRED', 'TE_AUTHN_REJECTED']);

function refusal(answer: HttpAnswer, now: number): TerrESanteError {
  const word = refusalWord(answer);
  const [code, message] = (word === null ? undefined : refusals[word]) ?? refusalOfStatus(answer.status);
  const details = { status: answer.status, reason: word };

  // A refused assertion of a machine whose clock is wrong: the clock is the cause.
  const platformTime = dateOf(answer);
  if (clockCodes.has(code) && platformTime !== null && Math.abs(now - platformTime) > clockSkewMs) {
    const skewSeconds = Math.round((now - platformTime) / 1000);
    return new TerrESanteError(
      'TE_CLOCK_SKEW',
      "L'heure du poste n'est pas celle de la plateforme : réglez-la, puis recommencez.",
      { details: { ...details, skewSeconds } },
    );
  }
  return new TerrESanteError(code, message, { details });
}

/** The word of a known refusal; `null` when the status alone decides. */
function refusalWord({ body }: HttpAnswer): string | null {
  try {
    const word = JsonAnswer.parse(body).object('error').text('code', 60);
    return Object.hasOwn(refusals, word) ? word : null;
  } catch {
    return null;
  }
}

function dateOf({ headers }: HttpAnswer): number | null {
  const { date } = headers;
  const time = date === undefined ? Number.NaN : Date.parse(date);
  return Number.isNaN(time) ? null : time;
}

function identifier(answer: JsonAnswer): LocalIdentifier {
  return { system: answer.text('system', 64), value: answer.text('value', 200) };
}

function traits(answer: JsonAnswer): PatientTraits {
  const sexes: readonly Sex[] = ['M', 'F', 'I'];
  return {
    birthName: answer.text('birthName'),
    firstName: answer.text('firstName'),
    birthDate: answer.text('birthDate', 10),
    sex: answer.oneOf('sex', sexes),
  };
}

function dossier(answer: JsonAnswer): DossierRecord {
  const dates = answer.object('dates');

  return {
    state: answer.oneOf('state', ['exists', 'absent', 'closed', 'ambiguous', 'unknown']),
    regionalId: answer.has('regionalId') ? identifier(answer.object('regionalId')) : null,
    sharing: answer.has('sharing') ? answer.oneOf<'shared' | 'not-shared'>('sharing', ['shared', 'not-shared']) : null,
    membership: answer.oneOf('membership', ['member', 'not-member', 'blocked', 'unknown']),
    isTreatingPhysician: answer.flagOrNull('isTreatingPhysician'),
    dates: {
      lastAccess: dates.timeOrNull('lastAccess'),
      lastUpdate: dates.timeOrNull('lastUpdate'),
      lastDocumentAdded: dates.timeOrNull('lastDocumentAdded'),
    },
    identity: answer.has('identity') ? traits(answer.object('identity')) : null,
  };
}

function count(answer: JsonAnswer): CountRecord {
  return { count: answer.countOrNull('count'), since: answer.timeOrNull('since'), asOf: answer.time('asOf') };
}

/** One line per followed dossier. */
function practitionerCount(answer: JsonAnswer): PractitionerCountRecord {
  const perPatient = answer.list('perPatient').map((line) => ({
    regionalId: identifier(line.object('regionalId')),
    count: line.countOrNull('count'),
  }));
  return { ...count(answer), perPatient };
}

function notificationPage(answer: JsonAnswer): NotificationPage {
  return {
    items: answer.list('items').map(notification),
    next: answer.textOrNull('next'),
    since: answer.timeOrNull('since'),
    asOf: answer.time('asOf'),
  };
}

function notification(answer: JsonAnswer): NotificationRecord {
  return {
    id: answer.text('id', 200),
    kind: answer.oneOf('kind', ['document', 'visibility-changed']),
    regionalId: identifier(answer.object('regionalId')),
    uniqueId: answer.textOrNull('uniqueId'),
    at: answer.time('at'),
  };
}

function documentRecord(answer: JsonAnswer): DocumentRecord {
  return {
    uniqueId: answer.text('uniqueId', 128),
    entryId: answer.text('entryId', 128),
    title: answer.text('title'),
    typeCode: answer.text('typeCode', 64),
    typeLabel: answer.text('typeLabel'),
    status: answer.oneOf('status', ['approved', 'deprecated']),
    submittedAt: answer.time('submittedAt'),
    mimeType: answer.text('mimeType', 127),
    size: answer.count('size'),
    sha1: answer.text('sha1', 40),
    confidentiality: answer.text('confidentiality', 16),
    replacedBy: answer.textOrNull('replacedBy'),
  };
}

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

function documentsBinding(wire: SimulatorWire): DocumentsBinding {
  return {
    list: (patient, { includeDeprecated }, call) =>
      wire.json('documents/list', { patient: about(patient), includeDeprecated }, call, (answer) =>
        answer.list('documents').map(documentRecord),
      ),
    async fetch(patient, uniqueId, maxBytes, call) {
      const answer = await wire.bytes('documents/fetch', { patient: about(patient), uniqueId }, call, maxBytes);
      if (answer.value.length === 0) throw notUnderstood('');
      return answer;
    },
  };
}
