/** Sources as one module; resolves with the path of its file. */
export function bundleSource(name: string, contents: string): Promise<string>;

/** The same, imported. */
export function importSource(name: string, contents: string): Promise<unknown>;
