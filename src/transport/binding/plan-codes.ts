/** Where a plan stands. @see HL7 FHIR R4, CarePlan.status */
export const planStatuses = [
  'draft',
  'active',
  'on-hold',
  'revoked',
  'completed',
  'entered-in-error',
  'unknown',
] as const;

/** Where an action of a plan stands. @see HL7 FHIR R4, CarePlan.activity.detail.status */
export const actionStatuses = [
  'not-started',
  'scheduled',
  'in-progress',
  'on-hold',
  'completed',
  'cancelled',
  'stopped',
  'unknown',
  'entered-in-error',
] as const;

/** Units of time of a rhythm. @see HL7 FHIR R4, Timing.repeat.periodUnit */
export const rhythmUnits = ['h', 'd', 'wk', 'mo'] as const;

/** @see HL7 FHIR R4, Timing.repeat.dayOfWeek */
export const daysOfWeek = ['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun'] as const;
