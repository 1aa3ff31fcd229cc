import { TerrESanteError } from '../errors.ts';
import { parseConcepts, parseMapping, type Concept, type MappingPair } from './concept.ts';
import { conceptTables, mappingTables, type MappingName, type NomenclatureName } from './names.ts';
import type { ConceptTable } from './table.ts';
import { readingLater } from '../internal/border.ts';

/** A national code table, as published on its date. Offline. @group Nomenclatures */
export interface Nomenclature {
  readonly name: NomenclatureName;
  /** Published name, for example `JDV_J07-XdsTypeCode-CISIS`. */
  readonly publishedName: string;
  readonly oid: string | null;
  readonly title: string;
  readonly version: string;
  readonly date: string;
  readonly concepts: readonly Concept[];
  /** By code **and** system: some codes exist in two systems. */
  find(code: string, codeSystem: string): Concept | null;
  /** Every concept of that code, in any system. */
  withCode(code: string): readonly Concept[];
}

/**
 * Each table is imported and parsed once, by name: an `import()` of a module that is loaded already
 * still costs 20 microseconds, which a signature would pay twice. A second copy of the package has
 * its own.
 */
const loaded = new Map<NomenclatureName, Promise<Nomenclature>>();
const loadedMappings = new Map<MappingName, Promise<readonly MappingPair[]>>();

function loadedOnce<K, T>(known: Map<K, Promise<T>>, key: K, load: () => Promise<T>): Promise<T> {
  let value = known.get(key);
  if (value === undefined) {
    value = load();
    known.set(key, value);
  }
  return value;
}

function build(name: NomenclatureName, table: ConceptTable): Nomenclature {
  const concepts = parseConcepts(table);
  const byCode = new Map<string, Concept[]>();

  for (const concept of concepts) {
    const same = byCode.get(concept.code);
    if (same) same.push(concept);
    else byCode.set(concept.code, [concept]);
  }

  const withCode = (code: string): readonly Concept[] => byCode.get(code) ?? [];

  return {
    name,
    publishedName: table.name,
    oid: table.oid,
    title: table.title,
    version: table.version,
    date: table.date,
    concepts,
    withCode,
    find: (code, codeSystem) => withCode(code).find((concept) => concept.codeSystem === codeSystem) ?? null,
  };
}

/**
 * Loads a national code table. The table is only read when it is asked for, from the package
 * itself.
 *
 * @example
 * ```ts
 * import { loadNomenclature } from 'terr-esante-sdk/documents';
 *
 * const types = await loadNomenclature('typeCode');
 * types.publishedName; // 'JDV_J07-XdsTypeCode-CISIS'
 * types.find('96349-6', '2.16.840.1.113883.6.1')?.displayName; // "Lettre d'adressage"
 * ```
 *
 * @throws TerrESanteError `TE_INPUT_INVALID` for a name that is no table
 * @group Nomenclatures
 */
export async function loadNomenclature(name: NomenclatureName): Promise<Nomenclature> {
  return readingLater('name', () => tableOf(name));
}

async function tableOf(name: NomenclatureName): Promise<Nomenclature> {
  if (!Object.hasOwn(conceptTables, name)) {
    throw new TerrESanteError('TE_INPUT_INVALID', 'Nomenclature inconnue du SDK.');
  }

  return loadedOnce(loaded, name, async () => build(name, await conceptTables[name]()));
}

export async function loadMapping(name: MappingName): Promise<readonly MappingPair[]> {
  return loadedOnce(loadedMappings, name, async () => parseMapping(await mappingTables[name]()));
}
