import type { Step } from '../model.ts';
import { act, deposit, type ScenarioRow } from '../row.ts';

/* What the scenarios of a deposit by mail lean on, and what several of them say. */

export const transport = (section: string, grade: 'S' | 'N' | 'D' = 'N') => [
  { doc: 'Référentiel socle MSSanté n° 2', section, grade },
];

export const receipts = [
  {
    doc: "CI-SIS, volet Transmission au LPS d'un document CDA",
    section: "Accusés et messages d'erreur",
    grade: 'N' as const,
  },
];

/** What no text says, and we infer. */
export const inferred = receipts.map((source) => ({ ...source, grade: 'D' as const }));

export const guide = [{ doc: "Guide d'intégration Terr-eSanté", section: 'Dépôt par messagerie', grade: 'S' as const }];

export const notArrived = ['waiting', 'accepted', 'delayed', 'delivered', 'unknown'];

/** A deposit, what the far side says of it, and what the user then reads. */
export const told = (...reports: readonly Extract<Step, { report: unknown }>['report'][]): ScenarioRow['steps'] => [
  deposit(),
  ...reports.map((report) => ({ report })),
  act('reports.read'),
  act('deposit.state'),
];
