/** What kind of plan a resource is: no national guide has one for home interventions. */
export interface PlanKind {
  /** A code, or words where no code is published. */
  readonly category: { readonly system: string; readonly code: string } | { readonly text: string };
  /** Whether a plan that does not say of which kind it is may be one. */
  readonly takesUnnamed: boolean;
  /** What an action of it is. @see HL7 FHIR R4, care-plan-activity-kind */
  readonly actionKind: 'ServiceRequest' | 'Task';
}

/**
 * The personalised care plan (PPS, PPCS) by the type of its document, as the directory of types has
 * it. That a structured plan bears it as its category is assumed.
 *
 * @see ANS, JDV_J07-XdsTypeCode-CISIS, 18776-5
 */
export const coordinationPlan: PlanKind = {
  category: { system: 'http://loinc.org', code: '18776-5' },
  takesUnnamed: false,
  actionKind: 'Task',
};

/**
 * The plan of interventions at home. Its name is what a descriptor says: no published text has a
 * code for it.
 */
export const interventionPlan = (text: string): PlanKind => ({
  category: { text },
  takesUnnamed: true,
  actionKind: 'ServiceRequest',
});

/** The system of identifiers that are URIs. @see HL7 FHIR R4, Identifier Systems */
export const uriSystem = 'urn:ietf:rfc:3986';
