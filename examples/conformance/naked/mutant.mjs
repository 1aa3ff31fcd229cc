// Mistakes that software makes, each behind its switch: the kit's own test. None is on in ordinary use.
const chosen = process.env.EHR_MUTANT ?? '';

/** Whether this mistake is made in this run. */
export const makes = (mutant) => chosen === mutant;
