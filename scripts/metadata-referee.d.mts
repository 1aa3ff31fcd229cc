/** The command of the foreign judge of XDS metadata, or `null` with the reason on stderr. */
export function findReferee(): string | null;

/** For each text what was refused, empty when it was accepted; `null` when the judge cannot be had. */
export function judge(command: string, texts: readonly (string | Uint8Array)[]): readonly (readonly string[])[] | null;
