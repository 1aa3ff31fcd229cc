import type { PatientInput } from '../../identity/index.ts';
import type { CallOptions } from '../../internal/abort.ts';
import { optionsOf, recordOf } from '../../internal/border.ts';
import { isoUtc } from '../../internal/hl7-time.ts';
import { callChecks } from '../../internal/option-checks.ts';
import { resourceIdOf } from '../../internal/words.ts';
import type {
  Answered,
  BindingCall,
  BoundPatient,
  ConsentRecord,
  SupportBinding,
  SupportPages,
} from '../../transport/index.ts';
import type { CallMeta } from '../call.ts';
import { requireConsentToSupport } from '../consent/gate.ts';
import type { ConsentReceipt } from '../consent/model.ts';
import { consentRecord } from '../consent/record.ts';
import type { PlatformContext } from '../policy/context.ts';
import { cancelChecks, checkedRequest, supportListChecks, supportVersionOf } from './input.ts';
import type {
  SupportList,
  SupportListOptions,
  SupportOperations,
  SupportRequestInput,
  SupportWritten,
} from './model.ts';

/** One exchange about requests for support. */
interface Asked<T> {
  readonly action: `support.${keyof SupportOperations}`;
  readonly object?: string;
  readonly options: CallOptions;
  readonly send: (support: Partial<SupportBinding>) => ((call: BindingCall) => Promise<Answered<T>>) | undefined;
}

/** The requests for support of a client. */
export function createSupportOperations(context: PlatformContext): SupportOperations {
  return {
    request: (patient, request, options) => makeRequest(context, patient, request, options),
    list: (patient, options) => list(context, patient, options),
    async get(patient, id, given) {
      context.requireReady();
      const options = optionsOf('options', given, callChecks);
      const bound = boundOf(context, patient);
      const object = resourceIdOf('id', id);
      const send: Asked<Awaited<ReturnType<SupportBinding['get']>>['value']>['send'] = (support) =>
        support.get?.bind(support, bound, object);
      const { value, meta } = await ask(context, bound, { action: 'support.get', object, options, send });
      return { ...value, meta };
    },
    async cancel(patient, request, given) {
      context.requireReady();
      const { reason = null, ...options } = optionsOf('options', given, cancelChecks);
      const bound = boundOf(context, patient);
      const version = supportVersionOf(request);
      const { value, meta } = await ask(context, bound, {
        action: 'support.cancel',
        object: version.id,
        options,
        send: (support) => support.cancel?.bind(support, bound, version, reason),
      });
      return { ...value, meta };
    },
  };
}

/** `null` names nobody; anything else is a patient. */
function boundOf(context: PlatformContext, patient: PatientInput | null): BoundPatient | null {
  return patient === null ? null : context.requirePatient(recordOf('patient', patient, 'patient attendu'));
}

/** What this machine can judge comes first: the request, the consent, its withdrawal. */
async function makeRequest(
  context: PlatformContext,
  patient: PatientInput | null,
  given: SupportRequestInput,
  callOptions: CallOptions | undefined,
): Promise<SupportWritten> {
  context.requireReady();
  const options = optionsOf('options', callOptions, callChecks);
  const bound = boundOf(context, patient);
  const { runtime, config } = context;
  const request = checkedRequest(given, bound !== null);
  const consent = bound && (await requireConsent(context, bound, request.consent));

  const uniqueId = request.uniqueId ?? runtime.ids.uuid();
  const made = {
    uniqueId,
    structure: request.structure,
    need: request.need,
    reasons: request.reasons ?? [],
    urgency: request.urgency ?? null,
    documents: request.documents ?? [],
    replyTo: request.replyTo ?? config.user.mssAddress,
    consent,
    date: isoUtc(runtime.clock.now()),
  };
  const { value, meta } = await ask(context, bound, {
    action: 'support.request',
    object: uniqueId,
    options,
    send: (support) => support.request?.bind(support, bound, made),
  });
  return { ...value, meta };
}

async function requireConsent(
  { runtime, config, withdrawnConsents }: PlatformContext,
  { localId }: BoundPatient,
  receipt: ConsentReceipt | undefined,
): Promise<ConsentRecord> {
  const consent = requireConsentToSupport(receipt, localId, {
    now: runtime.clock.now(),
    maxAgeDays: config.policy?.consentMaxAgeDays ?? 0,
  });
  await withdrawnConsents.require(localId, 'support-request', consent);
  return consentRecord(consent);
}

/** Each page is a call of its own: its gates, its time limit, its line in the journal. */
async function* list(
  context: PlatformContext,
  patient: PatientInput | null,
  given: SupportListOptions | undefined,
): AsyncGenerator<SupportList, void, undefined> {
  context.requireReady();
  const { states = [], updatedSince = null, ...options } = optionsOf('options', given, supportListChecks);
  const bound = boundOf(context, patient);
  let pages: SupportPages | undefined;

  for (let isLast = false; !isLast;) {
    const { value, meta } = await ask(context, bound, {
      action: 'support.list',
      options,
      send: (support) =>
        support.list && (async (call) => (pages ??= begun(support, bound, { states, updatedSince })).next(call)),
    });
    ({ isLast } = value);
    yield { ...value, meta };
  }
}

function begun(support: Partial<SupportBinding>, ...asked: Parameters<SupportBinding['list']>): SupportPages {
  return (support as Pick<SupportBinding, 'list'>).list(...asked);
}

function ask<T>(
  context: PlatformContext,
  patient: BoundPatient | null,
  { action, object, options, send }: Asked<T>,
): Promise<{ readonly value: T; readonly meta: CallMeta }> {
  return context.call<T>({
    operation: 'support',
    patient,
    purpose: 'normal',
    access: { action, ...(object !== undefined && { object }) },
    options,
    send: ({ support }) => support && send(support),
  });
}
