export const policyRules: readonly {
  readonly id: string;
  readonly what: string;
  readonly file: string;
  readonly on: string;
  readonly off: string;
  readonly test: string;
}[];
