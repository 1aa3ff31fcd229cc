import type { Severity } from '../../src/errors.ts';
import type { TerrESanteConfig } from '../../src/platform/index.ts';
import { fictiveConfig } from '../../src/simulator/index.ts';

export type Change = (config: Mutable) => void;
// eslint-disable-next-line @typescript-eslint/no-explicit-any -- one value at a time is broken, whatever its type
export type Mutable = Record<string, any>;

export function changed(base: TerrESanteConfig, change: Change): TerrESanteConfig {
  const copy = structuredClone(base) as Mutable;
  change(copy);
  return copy as TerrESanteConfig;
}

export const simulator = fictiveConfig();
export const production = changed(simulator, (c) => {
  c['environment'] = 'production';
  c['quai'].url = 'https://services.terr-esante.fr';
  c['quai'].eMailSecur = 'documents@terr-esante.mssante.fr';
  c['user'].rpps = '99700012349';
});

/** A change that breaks one rule, and one beside it that does not. */
export interface Case {
  readonly rule: string;
  readonly level: Severity;
  readonly what: string;
  readonly refused: Change;
  readonly accepted: Change;
  readonly base?: TerrESanteConfig;
}

const nothing: Change = () => undefined;
export const cases: readonly Case[] = [
  ...['9.04', '9.4', '8.99', '9', '', 'v9.05', '9.05-beta', '9,05'].map((version): Case => ({
    rule: 'CFG-01',
    level: 'error',
    what: `éO ${version}`,
    refused: (c) => (c['host'].version = version),
    accepted: nothing,
  })),
  ...['9.5', '9.10', '10.0', '9.05.3', '9.99'].map((version): Case => ({
    rule: 'CFG-01',
    level: 'error',
    what: `éO 9.04, not ${version}`,
    refused: (c) => (c['host'].version = '9.04'),
    accepted: (c) => (c['host'].version = version),
  })),
  {
    rule: 'CFG-01',
    level: 'error',
    what: 'only éO has a minimum',
    refused: (c) => (c['host'] = { product: 'EO', version: '1.0' }),
    accepted: (c) => (c['host'] = { product: 'AUTRE', version: '1.0' }),
  },
  {
    rule: 'CFG-02',
    level: 'error',
    what: 'TLSi off',
    refused: (c) => (c['modules'].tlsi.enabled = false),
    accepted: nothing,
  },
  {
    rule: 'CFG-02',
    level: 'error',
    what: 'TerreSante as text',
    refused: (c) => (c['modules'].terrESante.enabled = 'true'),
    accepted: nothing,
  },
  {
    rule: 'CFG-03',
    level: 'warning',
    what: 'blank code',
    refused: (c) => (c['modules'].tlsi.code = '  '),
    accepted: nothing,
  },
  { rule: 'CFG-04', level: 'error', what: 'no RPPS', refused: (c) => delete c['user'].rpps, accepted: nothing },
  {
    rule: 'CFG-04',
    level: 'error',
    what: 'ten digits',
    refused: (c) => (c['user'].rpps = '9970001234'),
    accepted: (c) => (c['user'].rpps = '99700012349'),
  },
  {
    rule: 'CFG-05',
    level: 'error',
    what: 'wrong key in production',
    base: production,
    refused: (c) => (c['user'].rpps = '99700012340'),
    accepted: nothing,
  },
  {
    rule: 'CFG-05',
    level: 'warning',
    what: 'wrong key elsewhere',
    refused: (c) => (c['user'].rpps = '99700012340'),
    accepted: (c) => (c['user'].rpps = '99700012349'),
  },
  {
    rule: 'CFG-06',
    level: 'error',
    what: 'national id as RPPS',
    refused: (c) => (c['user'].rpps = '899700012349'),
    accepted: (c) => (c['user'].rpps = '99700012349'),
  },
  {
    rule: 'CFG-06',
    level: 'error',
    what: 'another national id',
    refused: (c) => (c['user'].nationalId = '899700012349'),
    accepted: (c) => (c['user'].nationalId = `8${c['user'].rpps}`),
  },
  {
    rule: 'CFG-07',
    level: 'error',
    what: 'no address',
    refused: (c) => (c['user'].mssAddress = ''),
    accepted: nothing,
  },
  {
    rule: 'CFG-07',
    level: 'error',
    what: 'ordinary mail',
    refused: (c) => (c['user'].mssAddress = 'a@example.org'),
    accepted: nothing,
  },
  {
    rule: 'CFG-07',
    level: 'error',
    what: 'look-alike',
    refused: (c) => (c['user'].mssAddress = 'a@cabinet.mssante.fr.example.org'),
    accepted: nothing,
  },
  {
    rule: 'CFG-07',
    level: 'error',
    what: 'patient',
    refused: (c) => (c['user'].mssAddress = '285019999999936@patient.mssante.fr'),
    accepted: nothing,
  },
  {
    rule: 'CFG-08',
    level: 'error',
    what: 'no mailbox',
    refused: (c) => (c['quai'].eMailSecur = ' '),
    accepted: nothing,
  },
  {
    rule: 'CFG-08',
    level: 'error',
    what: 'two recipients',
    refused: (c) => (c['quai'].eMailSecur = 'a@b.mssante.fr,c@d.mssante.fr'),
    accepted: nothing,
  },
  {
    rule: 'CFG-08',
    level: 'error',
    what: 'own address',
    refused: (c) => (c['quai'].eMailSecur = c['user'].mssAddress.toUpperCase().replace('MSSANTE.FR', 'mssante.fr')),
    accepted: nothing,
  },
  {
    rule: 'CFG-09',
    level: 'warning',
    what: 'another mailbox in production',
    base: production,
    refused: (c) => (c['quai'].eMailSecur = 'autre@terr-esante.mssante.fr'),
    accepted: nothing,
  },
  ...[
    'http://127.0.0.1',
    'https://u:p@127.0.0.1',
    'https://127.0.0.1/#x',
    'https://127.0.0.1/#',
    'https://127.0.0.1.example.org',
    '',
    'pas une adresse',
  ].map((url): Case => ({
    rule: 'CFG-10',
    level: 'error',
    what: url,
    refused: (c) => (c['quai'].url = url),
    accepted: (c) => (c['quai'].url = 'https://127.0.0.1:4433/base'),
  })),
  ...['', '1.2', '3.1.1', '1.40.1', '2.999.01', '2.999..1', `2.999.${'1'.repeat(70)}`, '2.999.1 '.repeat(2)].map(
    (oid): Case => ({
      rule: 'CFG-11',
      level: 'error',
      what: `OID ${oid.slice(0, 12)}`,
      refused: (c) => (c['quai'].oid = oid),
      accepted: (c) => (c['quai'].oid = '2.999.1.10'),
    }),
  ),
  {
    rule: 'CFG-22',
    level: 'warning',
    what: 'urn prefix',
    refused: (c) => (c['quai'].oid = 'urn:oid:2.999.1.10'),
    accepted: nothing,
  },
  ...[
    '1.2.250.1.213.1.4.8',
    '1.2.250.1.213.1.4.9',
    '1.2.250.1.213.1.4.10',
    '1.2.250.1.213.1.4.11',
    '2.999.1.1',
    'urn:oid:2.999.1.1',
  ].map((oid): Case => ({
    rule: 'CFG-12',
    level: 'error',
    what: oid,
    refused: (c) => (c['quai'].oid = oid),
    accepted: (c) => (c['quai'].oid = '2.999.1.10'),
  })),
  ...['domainName', 'domainCode', 'domainType'].flatMap((name) =>
    ['', 'A^B', 'A&B', 'A|B', 'A~B', 'A\\B', 'A\nB', 'A'.repeat(200)].map((value): Case => ({
      rule: 'CFG-13',
      level: 'error',
      what: `${name} ${JSON.stringify(value).slice(0, 12)}`,
      refused: (c) => (c['quai'][name] = value),
      accepted: (c) => (c['quai'][name] = 'A'.repeat(199)),
    })),
  ),
  { rule: 'CFG-14', level: 'warning', what: 'DNS', refused: (c) => (c['quai'].domainType = 'DNS'), accepted: nothing },
  ...(
    [
      ['FINESS', '1990000010', '990000010'],
      ['FINESS', '12A0000015', '19900000100'],
      ['SIRET', '399900001000017', '1990000010'],
      ['SIREN', '2999000010', '3999000010'],
      ['RPPS-RANG', '499700012349001', '49970001234901'],
      ['ADELI-RANG', '0999999999', '1999999999'],
      ['INTERNAL', 'CABINET-1', 'A^B'],
      ['AUTRE', '', '1990000010'],
    ] as const
  ).map(([kind, good, bad]): Case => ({
    rule: 'CFG-15',
    level: 'error',
    what: kind,
    refused: (c) => Object.assign(c['structure'], { nationalIdKind: kind, nationalId: bad }),
    accepted: good === '' ? nothing : (c) => Object.assign(c['structure'], { nationalIdKind: kind, nationalId: good }),
  })),
  ...['SA7', 'SB07', 'SA077', ''].map((sector): Case => ({
    rule: 'CFG-16',
    level: 'error',
    what: `sector ${sector}`,
    refused: (c) => (c['structure'].activitySector = sector),
    accepted: nothing,
  })),
  {
    rule: 'CFG-17',
    level: 'error',
    what: 'doctor without specialty',
    refused: (c) => delete c['user'].specialtyCode,
    accepted: nothing,
  },
  {
    rule: 'CFG-17',
    level: 'error',
    what: 'nurse needs none',
    refused: (c) => (c['user'].specialtyCode = ''),
    accepted: (c) => Object.assign(c['user'], { professionCode: '60', specialtyCode: undefined }),
  },
  {
    rule: 'CFG-23',
    level: 'error',
    what: 'authorSpecialty',
    refused: (c) => (c['user'].authorSpecialty = 'G15_10/SM99'),
    accepted: (c) => (c['user'].authorSpecialty = `G15_10/${c['user'].specialtyCode}`),
  },
  ...['2.999', '2.999.01', 'urn:oid:2.999.1', '1.2.250.1.213.1.4.10', simulator.quai.oid, ' 2.999.1', 29991].map(
    (oid): Case => ({
      rule: 'CFG-24',
      level: 'error',
      what: `installation ${oid}`,
      refused: (c) => (c['host'].oidRoot = oid),
      accepted: (c) => (c['host'].oidRoot = '2.25.329800735698586629295641978511506172918'),
    }),
  ),
  {
    rule: 'CFG-25',
    level: 'warning',
    what: 'no OID of the installation',
    refused: (c) => (c['host'].oidRoot = ' '),
    accepted: nothing,
  },
  {
    rule: 'CFG-18',
    level: 'warning',
    what: 'another sector',
    refused: (c) => (c['user'].exerciseSituation = 'SA08'),
    accepted: (c) => (c['user'].exerciseSituation = c['structure'].activitySector),
  },
  ...['domainDeclaredToPlatform', 'domainDeclaredToSri', 'accountOpened'].map((name): Case => ({
    rule: 'CFG-19',
    level: 'error',
    what: name,
    base: production,
    refused: (c) => (c['registration'][name] = false),
    accepted: nothing,
  })),
  {
    rule: 'CFG-20',
    level: 'error',
    what: 'simulator at production',
    refused: (c) => (c['quai'].url = 'https://services.terr-esante.fr'),
    accepted: nothing,
  },
  {
    rule: 'CFG-20',
    level: 'error',
    what: 'simulator at the production mailbox',
    refused: (c) => (c['quai'].eMailSecur = 'documents@terr-esante.mssante.fr'),
    accepted: nothing,
  },
  ...[
    'https://127.0.0.1',
    'https://localhost:4433',
    'https://127.1.2.3',
    'https://[::1]',
    'https://[::ffff:127.0.0.1]',
    'https://platform.example',
    'https://a.example.org',
    'https://2130706433',
  ].map((url): Case => ({
    rule: 'CFG-20',
    level: 'error',
    what: `production at ${url}`,
    base: production,
    refused: (c) => (c['quai'].url = url),
    accepted: nothing,
  })),
  {
    rule: 'CFG-20',
    level: 'error',
    what: 'unknown environment',
    refused: (c) => (c['environment'] = 'preprod'),
    accepted: nothing,
  },
  {
    rule: 'CFG-20',
    level: 'error',
    what: 'qualification without its descriptor',
    refused: (c) => (c['environment'] = 'qualification'),
    accepted: nothing,
  },
  {
    rule: 'CFG-20',
    level: 'error',
    what: 'qualification at production',
    refused: (c) => {
      put(c, 'environment', 'qualification');
      put(c, 'quai.url', 'https://services.terr-esante.fr');
    },
    accepted: nothing,
  },
  {
    rule: 'CFG-08',
    level: 'error',
    what: 'mailbox of a patient',
    refused: (c) => (c['quai'].eMailSecur = '285019999999936@patient.mssante.fr'),
    accepted: nothing,
  },
  {
    rule: 'CFG-13',
    level: 'error',
    what: 'a space of no width',
    refused: (c) => (c['quai'].domainName = 'CABINET\u200BFICTIF'),
    accepted: (c) => (c['quai'].domainName = 'CABINET FICTIF'),
  },
  ...(
    [
      ['host', undefined],
      ['host.product', 3],
      ['structure.name', ' '],
      ['structure.practiceSettingCode', undefined],
      ['structure.address', 'une rue'],
      ['structure.telecom', 3],
      ['user.familyName', undefined],
      ['user.givenName', ''],
      ['user.civility', 3],
      ['authn', null],
      ['authn.means', 'mot de passe'],
      ['authn.readerRequired', 'oui'],
      ['registration.accountOpened', 'oui'],
      ['policy', []],
      ['policy.consentMaxAgeDays', -1],
      ['policy.countOwnDeposits', 'oui'],
    ] as const
  ).map(([path, value]): Case => ({
    rule: 'CFG-26',
    level: 'error',
    what: `${path} ${told(value)}`,
    refused: (c) => put(c, path, value),
    accepted: (c) => put(c, 'policy', { consentMaxAgeDays: 2, countOwnDeposits: false }),
  })),
  ...['surplus', 'quai.domaiName', 'policy.autre'].map((path): Case => ({
    rule: 'CFG-27',
    level: 'warning',
    what: path,
    refused: (c) => put(c, path, 'x'),
    accepted: nothing,
  })),
];

/** Puts a value at a path; `undefined` takes the member away. */
export function put(config: Mutable, path: string, value: unknown): void {
  const names = path.split('.');
  const last = names.pop() ?? '';
  const holder = names.reduce<Mutable>((at, name) => (at[name] ??= {}) as Mutable, config);
  if (value === undefined) Reflect.deleteProperty(holder, last);
  else holder[last] = value;
}

/** How a change is told in the name of a test. */
export function told(value: unknown): string {
  return value === undefined ? 'absent' : JSON.stringify(value);
}
