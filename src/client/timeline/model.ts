import type { PatientInput } from '../../identity/index.ts';
import type { CallOptions } from '../../internal/abort.ts';
import type { DocumentRecord, SubscribedPatient } from '../../transport/index.ts';
import type { HospitalAlert } from '../alerts/model.ts';

/** One line of a timeline: an event of a hospital, or a document. @group Timeline */
export interface TimelineEntry {
  /**
   * When it happened: the event, the act, else the making of the document, else its deposit.
   * ISO 8601, as precise as it is told; `null` when nothing tells it.
   */
  readonly at: string | null;
  /** `document`: neither a result of an exam nor a report, as the descriptor names them. */
  readonly kind: 'admission' | 'discharge' | 'exam-result' | 'report' | 'document';
  readonly title: string | null;
  /** Where it comes from: this one is there, the other is `null`. */
  readonly source: 'alerts' | 'documents';
  readonly alert: HospitalAlert | null;
  readonly document: DocumentRecord | null;
}

/** What happened to a patient, the newest first; what has no time comes last. @group Timeline */
export interface Timeline {
  readonly entries: readonly TimelineEntry[];
  /**
   * Whether hospital stays are in it: `not-asked` without subscriptions, `not-carried` where the
   * platform has none. An empty timeline says nothing of stays unless it is `read`.
   */
  readonly alerts: 'read' | 'not-asked' | 'not-carried';
  /** `false`: the platform announces more alerts than it gave, or some could not be read. */
  readonly isComplete: boolean;
}

/** Options of `timeline.get`. @group Timeline */
export interface TimelineOptions extends CallOptions {
  /** What happened from this instant on, ISO 8601 with offset; what has no time is given too. */
  readonly since?: string | undefined;
  /** Subscriptions to hospital alerts for this patient; those for others are left out. */
  readonly subscriptions?: readonly SubscribedPatient[] | undefined;
}

/** Timeline operations of a client. @group Timeline */
export interface TimelineOperations {
  /**
   * Active documents and hospital alerts of a patient in one chronological view, made by the
   * client out of `documents.search` and `alerts.list`: no national text defines such a view.
   * A part that fails is an error, never a shorter view.
   *
   * @throws TerrESanteError those of `documents.search` and `alerts.list`
   */
  get(patient: PatientInput, options?: TimelineOptions): Promise<Timeline>;
}
