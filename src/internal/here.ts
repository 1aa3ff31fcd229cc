/**
 * The file that this code runs from, as a path or as a file URL: what `createRequire` takes. It is
 * the bundle of the host once the host has bundled.
 *
 * CommonJS is asked first: a bundler that turns this module into CommonJS leaves `import.meta`
 * empty.
 */
export function here(): string {
  return typeof __filename === 'string' ? __filename : import.meta.url;
}
