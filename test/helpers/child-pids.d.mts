/** Processes that this one started on a file and that still run; Linux only. */
export function childPids(file: string): number[];
