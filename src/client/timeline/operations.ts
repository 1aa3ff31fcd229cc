import { isTerrESanteError } from '../../errors.ts';
import type { PatientInput } from '../../identity/index.ts';
import { optionsOf, recordOf, type Checks } from '../../internal/border.ts';
import { isoUtc, parseInstant } from '../../internal/hl7-time.ts';
import { callChecks, listOf, record as recordCheck, text } from '../../internal/option-checks.ts';
import type { PlatformDescriptor } from '../../platform/index.ts';
import type { DocumentRecord, SubscribedPatient } from '../../transport/index.ts';
import type { AlertList, AlertOperations, HospitalAlert } from '../alerts/model.ts';
import { isOfFamily } from '../documents/filters.ts';
import type { DocumentOperations } from '../documents/model.ts';
import type { Timeline, TimelineEntry, TimelineOperations, TimelineOptions } from './model.ts';

const checks: Checks<TimelineOptions> = {
  ...callChecks,
  since: text,
  // Each is checked where it is asked.
  subscriptions: listOf<SubscribedPatient>(recordCheck),
};

/** Where a timeline comes from. */
export interface TimelineParts {
  readonly documents: Pick<DocumentOperations, 'search'>;
  readonly alerts: Pick<AlertOperations, 'list'>;
  readonly descriptor: PlatformDescriptor;
}

/** The timeline operations of a client, over its other operations. */
export function timelineOperations(parts: TimelineParts): TimelineOperations {
  return { get: (patient, options) => timelineOf(parts, patient, options) };
}

async function timelineOf(
  { documents, alerts, descriptor }: TimelineParts,
  patient: PatientInput,
  given: TimelineOptions | undefined,
): Promise<Timeline> {
  const { since, subscriptions = [], ...call } = optionsOf('options', given, checks);
  const { localId }: PatientInput = recordOf('patient', patient, 'patient attendu');
  const from = since === undefined ? null : isoUtc(parseInstant(since).epochMs);

  const found: TimelineEntry[] = [];
  for await (const document of documents.search(patient, {}, call)) found.push(ofDocument(document, descriptor));

  const own = subscriptions.filter(
    (each) => each.patient.system === localId?.system && each.patient.value === localId.value,
  );
  const stays = own.length === 0 ? notAsked : await staysOf(() => alerts.list(own, call));
  found.push(...stays.entries);

  const entries = found.filter(({ at }) => at === null || from === null || mayBeFrom(at, from)).sort(newestFirst);
  return { ...stays, entries };
}

const notAsked: Timeline = { entries: [], alerts: 'not-asked', isComplete: true };

/** A platform without alerts is told as such; any other failure is the caller's to know. */
async function staysOf(list: () => Promise<AlertList>): Promise<Timeline> {
  try {
    const { alerts, isComplete, unread } = await list();
    return { entries: alerts.map(ofAlert), alerts: 'read', isComplete: isComplete && unread === 0 };
  } catch (error) {
    if (!isTerrESanteError(error) || error.code !== 'TE_UNSUPPORTED') throw error;
    return { ...notAsked, alerts: 'not-carried' };
  }
}

function ofDocument(document: DocumentRecord, { documents }: PlatformDescriptor): TimelineEntry {
  const families = documents.families?.value;
  const kind = (['exam-result', 'report'] as const).find(
    (family) => families !== undefined && isOfFamily(document, families[family]) === true,
  );
  return {
    at: document.act?.start ?? document.createdAt ?? document.submittedAt,
    kind: kind ?? 'document',
    title: document.title,
    source: 'documents',
    alert: null,
    document,
  };
}

function ofAlert(alert: HospitalAlert): TimelineEntry {
  const { occurredAt, type, title, facility } = alert;
  return {
    at: occurredAt,
    kind: type,
    title: title ?? facility?.name ?? null,
    source: 'alerts',
    alert,
    document: null,
  };
}

/** A day, or a month, of which only a part is before the instant may be from it on. */
const mayBeFrom = (at: string, from: string): boolean => at >= from.slice(0, at.length);

function newestFirst(left: TimelineEntry, right: TimelineEntry): number {
  if (left.at === null || right.at === null) return Number(left.at === null) - Number(right.at === null);
  return Number(left.at < right.at) - Number(left.at > right.at);
}
