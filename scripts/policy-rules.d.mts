export const policyRules: readonly {
  readonly id: string;
  readonly what: string;
  readonly file: string;
  readonly on: string;
  readonly off: string;
  readonly test: string;
  /** What is switched off with it. */
  readonly also?: { readonly file: string; readonly on: string; readonly off: string };
}[];
