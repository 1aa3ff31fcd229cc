/**
 * Reads the `code` of an error that is not ours: `ENOENT` of Node, `23505` of PostgreSQL, `EAUTH`
 * of the mail library. Only the code of a foreign error may be logged or passed on: its message may
 * quote a path, an address or a value.
 *
 * @returns `null` when the value is not an error with a textual code.
 */
export function foreignCode(error: unknown): string | null {
  return typeof error === 'object' &&
    error !== null &&
    'code' in error &&
    typeof error.code === 'string' &&
    error.code !== ''
    ? error.code
    : null;
}
