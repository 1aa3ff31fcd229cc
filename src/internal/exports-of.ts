/**
 * What a CommonJS package exports, from its lazy import. Node names the exports of such a package
 * beside `default`; a bundler that splits (esbuild) gives `default` alone.
 */
export function exportsOf<Module extends object>(imported: Module): Module {
  const { default: whole } = imported as { readonly default?: Module };
  return whole ?? imported;
}
