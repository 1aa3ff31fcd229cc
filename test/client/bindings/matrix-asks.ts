import { fictiveSummary } from '../../../src/cli/demo/documents.ts';
import type { ConsentReceipt, TerrESanteClient } from '../../../src/index.ts';
import { fictiveConfig } from '../../../src/simulator/index.ts';
import { demoLetterPdf, fictivePatients, type FictivePatient } from '../../../src/testing/index.ts';
import { letter } from '../world.ts';
import { colleague } from './wires.ts';

/** Of the dossier that everything is asked about, and of none. */
export const [patient, stranger] = fictivePatients(2) as [FictivePatient, FictivePatient];

type Ask = (te: TerrESanteClient) => Promise<unknown>;

const since = '2020-01-01T00:00:00Z';
const facility = { finess: '990000028', name: "Hôpital d'essai" };
const subscription = { id: 'abonnement-1', patient: patient.localId, type: 'admission' as const };
const note = { type: 'OBS', text: 'Passage infirmier fait.' } as const;
const version = { id: 'note-1', version: '1' };
const question = { subject: 'Question', text: 'Bonjour.' };
const support = { structure: { name: 'DAC', site: { finess: '990000036' } }, need: 'Un appui' } as const;
const dressing = { label: 'Pansement', status: 'in-progress' } as const;
const printed = { pdf: demoLetterPdf(), patientConsent: true } as const;

const consent = (
  te: TerrESanteClient,
  about = patient,
  kinds: ConsentReceipt['kinds'] = ['dossier-creation', 'join-circle'],
): ConsentReceipt =>
  te.consent.record(about, {
    kinds,
    givenBy: 'patient',
    mode: 'oral',
    collectedAt: new Date().toISOString(),
  });

const supportConsent = (te: TerrESanteClient): ConsentReceipt => consent(te, patient, ['support-request']);

/** The first thing that comes, or what ends it; nobody waits for more. */
async function first(items: AsyncIterable<unknown>): Promise<unknown> {
  for await (const item of items) return item;
  return null;
}

/** A deposit is queued: what becomes of it is awaited, for it leaves later. */
async function left(te: TerrESanteClient, depositing: Promise<{ readonly uniqueId: string }>): Promise<unknown> {
  const { uniqueId } = await depositing;
  const { state, problem, rejection } = await te.outbox.wait(uniqueId, { timeoutMs: 20_000 });
  if (!['processed', 'visible'].includes(state))
    throw new Error(`${state} ${String(problem?.code)} ${String(rejection?.code)}`);
  return state;
}

/** A mail is queued too; whether the far side knows its mailbox is not asked here. */
async function mailed(te: TerrESanteClient, sending: Promise<{ readonly uniqueId: string }>): Promise<unknown> {
  const { uniqueId } = await sending;
  return te.outbox.wait(uniqueId, { timeoutMs: 2_000 }).catch(() => te.outbox.status(uniqueId));
}

/** A watch is given a moment. */
const soon = (): { signal: AbortSignal } => ({ signal: AbortSignal.timeout(1_500) });

/** One question for each operation of the client. */
export const matrixAsks: Readonly<Record<string, Ask>> = {
  'dossier.status': (te) => te.dossier.status(patient),
  'dossier.statuses': async (te) => {
    for await (const { error } of te.dossier.statuses([patient])) if (error) throw error;
  },
  'dossier.create': (te) => te.dossier.create(stranger, { consent: consent(te, stranger), ifExists: 'return' }),
  'consent.record': async (te) => consent(te),
  'consent.get': (te) => te.consent.get(patient),
  'consent.withdraw': (te) => te.consent.withdraw(stranger, consent(te, stranger)),
  'careCircle.get': (te) => te.careCircle.get(patient),
  'careCircle.join': (te) => te.careCircle.join(patient, { consent: consent(te), role: 'PCP' }),
  'careCircle.leave': (te) => te.careCircle.leave(stranger),
  'careCircle.listMine': (te) => te.careCircle.listMine(),
  'careCircle.addMember': (te) => te.careCircle.addMember(patient, { consent: consent(te), member: colleague }),
  'careCircle.removeMember': (te) => te.careCircle.removeMember(patient, 'X/1'),
  'alerts.list': (te) => te.alerts.list([subscription]),
  'alerts.watch': (te) => first(te.alerts.watch([subscription], soon())),
  'alerts.subscribe': (te) => te.alerts.subscribe(patient, { type: 'admission', facility }),
  'alerts.unsubscribe': (te) => te.alerts.unsubscribe(subscription),
  'notes.list': (te) => first(te.notes.list(patient)),
  'notes.create': (te) => te.notes.create(patient, note),
  'notes.reply': (te) => te.notes.reply(patient, 'note-1', note),
  'notes.update': (te) => te.notes.update(patient, version, { text: 'Autre.' }),
  'notes.retract': (te) => te.notes.retract(patient, version),
  'notes.fetch': (te) => te.notes.fetch(patient, 'note-1', 0),
  'support.request': (te) => te.support.request(patient, { ...support, consent: supportConsent(te) }),
  'support.list': (te) => first(te.support.list(patient)),
  'support.get': (te) => te.support.get(patient, 'demande-1'),
  'support.cancel': (te) => te.support.cancel(patient, { id: 'demande-1', version: '1' }),
  'measures.list': (te) => first(te.measures.list(patient)),
  'interventionPlan.list': (te) => te.interventionPlan.list(patient),
  'interventionPlan.get': (te) => te.interventionPlan.get(patient, 'plan-1'),
  'interventionPlan.create': (te) => te.interventionPlan.create(patient, { status: 'active', interventions: [] }),
  'interventionPlan.update': (te) => te.interventionPlan.update(patient, version, { title: 'Autre' }),
  'interventionPlan.upsertIntervention': (te) => te.interventionPlan.upsertIntervention(patient, version, dressing),
  'interventionPlan.endIntervention': (te) =>
    te.interventionPlan.endIntervention(patient, version, 0, { status: 'completed' }),
  'interventionPlan.getAccessInfo': (te) => te.interventionPlan.getAccessInfo(patient, 'Visite'),
  'notifications.countForPatient': (te) => te.notifications.countForPatient(patient, { since }),
  'notifications.countForPractitioner': (te) => te.notifications.countForPractitioner({ since }),
  'notifications.list': (te) => te.notifications.list({ patient, since }),
  'notifications.markSeen': (te) => te.notifications.markSeen({ patient, at: since }),
  'notifications.watch': (te) => first(te.notifications.watch(soon())),
  'documents.deposit': async (te) =>
    left(te, te.documents.deposit(patient, await letter({ patient }), { patientConsent: true })),
  'documents.depositLetter': (te) => left(te, te.documents.depositLetter(patient, printed)),
  'documents.depositPrescription': (te) => left(te, te.documents.depositPrescription(patient, printed)),
  'documents.depositReport': (te) => left(te, te.documents.depositReport(patient, printed)),
  'documents.depositVsm': (te) =>
    left(te, te.documents.depositVsm(patient, { content: fictiveSummary, patientConsent: true })),
  'documents.measure': async (te) => te.documents.measure(patient, await letter({ patient })),
  'documents.status': (te) => te.documents.status(patient, '1.2.3.4'),
  'documents.list': (te) => te.documents.list(patient),
  'documents.search': async (te) => first(te.documents.search(patient)),
  'documents.fetch': (te) => te.documents.fetch(patient, '1.2.3.4'),
  'documents.setVisibility': (te) =>
    te.documents.setVisibility(patient, '1.2.3.4', {
      hiddenFromPatient: false,
      hiddenFromProfessionals: true,
      hiddenFromLegalRepresentatives: false,
    }),
  'mail.recipients': (te) => te.mail.recipients({ rpps: '99900000022' }),
  'mail.send': async (te) => {
    const to = { address: fictiveConfig().quai.eMailSecur };
    return mailed(te, te.mail.send(to, { ...question, about: null }, { patientOpposed: false }));
  },
  'mail.sendToPatient': (te) => mailed(te, te.mail.sendToPatient(patient, question, { patientOpposed: false })),
  'mail.endExchanges': (te) => mailed(te, te.mail.endExchanges(patient, { patientOpposed: false })),
  'mail.read': (te) => te.mail.read(Buffer.from('Subject: x\r\n\r\nx'), { find: async () => Promise.resolve([]) }),
  'mail.measure': (te) => te.mail.measure(question),
  'outbox.start': (te) => te.outbox.start(),
  'outbox.stop': (te) => te.outbox.stop(),
  'outbox.list': (te) => first(te.outbox.list()),
  'outbox.summary': (te) => te.outbox.summary(),
  'outbox.wait': (te) => te.outbox.wait('1.2.3.4', { timeoutMs: 50 }),
  'outbox.status': (te) => te.outbox.status('1.2.3.4'),
  'outbox.retry': (te) => te.outbox.retry('1.2.3.4'),
  'outbox.cancel': (te) => te.outbox.cancel('1.2.3.4'),
  'outbox.unmatched': (te) => first(te.outbox.unmatched()),
  'outbox.applyReport': (te) => te.outbox.applyReport({} as never),
  'portal.launch': (te) => te.portal.launch({ page: 'documents', patient }, { window: 'embedded' }),
  'insi.searchByTraits': (te) => te.insi.searchByTraits({} as never),
  'insi.searchByVitale': (te) => te.insi.searchByVitale({} as never, {}),
  'insi.verify': (te) => te.insi.verify(patient),
  'timeline.get': (te) => te.timeline.get(patient),
  'privacy.export': (te) => te.privacy.export(patient),
  'privacy.erase': (te) => te.privacy.erase(stranger),
  'insi.verifyBatch': (te) => te.insi.verifyBatch([] as never),
};
