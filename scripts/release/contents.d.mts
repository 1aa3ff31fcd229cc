export declare function isAllowed(expression: string): boolean;
export declare function licencesOf(bill: object): readonly { readonly name: string; readonly licence: string | null }[];
export declare function nationalTables(
  root: string,
): readonly { readonly name: string; readonly version: string | null; readonly date: string | null }[];
