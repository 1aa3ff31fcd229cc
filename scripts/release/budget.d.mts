export interface Measured {
  readonly packedKb: number;
  readonly unpackedKb: number;
  readonly files: number;
  readonly importMs: Readonly<Record<string, number>>;
}
export declare const budget: Measured;
export declare function overBudget(measured: Measured, allowed?: Measured): readonly string[];
