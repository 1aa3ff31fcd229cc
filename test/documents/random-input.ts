import type { DocumentInput, ProfessionalRole, VsmContent } from '../../src/documents/index.ts';
import { insKey, type PatientInput, type Professional, type Structure } from '../../src/identity/index.ts';
import type { Runtime } from '../../src/internal/runtime.ts';

/** Small seeded generator (mulberry32): the same seed gives the same documents. */
export class Random {
  private state: number;

  constructor(seed: number) {
    this.state = seed >>> 0;
  }

  next(): number {
    this.state = (this.state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(this.state ^ (this.state >>> 15), 1 | this.state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296;
  }

  int(min: number, max: number): number {
    return min + Math.floor(this.next() * (max - min + 1));
  }

  pick<T>(items: readonly T[]): T {
    return items[this.int(0, items.length - 1)] as T;
  }

  chance(probability: number): boolean {
    return this.next() < probability;
  }

  digits(length: number): string {
    return Array.from({ length }, () => String(this.int(0, 9))).join('');
  }

  list<T>(min: number, max: number, make: () => T): T[] {
    return Array.from({ length: this.int(min, max) }, make);
  }
}

export function seededRuntime(random: Random): Runtime {
  return {
    clock: { now: () => Date.UTC(2026, random.int(0, 10), random.int(1, 28), random.int(0, 23), random.int(0, 59)) },
    ids: {
      uuid: () => {
        const hex = Array.from({ length: 32 }, () => random.int(0, 15).toString(16)).join('');
        return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-4${hex.slice(13, 16)}-a${hex.slice(17, 20)}-${hex.slice(20)}`;
      },
    },
  };
}

export const scenarios = [
  'minimal',
  'everything',
  'no-ins',
  'abroad',
  'newborn',
  'several-authors',
  'device',
  'replacement',
] as const;
export type Scenario = (typeof scenarios)[number];

const families = ['MARTIN-TEST', "D'ESSAI", 'LE FICTIF', 'ÉPREUVE', "N'GUESSAI", 'DE LA TEST & FILS', 'ŒUVRARD', 'X'];
const givens = ['ZOÉ', 'JEAN-PAUL', 'MARIE CLAIRE', 'Aïcha', 'Loïc', "M'BA", 'LI'];
const towns = ['Paris', 'Saint-Ouen-sur-Seine', "L'Haÿ-les-Roses", 'Évry'];
const luhn = (digits: string): string => {
  let sum = 0;
  Array.from(digits, Number)
    .reverse()
    .forEach((digit, index) => {
      const value = digit * (index % 2 === 0 ? 2 : 1);
      sum += value > 9 ? value - 9 : value;
    });
  return String((10 - (sum % 10)) % 10);
};

export function randomProfessional(random: Random): Professional {
  const [professionCode, specialtyCode] = random.pick([
    ['10', 'SM54'],
    ['10', 'SM26'],
    ['60', undefined],
    ['21', undefined],
    ['40', undefined],
    ['10', 'SM04'],
  ] as const);
  const rpps = `9990${random.digits(6)}`;
  return {
    nationalId: `8${rpps}${luhn(rpps)}`,
    familyName: random.pick(families),
    ...(random.chance(0.8) ? { givenName: random.pick(givens) } : {}),
    ...(random.chance(0.7) ? { civility: random.pick(['M', 'MME'] as const) } : {}),
    ...(random.chance(0.7) ? { title: random.pick(['DR', 'PR', 'MG'] as const) } : {}),
    professionCode,
    ...(specialtyCode === undefined ? {} : { specialtyCode }),
  };
}

export function randomStructure(random: Random): Structure {
  const [nationalId, activitySector, practiceSetting] = random.pick([
    [`1${random.digits(9)}`, 'SA01', 'ETABLISSEMENT'],
    [`4999${random.digits(11)}`, 'SA07', 'AMBULATOIRE'],
    [`3${random.digits(14)}`, 'SA08', 'AMBULATOIRE'],
    [`1${random.digits(9)}`, 'SA52', 'AMBULATOIRE'],
    [`1${random.digits(9)}`, 'SA17', 'ESSMS'],
    [`2${random.digits(9)}`, 'SA25', 'AMBULATOIRE'],
  ] as const);
  return {
    nationalId,
    name: random.pick(["Cabinet de l'essai", 'CENTRE <TEST> & Cie', 'Clinique fictive']),
    activitySector,
    practiceSetting,
  };
}

const pad = (value: number): string => String(value).padStart(2, '0');

export function randomPatient(random: Random, scenario: Scenario): PatientInput {
  const sex = random.pick(['M', 'F'] as const);
  const year = scenario === 'newborn' ? 2026 : random.int(1930, 2020);
  const month = random.int(1, scenario === 'newborn' ? 2 : 12);
  const day = random.int(1, 28);
  const firstName = random.pick(givens);
  const commune = random.pick(['75056', '92012', '2A004', '97411']);
  const country = random.pick(['99109', '99351', '99216']);
  const place = scenario === 'abroad' ? { countryInsee: country, city: 'Ailleurs' } : { communeInsee: commune };
  const where = scenario === 'abroad' ? country : commune;
  const body = `${sex === 'M' ? '1' : '2'}${pad(year % 100)}${pad(month)}${where}${random.digits(3)}`;
  const withIns = scenario !== 'no-ins' && scenario !== 'newborn';
  return {
    localId: { system: '1.2.250.1.999.1.1.7946.3.15.1', value: `PAT-${random.digits(6)}` },
    ...(withIns
      ? {
          ins: { value: `${body}${insKey(body)}`, oid: '1.2.250.1.213.1.4.10' },
          identityStatus: 'QUAL' as const,
        }
      : { identityStatus: random.pick(['PROV', 'VALI'] as const) }),
    traits: {
      birthName: random.pick(['MARTIN-TEST', "D'ESSAI", 'LE FICTIF']),
      firstName: withIns ? 'ZOE' : firstName,
      ...(withIns || random.chance(0.5) ? { birthFirstNames: withIns ? ['ZOE', 'LI'] : [firstName, 'LI'] } : {}),
      ...(random.chance(0.4) ? { usedName: random.pick(families) } : {}),
      ...(random.chance(0.4) ? { usedFirstName: random.pick(givens) } : {}),
      birthDate: `${year}-${pad(month)}-${pad(day)}`,
      sex: withIns || random.chance(0.9) ? sex : 'I',
      birthPlace: withIns || random.chance(0.6) ? place : { postalCode: '75011' },
    },
  };
}

function randomRole(random: Random): ProfessionalRole {
  return {
    professional: randomProfessional(random),
    structure: randomStructure(random),
    ...(random.chance(0.4) ? { functionCode: random.pick(['PCP', 'CORRE', 'ADMPHYS', '353'] as const) } : {}),
    ...(random.chance(0.3) ? { assuranceMaladieId: random.digits(9) } : {}),
    ...(random.chance(0.4)
      ? { telecoms: [{ value: 'tel:0100000000', use: 'WP' as const }, { value: 'mailto:essai@simulateur.mssante.fr' }] }
      : {}),
    ...(random.chance(0.4) ? { address: { lines: ["1 rue de l'Essai", '75000 Paris'], use: 'WP' as const } } : {}),
  };
}

/** A plausible input of every kind; what is common to them all. */
export function randomInput(random: Random, scenario: Scenario): DocumentInput {
  const base: DocumentInput = {
    patient: randomPatient(random, scenario),
    author: randomRole(random),
    patientConsent: true,
    environment: 'test',
  };
  if (scenario === 'minimal') return base;
  const common: DocumentInput = {
    ...base,
    title: random.pick(['Compte rendu', "Lettre d'adressage <urgent>", 'Synthèse & traitement', 'x'.repeat(128)]),
    confidentiality: random.pick(['N', 'R', 'V'] as const),
    effectiveTime: random.pick(['2026-03-15T11:10:00+01:00', '2026-07-01T09:00:30Z', '2026-10-25T02:30:00+02:00']),
    visibility: { hiddenFromPatient: random.chance(0.2) },
  };
  if (scenario === 'several-authors') {
    return {
      ...common,
      otherAuthors: random.list(1, 3, () => randomRole(random)),
      authenticators: random.list(0, 2, () => randomRole(random)),
    };
  }
  if (scenario === 'device') {
    return {
      ...common,
      otherAuthors: [
        {
          device: {
            id: { system: '1.2.250.1.71.4.2.1', value: `3${random.digits(9)}/42` },
            model: 'Modèle fictif',
            software: 'Logiciel & co',
          },
          structure: randomStructure(random),
          specialty: random.pick(['DISPOSITIF', 'AUTOMATE']),
        },
      ],
    };
  }
  if (scenario === 'replacement') {
    return {
      ...common,
      replaces: {
        uniqueId: `1.2.250.1.999.1.${random.int(1, 999)}.1`,
        setId: `1.2.250.1.999.1.${random.int(1, 999)}`,
        versionNumber: random.int(1, 9),
      },
    };
  }
  if (scenario !== 'everything') return common;
  const role = (): ProfessionalRole => randomRole(random);
  return {
    ...common,
    patientDetails: {
      telecoms: [{ value: 'tel:+33100000000', use: 'H' }],
      address: random.chance(0.5)
        ? { lines: ['2 rue Fictive', '75000 Paris'], use: 'H' }
        : { parts: { houseNumber: '2', streetName: 'Fictive', postalCode: '75000', city: random.pick(towns) } },
      guardians: [
        { name: { family: "D'ESSAI", given: 'Anne' }, relation: 'MTH', telecoms: [{ value: 'tel:0100000001' }] },
        { structure: randomStructure(random) },
      ],
      deceased: random.pick([false, { time: '2026-03-01T10:00:00+01:00' }]),
      multipleBirth: random.pick([true, { order: 2 }]),
    },
    otherAuthors: [role()],
    uniqueId: `1.2.250.1.999.1.2.${random.int(1, 1e6)}`,
    setId: `1.2.250.1.999.1.3.${random.int(1, 1e6)}`,
    dataEnterer: role(),
    informants: [
      role(),
      {
        classCode: random.pick(['ECON', 'NOK', 'CON', 'CAREGIVER', 'PAT'] as const),
        relation: random.pick(['MTH', 'SIS', 'FTH'] as const),
        name: { family: 'PROCHE', given: 'Léa', civility: 'MME' },
        telecoms: [{ value: 'tel:0100000002' }],
      },
    ],
    custodian: {
      structure: randomStructure(random),
      telecoms: [{ value: 'tel:0100000003', use: 'WP' }],
      address: { parts: { streetName: 'rue Test', postalCode: '75000', city: random.pick(towns) } },
    },
    recipients: [
      { professional: randomProfessional(random), structure: randomStructure(random) },
      { professional: randomProfessional(random) },
    ],
    legalAuthenticator: role(),
    authenticators: [role(), role()],
    participants: [
      {
        typeCode: random.pick(['REF', 'REFB', 'INF', 'RESP', 'PRF', 'CON', 'VRF'] as const),
        functionCode: 'PCP',
        professional: randomProfessional(random),
        structure: randomStructure(random),
        classCode: random.pick(['PROV', 'AGNT'] as const),
        start: '2026-01-01T08:00:00+01:00',
        stop: '2026-02-01T08:00:00+01:00',
      },
    ],
    act: {
      code: { code: 'DEQP003', codeSystem: '1.2.250.1.213.2.5', displayName: 'Électrocardiographie' },
      start: '2026-03-15T10:00:00+01:00',
      stop: '2026-03-15T10:30:00+01:00',
      performer: role(),
    },
    otherActs: [{ code: { code: 'I10', codeSystem: '2.16.840.1.113883.6.3', displayName: 'Hypertension' } }],
    encounter: {
      id: { system: '1.2.250.1.999.1.4', value: `SEJ-${random.digits(5)}` },
      code: random.pick(['AMB', 'IMP', 'EXTERNE', 'HH', 'VR'] as const),
      start: '2026-03-15T09:00:00+01:00',
      stop: '2026-03-15T12:00:00+01:00',
      facilityType: random.pick(['SA01', 'SA07', 'SA52'] as const),
      responsible: role(),
    },
  };
}

/** Content of a structured summary: each section filled, asserted empty, or not filled in. */
export function randomVsm(random: Random, scenario: Scenario): VsmContent {
  if (scenario === 'minimal') return {};
  const full = scenario === 'everything';
  const maybe = <T>(make: () => T): T[] | 'none' | undefined =>
    full || random.chance(0.6) ? random.list(1, 4, make) : random.pick(['none', undefined] as const);
  const cim10 = random.pick([
    { code: 'I10', displayName: 'Hypertension essentielle (primitive)' },
    { code: 'E11.9', displayName: 'Diabète sucré de type 2, sans complication' },
  ]);
  const day = (): string => random.pick(['2019', '2019-04', '2019-04-12']);
  return {
    problems: maybe(() => ({
      text: random.pick(['Hypertension', 'Diabète <type 2>']),
      code: cim10,
      ...(full || random.chance(0.5) ? { start: day() } : {}),
      status: random.pick(['active', 'suspended'] as const),
    })),
    medicalHistory: maybe(() => ({
      text: 'Pyélonéphrite aiguë',
      code: { code: 'N10', displayName: 'Néphrite tubulo-interstitielle aiguë' },
      ...(random.chance(0.7) ? { start: '2018-04-22', end: random.pick(['2018-04-30', '2018-04-22', '2018']) } : {}),
      status: random.pick(['completed', 'aborted'] as const),
    })),
    surgicalHistory: maybe(() => ({
      text: 'Appendicectomie',
      code: { code: 'HHFA001', displayName: 'Appendicectomie, par abord de la fosse iliaque' },
      ...(random.chance(0.5) ? { date: day() } : {}),
    })),
    allergies: maybe(() => ({
      text: 'Allergie à la pénicilline',
      kind: { code: '416098002', displayName: 'allergie médicamenteuse' },
      ...(random.chance(0.5)
        ? {
            agent: {
              text: 'Pénicilline',
              code: { code: '60234100', codeSystem: '1.2.250.1.213.2.3.1', displayName: 'PARACETAMOL' },
            },
          }
        : {}),
      ...(random.chance(0.5) ? { start: day() } : {}),
      ...(random.chance(0.2) ? { status: 'completed' as const, end: '2024-01-01' } : {}),
    })),
    habits: maybe(() =>
      random.chance(0.5)
        ? {
            text: 'Consommation tabagique',
            code: { code: '74011-8', displayName: 'Consommation tabagique' },
            value: { quantity: random.int(1, 40), unit: '{pack}/a' },
            ...(random.chance(0.5) ? { since: day() } : {}),
          }
        : {
            text: 'Consommation de drogue',
            code: { code: '11343-1', displayName: 'Consommation de drogue non médicales' },
            value: {
              coded: { code: '398705004', codeSystem: '2.16.840.1.113883.6.96', displayName: 'Cannabis' },
            },
          },
    ),
    occupationalRisks: maybe(() => "Exposition à l'amiante"),
    familyHistory: maybe(() => ({
      text: 'Anémie drépanocytaire',
      relation: random.pick(['MTH', 'FTH', 'SIS', 'BRO'] as const),
      code: { code: 'D57.1', displayName: 'Anémie à hématies falciformes sans crises' },
      ...(random.chance(0.3) ? { date: '2001' } : {}),
    })),
    vigilance: maybe(() => 'Risque de chute'),
    treatments: maybe(() => ({
      name: 'Amlodipine 5 mg',
      product: {
        code: '60001234',
        displayName: 'AMLODIPINE FICTIVE 5 mg, comprimé',
        ...(random.chance(0.5)
          ? { cip: { code: '3400900000000', displayName: 'AMLODIPINE FICTIVE, 30 comprimés' } }
          : {}),
      },
      ...(random.chance(0.8) ? { start: day() } : {}),
      ...(random.chance(0.3) ? { end: '2027-01-01' } : {}),
      ...(random.chance(0.5)
        ? { every: { value: random.int(1, 12), unit: random.pick(['h', 'd', 'wk', 'mo'] as const) } }
        : {}),
      ...(random.chance(0.5) ? { dose: { low: 1, ...(random.chance(0.5) ? { high: 2 } : {}), unit: '{tablet}' } } : {}),
      ...(random.chance(0.5) ? { route: { code: '20053000', displayName: 'Voie orale' } } : {}),
      ...(random.chance(0.5) ? { dosage: '1 comprimé le matin' } : {}),
      ...(random.chance(0.5) ? { reason: { text: 'Hypertension', code: cim10 } } : {}),
    })),
  };
}
