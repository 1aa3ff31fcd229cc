/**
 * `node:crypto`, at its first use: loading it is a tenth of an empty program's start. Asked of
 * Node itself, at once and without a promise, it is the same in both formats and in a bundle.
 */
export function nodeCrypto(): typeof import('node:crypto') {
  return process.getBuiltinModule('node:crypto');
}
