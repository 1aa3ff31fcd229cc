import { describe, expect, it } from 'vitest';
import type { CheckReport, Severity } from '../../src/errors.ts';
import { checkConfig, productionDescriptor, type TerrESanteConfig } from '../../src/platform/index.ts';
import { fictiveConfig } from '../../src/simulator/index.ts';

type Change = (config: Mutable) => void;
// eslint-disable-next-line @typescript-eslint/no-explicit-any -- one value at a time is broken, whatever its type
type Mutable = Record<string, any>;

function changed(base: TerrESanteConfig, change: Change): TerrESanteConfig {
  const copy = structuredClone(base) as Mutable;
  change(copy);
  return copy as TerrESanteConfig;
}

const simulator = fictiveConfig();
const production = changed(simulator, (c) => {
  c['environment'] = 'production';
  c['quai'].url = 'https://services.terr-esante.fr';
  c['quai'].eMailSecur = 'documents@terr-esante.mssante.fr';
  c['user'].rpps = '99700012349';
});

interface Case {
  readonly rule: string;
  readonly level: Severity;
  readonly what: string;
  readonly refused: Change;
  readonly accepted: Change;
  readonly base?: TerrESanteConfig;
}

const rulesOf = ({ findings }: CheckReport, level: Severity): string[] =>
  findings.filter(({ severity }) => severity === level).map(({ rule }) => rule);

const nothing: Change = () => undefined;
const cases: Case[] = [
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
];

describe('checkConfig', () => {
  it.each(cases)('$rule, $what', ({ rule, level, refused, accepted, base = simulator }) => {
    const rules = (config: TerrESanteConfig): string[] => rulesOf(checkConfig(config), level);
    expect(rules(changed(base, refused))).toContain(rule);
    expect(rules(changed(base, accepted))).not.toContain(rule);
  });

  it('takes the fictive and the production configurations', () => {
    expect(checkConfig(simulator).ok).toBe(true);
    expect(rulesOf(checkConfig(simulator), 'error')).toEqual([]);
    expect(checkConfig(production).ok).toBe(true);
    expect(checkConfig(production).findings.map(({ severity }) => severity)).toEqual(['info']);
  });

  it('says that neither the carte Vitale nor the billing module is asked for (CFG-21)', () => {
    expect(rulesOf(checkConfig(production), 'info')).toEqual(['CFG-21']);
  });

  it('covers every rule, and each finding explains itself', () => {
    const seen = new Set<string>();
    for (const { refused, base = simulator } of cases) {
      for (const { rule, path, message, messageEn, fix, fixEn, reference } of checkConfig(changed(base, refused))
        .findings) {
        seen.add(rule);
        expect(message).toMatch(/\S.*\.$/);
        expect(messageEn).toMatch(/\S.*\.$/);
        expect(message + messageEn + fix + fixEn).not.toMatch(/[{}]/);
        expect(path).toMatch(/^[a-zA-Z.]+$/);
        expect(fix).toMatch(/\.$/);
        expect(fixEn).toMatch(/\.$/);
        expect(reference).not.toBeNull();
      }
    }
    expect([...seen].sort()).toEqual(
      Array.from({ length: 25 }, (_, index) => `CFG-${String(index + 1).padStart(2, '0')}`),
    );
  });

  it.each([null, undefined, 42, 'texte', [], {}, { quai: null, user: 3, modules: [] }])(
    'reports %j without throwing',
    (value) => {
      const report = checkConfig(value as unknown as TerrESanteConfig);
      expect(report.ok).toBe(false);
      expect(rulesOf(report, 'error')).toEqual(
        expect.arrayContaining(['CFG-02', 'CFG-04', 'CFG-07', 'CFG-10', 'CFG-11', 'CFG-20']),
      );
    },
  );

  it('shows no address nor identifier of a person', () => {
    const text = JSON.stringify(
      checkConfig(
        changed(simulator, (c) =>
          Object.assign(c['user'], {
            rpps: '99700098765',
            nationalId: '899700055555',
            mssAddress: 'canari.nom@example.org',
          }),
        ),
      ),
    );
    expect(text).not.toMatch(/canari|99700098765|99700055555/);
  });

  it('judges against the descriptor that is given', () => {
    const other = {
      ...productionDescriptor,
      environment: 'qualification' as const,
      serviceHosts: { ...productionDescriptor.serviceHosts, value: ['recette.example'] },
    };
    const config = changed(production, (c) => {
      c['environment'] = 'qualification';
      c['quai'].url = 'https://recette.example/';
    });
    expect(rulesOf(checkConfig(config, other), 'error')).toEqual([]);
    expect(rulesOf(checkConfig(config), 'error')).toContain('CFG-20');
  });
});
