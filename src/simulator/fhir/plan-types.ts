/** Types that make a plan, or tell how a home is entered: only the FHIR side keeps them. */
export const planTypes: ReadonlySet<string> = new Set(['CarePlan', 'Goal', 'Flag']);
