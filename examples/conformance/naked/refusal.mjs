/** What the user is told instead of a deposit: a French sentence. */
export class Refusal extends Error {}
