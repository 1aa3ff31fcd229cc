export type Names = Readonly<Record<string, string>>;
export interface Changes {
  readonly removed: readonly string[];
  readonly added: readonly string[];
  readonly changed: readonly string[];
}
export declare function publicNames(folder: string): Names;
export declare function changedNames(before: Names, after: Names): Changes;
export declare function unannounced(changes: Changes, text: string): readonly string[];
export declare function versionFits(released: string | null, version: string, changes: Changes): boolean;
