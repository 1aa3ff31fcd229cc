import { TerrESanteError } from '../../errors.ts';
import type { LocalIdentifier, PatientInput } from '../../identity/index.ts';
import { isList, needed, optionsOf, reading, recordOf, refuseArgument, type Checks } from '../../internal/border.ts';
import { isoUtc, parseInstant } from '../../internal/hl7-time.ts';
import { callChecks, choice, options as optionRecord, text, wait } from '../../internal/option-checks.ts';
import type { AlertRecord, AlertsBinding, SubscribedPatient } from '../../transport/index.ts';
import { parseMssAddress } from '../../transport/index.ts';
import type { PlatformContext } from '../policy/context.ts';
import { eventsOf } from './events.ts';
import type {
  AlertList,
  AlertListOptions,
  AlertOperations,
  AlertSubscribeOptions,
  AlertSubscription,
  AlertWatchOptions,
} from './model.ts';
import { earlier, watchAlerts } from './watch.ts';

type AlertSubscribing = Parameters<AlertsBinding['subscribe']>[1];

const listChecks: Checks<AlertListOptions> = { ...callChecks, since: text };
const watchChecks: Checks<AlertWatchOptions> = { ...listChecks, intervalMs: wait };
const subscribeChecks: Checks<AlertSubscribeOptions> = {
  ...callChecks,
  type: needed(choice('admission', 'discharge')),
  facility: needed(optionRecord({ finess: needed(text), name: needed(text) })),
  from: text,
  until: text,
  mailbox: text,
};
const patientChecks: Checks<LocalIdentifier> = { system: needed(text), value: needed(text) };

/** Subscriptions of one call: those of a practice, never a whole register. */
const maxSubscriptions = 2_000;

/** The hospital alert operations of a client. */
export function createAlertOperations(context: PlatformContext): AlertOperations {
  return {
    async list(subscriptions, given) {
      context.requireReady();
      const options = optionsOf('options', given, listChecks);
      return list(context, subscribed(subscriptions), options);
    },
    async *watch(subscriptions, given) {
      context.requireReady();
      const { signal, timeoutMs, ...options } = optionsOf('options', given, watchChecks);
      const asked = subscribed(subscriptions);
      const since = options.since === undefined ? undefined : utc(options.since);
      const minPollMs = context.descriptor.limits.minPollSeconds.value * 1000;

      const read = (from: string | undefined): Promise<AlertList> =>
        list(context, asked, { signal, timeoutMs, since: from });
      yield* watchAlerts(read, minPollMs, { ...options, since, signal });
    },
    subscribe: (patient, options) => subscribe(context, patient, options),
    async unsubscribe(subscription, given) {
      context.requireReady();
      const options = optionsOf('options', given, callChecks);
      const { id, patient } = subscribedPatient('subscription', subscription);
      const { meta } = await context.call({
        operation: 'alerts',
        patient: null,
        purpose: 'normal',
        access: { action: 'alerts.unsubscribe', object: id, patient },
        options,
        send: ({ alerts }) => alerts?.unsubscribe?.bind(alerts, id),
      });
      return { meta };
    },
  };
}

async function list(
  context: PlatformContext,
  subscriptions: readonly SubscribedPatient[],
  { since, ...options }: AlertListOptions,
): Promise<AlertList> {
  const from = since === undefined ? null : utc(since);
  const startedAt = isoUtc(context.runtime.clock.now());
  const { value, meta } = await context.call({
    operation: 'alerts',
    patient: null,
    purpose: 'normal',
    access: { action: 'alerts.list', patient: onlyPatient(subscriptions) },
    options,
    send: ({ alerts }) => alerts?.list?.bind(alerts, { subscriptions, since: from }),
  });

  const { messages, unread, isComplete } = value;
  const recent = messages.filter(({ receivedAt }) => from === null || receivedAt === null || receivedAt >= from);
  const { alerts, cancelled } = eventsOf(recent, subscriptions);
  await journalPatients(context, [...alerts, ...cancelled], { startedAt, meta, subscriptions });
  return { alerts, cancelled, unread, isComplete, next: nextSince(recent, from, meta.platformTime), meta };
}

/** One line for each patient of whom something was learnt, where the question was about several. */
async function journalPatients(
  { trail }: PlatformContext,
  found: AlertList['alerts'],
  about: Pick<AlertList, 'meta'> & { readonly startedAt: string; readonly subscriptions: readonly SubscribedPatient[] },
): Promise<void> {
  const { binding, correlationId } = about.meta;
  if (onlyPatient(about.subscriptions) || binding === null) return;

  const patients = new Map(found.map(({ patient }) => [JSON.stringify([patient.system, patient.value]), patient]));
  for (const patient of patients.values()) {
    const access = { startedAt: about.startedAt, action: 'alerts.list', binding, purpose: 'normal' as const, patient };
    await trail.succeeded(access, correlationId);
  }
}

function onlyPatient([first, ...others]: readonly SubscribedPatient[]): LocalIdentifier | null {
  const isSame = ({ patient }: SubscribedPatient): boolean =>
    patient.system === first?.patient.system && patient.value === first.patient.value;
  return first && others.every(isSame) ? first.patient : null;
}

/**
 * Where the next reading starts: at the last arrival, never ahead of the clock of the platform, and
 * a little back.
 */
function nextSince(messages: readonly AlertRecord[], from: string | null, platformTime: string | null): string | null {
  const arrivals = messages.flatMap(({ receivedAt }) => receivedAt ?? []).sort();
  const last = arrivals.at(-1) ?? platformTime ?? null;
  if (last === null) return from;

  const bounded = platformTime !== null && last > platformTime ? platformTime : last;
  const next = earlier(bounded);
  return from !== null && next < from ? from : next;
}

async function subscribe(
  context: PlatformContext,
  patient: PatientInput,
  given: AlertSubscribeOptions,
): Promise<AlertSubscription> {
  context.requireReady();
  const { type, facility, from, until, mailbox, ...options } = optionsOf('options', given, subscribeChecks);
  const bound = context.requirePatient(recordOf('patient', patient, 'patient attendu'));
  const asked: AlertSubscribing = {
    type,
    facility: facilityOf(facility),
    from: from === undefined ? isoUtc(context.runtime.clock.now()) : utc(from),
    until: until === undefined ? null : utc(until),
    mailbox: professionalMailbox(mailbox ?? context.config.user.mssAddress),
  };
  if (asked.until !== null && asked.until <= asked.from) refuseArgument('options.until', 'instant après from attendu');

  const { value, meta } = await context.call({
    operation: 'alerts',
    patient: bound,
    purpose: 'normal',
    access: { action: 'alerts.subscribe' },
    options,
    send: ({ alerts }) => alerts?.subscribe?.bind(alerts, bound, asked),
  });
  return { ...value, patient: bound.localId, isActive: value.status === 'active', meta };
}

/** An alert goes to a professional, inside the trusted space, and nowhere else. */
function professionalMailbox(mailbox: string): string {
  const { address, isPatient } = parseMssAddress(mailbox);
  if (!isPatient) return address;
  throw new TerrESanteError(
    'TE_ADDRESS_INVALID',
    "Une alerte s'adresse à un professionnel, jamais à la boîte d'un patient.",
    {
      details: { problem: 'patient' },
    },
  );
}

function facilityOf({ finess, name }: AlertSubscribing['facility']): AlertSubscribing['facility'] {
  if (!/^[0-9A-Z]{9}$/.test(finess)) refuseArgument('options.facility.finess', 'FINESS de neuf caractères attendu');
  if (name.trim() === '') refuseArgument('options.facility.name', 'nom attendu');
  return { finess, name };
}

function subscribed(subscriptions: unknown): readonly SubscribedPatient[] {
  return reading('subscriptions', () => {
    if (!isList(subscriptions) || subscriptions.length === 0) {
      return refuseArgument('subscriptions', 'au moins un abonnement attendu');
    }
    if (subscriptions.length > maxSubscriptions) {
      return refuseArgument('subscriptions', `${String(maxSubscriptions)} abonnements au plus`);
    }
    return subscriptions.map((subscription, index) =>
      subscribedPatient(`subscriptions[${String(index)}]`, subscription),
    );
  });
}

/** An id goes into an address of the platform: nothing else than what FHIR allows. */
function subscribedPatient(name: string, given: unknown): SubscribedPatient {
  return reading(name, () => {
    const { id, patient } = recordOf(name, given as SubscribedPatient | undefined, 'abonnement attendu');
    if (typeof id !== 'string' || !/^(?!\.+$)[A-Za-z0-9.-]{1,64}$/.test(id)) {
      return refuseArgument(`${name}.id`, "identifiant d'abonnement attendu");
    }
    const { system, value } = recordOf(
      `${name}.patient`,
      patient as LocalIdentifier | undefined,
      'identifiant attendu',
    );
    return { id, patient: optionsOf(`${name}.patient`, { system, value }, patientChecks) };
  });
}

function utc(iso: string): string {
  return isoUtc(parseInstant(iso).epochMs);
}
