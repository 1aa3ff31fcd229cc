export declare const intakeRules: Readonly<Record<string, readonly [string, string, string]>>;
export declare function simulatorPage(
  fhirRules: Readonly<Record<string, readonly [number, string, string]>>,
  issue: { readonly cases: Readonly<Record<string, object>>; readonly fix: { readonly fr: string } },
): Promise<string>;
