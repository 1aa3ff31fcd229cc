import { TerrESanteError } from '../../errors.ts';
import { reading, recordOf } from '../../internal/border.ts';
import type { QuaiParameters } from './model.ts';
import { rowsOf, type TableRow } from './quai-table.ts';

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
 * Reads the parameters of the module console from the host's key/value table: an object, or the
 * text of an exported table, one key and its value a line (`DomainName=CABINET`, also with `;`, a
 * tabulation or `:` between them, and with quotes). Bytes may be UTF-8, UTF-16 with its mark, or
 * Windows-1252.
 *
 * Keys are compared without case, and `DomaiName`, as the published guide prints it, is taken for
 * `DomainName`. Other keys are ignored; an absent one gives an empty value, which `checkConfig`
 * reports.
 *
 * @throws TerrESanteError `TE_CONFIG_INVALID` when a key holds two different values or the text
 *   is none, `TE_INPUT_INVALID` for what is no table
 *
 * @example
 * ```ts
 * import { importQuaiParameters } from 'terr-esante-sdk/platform';
 *
 * importQuaiParameters({ DomaiName: 'CABINET', OID: '2.999.1.10' }).domainName; // 'CABINET'
 * importQuaiParameters('"DomainType";"ISO"\r\nOID;2.999.1.10;\r\n').oid; // '2.999.1.10'
 * ```
 *
 * @see Guide d'intégration éO – Terr-eSanté (SILK Informatique): Quai, onglet Paramètres
 * @group Configuration
 */
export function importQuaiParameters(table: Readonly<Record<string, string>> | string | Uint8Array): QuaiParameters {
  return reading('table', () => parametersIn(isText(table) ? rowsOf(table) : entriesOf(table)));
}

function isText(table: unknown): table is string | Uint8Array {
  return typeof table === 'string' || table instanceof Uint8Array;
}

function entriesOf(table: Readonly<Record<string, string>>): readonly TableRow[] {
  const entries: [string, unknown][] = Object.entries(recordOf('table', table, 'objet ou texte attendu'));
  return entries.filter((entry): entry is [string, string] => typeof entry[1] === 'string');
}

function parametersIn(rows: readonly TableRow[]): QuaiParameters {
  const found = new Map<keyof QuaiParameters, string>();
  for (const [key, raw] of rows) {
    const lower = key.trim().toLowerCase();
    const name = Object.hasOwn(names, lower) ? names[lower] : undefined;
    const value = raw.trim();
    // The guide's misprint may stand, empty, beside the right key.
    if (name === undefined || value === '') continue;

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
