import { TerrESanteError } from '../../errors.ts';
import { here } from '../../internal/here.ts';
import { isCog, isCountryCog } from '../birth-place.ts';
import { comparableName } from '../names.ts';
import type { CogCandidate, CogLookup } from './lookup.ts';
import { isRenamed } from './renamed-codes.ts';
import { reading, textOf } from '../../internal/border.ts';

/**
 * One commune of the list of `@etalab/decoupage-administratif`; other members are ignored.
 *
 * @group Reference data
 */
export interface CommuneRecord {
  readonly code: string;
  readonly nom: string;
  readonly codesPostaux?: readonly string[] | undefined;
  readonly anciensCodes?: readonly string[] | undefined;
}

/**
 * A list of communes from the records of `communes.json` of the package
 * `@etalab/decoupage-administratif`: current communes, delegated and associated communes,
 * arrondissements, and the former codes of each (those of Corsica before 1976 and of Seine and
 * Seine-et-Oise before 1968 among them). The package gives no dates: a former code is known at any
 * date.
 *
 * It also knows which codes are of one place: those of the movements of the COG whose code alone
 * changed, and the former codes of each commune as those of communes that went into it.
 *
 * @example
 * ```ts
 * import { createCommuneLookup } from 'terr-esante-sdk/identity/reference';
 *
 * const lookup = createCommuneLookup([{ code: '93066', nom: 'Saint-Denis', codesPostaux: ['93200', '93210'] }]);
 * lookup.search('93200'); // [{ code: '93066', label: 'Saint-Denis' }]
 * ```
 *
 * @group Reference data
 */
export function createCommuneLookup(records: Iterable<CommuneRecord>): CogLookup {
  return reading('records', () => lookupOf(records));
}

function lookupOf(records: Iterable<CommuneRecord>): CogLookup {
  const labels = new Map<string, string>();
  // The commune of today, by each former code.
  const successors = new Map<string, string>();
  const byPostalCode = new Map<string, CogCandidate[]>();

  for (const { code, nom, codesPostaux = [], anciensCodes = [] } of records) {
    // A delegated commune may have the code of the commune that absorbed it: the first record names
    // the code.
    if (!labels.has(code)) labels.set(code, nom);
    for (const old of anciensCodes) successors.set(old, code);

    for (const postalCode of codesPostaux) {
      const known = byPostalCode.get(postalCode);
      if (known) known.push({ code, label: nom });
      else byPostalCode.set(postalCode, [{ code, label: nom }]);
    }
  }

  return {
    has: (code) => (isCog(code) && !isCountryCog(code) ? labels.has(code) || successors.has(code) : null),
    label: (code) => labels.get(code) ?? null,
    search: (postalCode, name) => {
      const all = byPostalCode.get(postalCode) ?? [];
      const wanted = name === undefined ? null : comparableName(textOf('name', name));
      return wanted === null ? [...all] : all.filter(({ label }) => comparableName(label) === wanted);
    },
    relation: (code, other) => {
      if (isRenamed(textOf('code', code), textOf('other', other))) return 'renamed';
      return successors.get(code) === other || successors.get(other) === code ? 'merged' : null;
    },
  };
}

/**
 * Loads the communes of the optional peer `@etalab/decoupage-administratif` (12 MB on disk, about a
 * tenth of a second). The only function of this folder that reads a file.
 *
 * @throws TerrESanteError `TE_PEER_MISSING` when the package is not installed.
 *
 * @example
 * ```ts
 * // not run: needs the optional package @etalab/decoupage-administratif
 * import { loadCommuneLookup, resolveBirthPlace } from 'terr-esante-sdk/identity/reference';
 *
 * const communes = await loadCommuneLookup();
 * resolveBirthPlace({ postalCode: '93200' }, communes).result; // 'resolved'
 * ```
 *
 * @group Reference data
 */
export async function loadCommuneLookup(): Promise<CogLookup> {
  // Only here: a bundle for a browser never asks for communes.
  const { createRequire } = await import('node:module');
  const { readWhole } = await import('../../internal/held-file.ts');

  let source: string;
  try {
    // The main entry of the package throws (it reads relative to the working directory): the file
    // is read instead.
    const path = createRequire(here()).resolve('@etalab/decoupage-administratif/data/communes.json');
    source = (await readWhole(path)).toString('utf8');
  } catch (cause) {
    throw new TerrESanteError(
      'TE_PEER_MISSING',
      'Le paquet optionnel @etalab/decoupage-administratif doit être installé pour connaître les communes.',
      { cause },
    );
  }

  return createCommuneLookup(JSON.parse(source) as CommuneRecord[]);
}
