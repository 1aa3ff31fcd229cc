import { TerrESanteError } from '../../errors.ts';
import { reading, recordOf } from '../../internal/border.ts';
import type { QuaiParameters } from './model.ts';

const names: Readonly<Record<string, keyof QuaiParameters>> = {
  url: 'url',
  domainname: 'domainName',
  // The published guide prints this key without its n.
  domainame: 'domainName',
  domaincode: 'domainCode',
  domaintype: 'domainType',
  oid: 'oid',
  emailsecur: 'eMailSecur',
};

/**
 * Reads the parameters of the module console from the host's key/value table. Keys are compared
 * without case, and `DomaiName`, as the published guide prints it, is taken for `DomainName`. Other
 * keys are ignored; an absent one gives an empty value, which `checkConfig` reports.
 *
 * @throws TerrESanteError `TE_CONFIG_INVALID` when two spellings of one key hold different values,
 *   `TE_INPUT_INVALID` for what is no table
 *
 * @example
 * ```ts
 * import { importQuaiParameters } from 'terr-esante-sdk/platform';
 *
 * importQuaiParameters({ DomaiName: 'CABINET', OID: '2.999.1.10' }).domainName; // 'CABINET'
 * ```
 *
 * @see Guide d'intégration éO – Terr-eSanté (SILK Informatique): Quai, onglet Paramètres
 * @group Configuration
 */
export function importQuaiParameters(table: Readonly<Record<string, string>>): QuaiParameters {
  return reading('table', () => parametersIn(recordOf('table', table, 'objet attendu')));
}

function parametersIn(table: Readonly<Record<string, string>>): QuaiParameters {
  const found = new Map<keyof QuaiParameters, string>();
  for (const [key, raw] of Object.entries(table) as [string, unknown][]) {
    const lower = key.trim().toLowerCase();
    const name = Object.hasOwn(names, lower) ? names[lower] : undefined;
    if (name === undefined || typeof raw !== 'string') continue;

    const value = raw.trim();
    const previous = found.get(name);
    if (previous !== undefined && previous !== value) {
      throw new TerrESanteError('TE_CONFIG_INVALID', `Le paramètre ${name} est saisi deux fois avec deux valeurs.`, {
        details: { parameter: name },
      });
    }

    found.set(name, value);
  }

  const of = (name: keyof QuaiParameters): string => found.get(name) ?? '';
  return {
    url: of('url'),
    domainName: of('domainName'),
    domainCode: of('domainCode'),
    domainType: of('domainType'),
    oid: of('oid'),
    eMailSecur: of('eMailSecur'),
  };
}
