import type { SupportState, SupportUrgency } from './support.ts';

/** How far a request for support can be. */
export const supportStates: readonly SupportState[] = [
  'draft',
  'sent',
  'received',
  'accepted',
  'rejected',
  'in-progress',
  'completed',
  'cancelled',
];

/** @see HL7 FHIR R4, request-priority */
export const supportUrgencies: readonly SupportUrgency[] = ['routine', 'urgent', 'asap', 'stat'];
