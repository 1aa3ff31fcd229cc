import type { PatientTraits } from '../../identity/index.ts';
import type { AlertsBinding } from './alerts.ts';
import { alertMessages, alertSubscription } from './alert-answers.ts';
import type { CareCircleBinding } from './care-circle.ts';
import type { ConsentBinding } from './consent.ts';
import { documentPage } from './document-answers.ts';
import { JsonAnswer, notUnderstood } from './json-answer.ts';
import type {
  Answered,
  BindingCall,
  CreatedDossier,
  DocumentsBinding,
  DossierBinding,
  DossierRecord,
  NotificationsBinding,
  PlatformBinding,
} from './model.ts';
import { measurePage } from './measure-answers.ts';
import type { MeasuresBinding } from './measures.ts';
import type { InterventionPlanBinding } from './home-access.ts';
import { noteFile, notePage, writtenNote } from './note-answers.ts';
import { homeAccessRecords, planRecord, planRecords, writtenPlan } from './plan-answers.ts';
import type { PlansBinding, WrittenPlan } from './plans.ts';
import type { NotesBinding, WrittenNote } from './notes.ts';
import { supportDetail, supportPage, writtenSupport } from './support-answers.ts';
import type { SupportBinding, WrittenSupportRequest } from './support.ts';
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

/**
 * A binding that a host wrote, whose answers are read as those of a wire are: field by field, so
 * that nothing of another shape reaches an operation. What an answer holds beside is left.
 */
export function withCheckedAnswers(binding: PlatformBinding): PlatformBinding {
  const families: Omit<Required<PlatformBinding>, 'kind' | 'probe' | 'close'> = {
    dossier: binding.dossier && checkedDossier(binding.dossier),
    notifications: binding.notifications && checkedNotifications(binding.notifications),
    documents: binding.documents && checkedDocuments(binding.documents),
    consent: binding.consent && checkedConsent(binding.consent),
    careCircle: binding.careCircle && checkedCareCircle(binding.careCircle),
    alerts: binding.alerts && checkedAlerts(binding.alerts),
    notes: binding.notes && checkedNotes(binding.notes),
    support: binding.support && checkedSupport(binding.support),
    measures: binding.measures && checkedMeasures(binding.measures),
    interventionPlan: binding.interventionPlan && checkedInterventions(binding.interventionPlan),
  };
  return {
    kind: binding.kind,
    ...families,
    ...(binding.probe && { probe: binding.probe.bind(binding) }),
    ...(binding.close && { close: binding.close.bind(binding) }),
  };
}

type Answering<A extends unknown[], T> = (...args: A) => Promise<Answered<T>>;

/** The same method, its value read; absent when it is. */
function checked<A extends unknown[], T>(
  owner: object,
  method: Answering<A, T> | undefined,
  read: (value: unknown) => T,
): Answering<A, T> | undefined {
  if (!method) return undefined;
  return async (...args) => answered(await method.apply(owner, args), read);
}

function answered<T>(answer: unknown, read: (value: unknown) => T): Answered<T> {
  if (typeof answer !== 'object' || answer === null || !('value' in answer)) throw notUnderstood('value');
  const time = 'platformTime' in answer ? answer.platformTime : null;
  if (time !== null && !Number.isFinite(time)) throw notUnderstood('platformTime');
  return { value: read(answer.value), platformTime: time as number | null };
}

type Searching = DocumentsBinding['search'];

/** The same of a method that gives pages. */
function checkedPages(owner: object, method: Searching | undefined): Searching | undefined {
  if (!method) return undefined;

  return async function* pages(...args: Parameters<Searching>) {
    const given: unknown = method.apply(owner, args);
    if (typeof given !== 'object' || given === null || !(Symbol.asyncIterator in given)) throw notUnderstood('pages');
    for await (const page of given as AsyncIterable<unknown>) {
      yield answered(page, (value) => documentPage(new JsonAnswer(value)));
    }
  };
}

/** The same of what gives a page at a time. */
function checkedNext<P>(
  pages: { readonly next?: Answering<[BindingCall], P> } | undefined,
  read: (page: JsonAnswer) => P,
): { readonly next: Answering<[BindingCall], P> } {
  const next = pages && checked(pages, pages.next, (value) => read(new JsonAnswer(value)));
  if (!next) throw notUnderstood('list');
  return { next };
}

function checkedDossier(given: Partial<DossierBinding>): Partial<DossierBinding> {
  const status = checked(given, given.status, recordOf);
  const create = checked(given, given.create, createdOf);
  return { ...(status && { status }), ...(create && { create }) };
}

function checkedNotifications(given: Partial<NotificationsBinding>): Partial<NotificationsBinding> {
  const countForPatient = checked(given, given.countForPatient, (value) => count(new JsonAnswer(value)));
  const countForPractitioner = checked(given, given.countForPractitioner, (value) =>
    practitionerCount(new JsonAnswer(value)),
  );
  const list = checked(given, given.list, (value) => notificationPage(new JsonAnswer(value)));
  return {
    ...(countForPatient && { countForPatient }),
    ...(countForPractitioner && { countForPractitioner }),
    ...(list && { list }),
  };
}

function checkedDocuments(given: Partial<DocumentsBinding>): Partial<DocumentsBinding> {
  const search = checkedPages(given, given.search);
  const fetch = checked(given, given.fetch, bytesOf);
  const setVisibility = checked(given, given.setVisibility, () => null);
  return { ...(search && { search }), ...(fetch && { fetch }), ...(setVisibility && { setVisibility }) };
}

function checkedConsent(given: Partial<ConsentBinding>): Partial<ConsentBinding> {
  const list = checked(given, given.list, (value) => new JsonAnswer({ value }).list('value').map(consent));
  const withdraw = checked(given, given.withdraw, (value) => consent(new JsonAnswer(value)));
  return { ...(list && { list }), ...(withdraw && { withdraw }) };
}

function checkedCareCircle(given: Partial<CareCircleBinding>): Partial<CareCircleBinding> {
  const circleOf = (value: unknown): ReturnType<typeof careCircle> => careCircle(new JsonAnswer(value));
  const get = checked(given, given.get, circleOf);
  const join = checked(given, given.join, circleOf);
  const leave = checked(given, given.leave, circleOf);
  const addMember = checked(given, given.addMember, circleOf);
  const removeMember = checked(given, given.removeMember, circleOf);
  const listMine = checked(given, given.listMine, (value) =>
    new JsonAnswer({ value }).list('value').map(followedCircle),
  );
  return {
    ...(get && { get }),
    ...(join && { join }),
    ...(leave && { leave }),
    // Anything but a plain no lets the member through: the wire itself has the last word.
    ...(given.adds && { adds: (member) => given.adds?.(member) !== false }),
    ...(addMember && { addMember }),
    ...(removeMember && { removeMember }),
    ...(listMine && { listMine }),
  };
}

function checkedAlerts(given: Partial<AlertsBinding>): Partial<AlertsBinding> {
  const list = checked(given, given.list, (value) => alertMessages(new JsonAnswer(value)));
  const subscribe = checked(given, given.subscribe, (value) => alertSubscription(new JsonAnswer(value)));
  const unsubscribe = checked(given, given.unsubscribe, () => null);
  return { ...(list && { list }), ...(subscribe && { subscribe }), ...(unsubscribe && { unsubscribe }) };
}

function checkedNotes(given: Partial<NotesBinding>): Partial<NotesBinding> {
  const written = (value: unknown): WrittenNote => writtenNote(new JsonAnswer(value));
  const create = checked(given, given.create, written);
  const update = checked(given, given.update, written);
  const retract = checked(given, given.retract, written);
  const fetch = checked(given, given.fetch, noteFile);
  return {
    ...(given.list && { list: (patient, query) => checkedNext(given.list?.(patient, query), notePage) }),
    ...(create && { create }),
    ...(update && { update }),
    ...(retract && { retract }),
    ...(fetch && { fetch }),
  };
}

function checkedPlans(given: Partial<PlansBinding>): Partial<PlansBinding> {
  const written = (value: unknown): WrittenPlan => writtenPlan(new JsonAnswer(value));
  const list = checked(given, given.list, (value) => planRecords(new JsonAnswer(value)));
  const get = checked(given, given.get, (value) => planRecord(new JsonAnswer(value)));
  const create = checked(given, given.create, written);
  const update = checked(given, given.update, written);
  return { ...(list && { list }), ...(get && { get }), ...(create && { create }), ...(update && { update }) };
}

function checkedInterventions(given: Partial<InterventionPlanBinding>): Partial<InterventionPlanBinding> {
  const getAccessInfo = checked(given, given.getAccessInfo, (value) => homeAccessRecords(new JsonAnswer(value)));
  return { ...checkedPlans(given), ...(getAccessInfo && { getAccessInfo }) };
}

function checkedSupport(given: Partial<SupportBinding>): Partial<SupportBinding> {
  const written = (value: unknown): WrittenSupportRequest => writtenSupport(new JsonAnswer(value));
  const reaches = checked(given, given.reaches, (value) => value === true);
  const request = checked(given, given.request, written);
  const get = checked(given, given.get, (value) => supportDetail(new JsonAnswer(value)));
  const cancel = checked(given, given.cancel, written);
  return {
    ...(reaches && { reaches }),
    ...(request && { request }),
    ...(given.list && { list: (patient, query) => checkedNext(given.list?.(patient, query), supportPage) }),
    ...(get && { get }),
    ...(cancel && { cancel }),
  };
}

function checkedMeasures(given: Partial<MeasuresBinding>): Partial<MeasuresBinding> {
  if (!given.list) return {};
  return { list: (patient, query) => checkedNext(given.list?.(patient, query), measurePage) };
}

/** Traits are those that the platform tells: some of them, or none. */
function recordOf(value: unknown): DossierRecord {
  const answer = new JsonAnswer(value);
  const record = dossier(new JsonAnswer({ ...(value as object), identity: null }));
  if (!answer.has('identity')) return record;

  const said = answer.object('identity');
  const trait = (name: keyof PatientTraits): string | undefined => said.textOrNull(name) ?? undefined;
  const sex = said.has('sex') ? said.oneOf<'M' | 'F' | 'I'>('sex', ['M', 'F', 'I']) : undefined;
  const identity = { birthName: trait('birthName'), firstName: trait('firstName'), birthDate: trait('birthDate'), sex };
  return { ...record, identity };
}

function createdOf(value: unknown): CreatedDossier {
  const answer = new JsonAnswer(value);
  return {
    regionalId: answer.has('regionalId') ? identifier(answer.object('regionalId')) : null,
    dossierId: answer.textOrNull('dossierId'),
    careTeamId: answer.textOrNull('careTeamId'),
  };
}

function bytesOf(value: unknown): Uint8Array {
  if (!(value instanceof Uint8Array)) throw notUnderstood('value');
  return value;
}
