import { TerrESanteError } from '../../errors.ts';
import { isObject, writeJson, type Json } from '../../internal/json/index.ts';
import type { NewPlan, WrittenPlan } from '../binding/plans.ts';
import { tokenOf } from '../fhir/address.ts';
import { protocolFailure } from '../http/protocol-failure.ts';
import type { PlanKind } from '../plans/names.ts';
import { activitiesOf, keyOf, uniqueIdOf, wordsOf } from '../plans/read-plan.ts';
import { planKey, writeGoal, writePlan } from '../plans/write-plan.ts';
import { creating, roleEntries, sameUuid } from './actors.ts';
import type { Current } from './by-version.ts';
import type { FhirCall } from './exchange.ts';
import { currentPlan, requireAboutPlan } from './plan-record.ts';
import { searchFirst } from './search-first.ts';
import type { NoteSubject } from './note-subject.ts';
import { thereAllTheSame } from './there-all-the-same.ts';
import { sendTransaction, versionOf, type Written } from './transaction.ts';

interface Asked {
  readonly plan: NewPlan;
  readonly kind: PlanKind;
}

/**
 * Creates a plan with its objectives and, where the server has none yet, the role of its author, in
 * one transaction. The same plan sent again creates nothing; after an answer that is lost it is
 * looked for.
 *
 * @throws TerrESanteError `TE_DUPLICATE` for another plan of this UUID
 * @see HL7 FHIR R4, conditional create
 */
export async function createPlan(call: FhirCall, subject: NoteSubject, asked: Asked): Promise<WrittenPlan> {
  const { plan, kind } = asked;
  const url = (name: string): string => `urn:uuid:${sameUuid(plan.uniqueId, name)}`;
  const [author, practitioner] = [url('PractitionerRole'), url('Practitioner')];
  const patient = `Patient/${subject.id}`;
  const goals = new Map(plan.goals.map(({ key }) => [key, planKey(key).value]));
  const resource = writePlan(plan, kind, { subject: patient, author, goals });
  const entries = [
    creating(planKey(plan.uniqueId).value, resource, planKey(plan.uniqueId)),
    ...plan.goals.map((goal) => creating(planKey(goal.key).value, writeGoal(goal, patient), planKey(goal.key))),
    ...roleEntries(call.options, call.options.professional, { role: author, practitioner }),
  ];

  const sent = await sendTransaction(call, null, entries).catch(async (error: unknown) => {
    const found = await thereAllTheSame(error, () => bearing(call, subject, plan.uniqueId));
    return { plan: sameOne(found, resource, true, error) };
  });
  return 'plan' in sent ? sent.plan : createdPlan(call, subject, { ...asked, resource, written: sent[0] });
}

/** What was there before under this UUID is the same plan, or it is refused. */
async function createdPlan(
  call: FhirCall,
  subject: NoteSubject,
  { plan, kind, resource, written }: Asked & { readonly resource: Json; readonly written: Written | undefined },
): Promise<WrittenPlan> {
  const { uniqueId } = plan;
  if (written?.reference && !written.existed) {
    return { id: written.reference.id, version: written.version, uniqueId, isChanged: true };
  }
  const found = written?.reference
    ? await currentPlan(call, subject, { id: written.reference.id, kind })
    : await bearing(call, subject, uniqueId);
  if (found) return sameOne(found, resource, written?.existed === true);
  throw protocolFailure('no-id', "Le serveur FHIR ne dit pas l'identifiant du plan.", { unknownOutcome: true });
}

/** @throws TerrESanteError `TE_DUPLICATE` */
function sameOne({ id, version, resource }: Current, sent: Json, existed: boolean, cause?: unknown): WrittenPlan {
  if (isSame(resource, sent)) return { id, version, uniqueId: uniqueIdOf(resource), isChanged: !existed };
  throw new TerrESanteError('TE_DUPLICATE', 'Un autre plan porte déjà cet identifiant.', {
    ...(cause !== undefined && { cause }),
    details: { unknownOutcome: false },
  });
}

/** The plan of an identifier; a server that does not search by it is asked for all. */
async function bearing(call: FhirCall, subject: NoteSubject, uniqueId: string): Promise<Current | null> {
  const patient = ['patient', `Patient/${subject.id}`] as const;
  const { entries } = await searchFirst(call, 'CarePlan', [
    [patient, ['identifier', tokenOf(planKey(uniqueId))]],
    [patient],
  ]);
  const found = entries.find(({ type, resource }) => type === 'CarePlan' && uniqueIdOf(resource) === uniqueId);
  if (!found || found.id === null) return null;
  requireAboutPlan(found.resource, subject);
  return { id: found.id, resource: found.resource, version: versionOf(found.resource, null) };
}

/** Whether a plan began as the one that was sent: what its actions became does not count. */
function isSame(kept: Json, sent: Json): boolean {
  const labels = new Map(activitiesOf(kept).map((each) => [keyOf(each), labelOf(each)]));
  const hasAll = activitiesOf(sent).every((each) => labels.get(keyOf(each)) === labelOf(each));
  const isTitled = (kept['title'] ?? null) === (sent['title'] ?? null);
  return hasAll && isTitled && writeJson(kept['category'] ?? null) === writeJson(sent['category'] ?? null);
}

const labelOf = (activity: unknown): string | null =>
  isObject(activity) && isObject(activity['detail']) ? wordsOf(activity['detail']['code']) : null;
