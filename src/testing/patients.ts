import {
  insKey,
  type IdentityStatus,
  type LocalIdentifier,
  type PatientIns,
  type PatientInput,
  type PatientTraits,
} from '../identity/index.ts';
import { numberIn, optionsOf, reading, type Checks } from '../internal/border.ts';
import { choice, count, either, anyText, record } from '../internal/option-checks.ts';

/** A patient of whom everything is known that a test may want. @group Fictive people */
export interface FictivePatient extends PatientInput {
  readonly localId: LocalIdentifier;
  readonly ins: PatientIns;
  readonly identityStatus: IdentityStatus;
}

/** What a test wants otherwise in a fictive patient. @group Fictive people */
export interface FictivePatientOptions {
  /** A text is the value, in the domain of `fictiveConfig`. */
  readonly localId?: string | LocalIdentifier | undefined;
  /** Replaces these traits; the INS follows the sex, the date and the place of birth. */
  readonly traits?: Partial<PatientTraits> | undefined;
  /** The three digits before the key, 1 to 999: tells apart people of one place and month. */
  readonly insOrder?: number | undefined;
  readonly identityStatus?: IdentityStatus | undefined;
}

const patientChecks: Checks<FictivePatientOptions> = {
  localId: either(record, anyText),
  traits: record,
  insOrder: count(1, 999),
  identityStatus: choice('PROV', 'VALI', 'RECUP', 'QUAL'),
};

/** Domain of the local identifiers: an OID that the configuration of the simulator declares. */
const localSystem = '1.2.250.1.999.1.1.7946.3.15.1';

/** INS of a test domain: no number of it is that of a person. */
const testInsOid = '1.2.250.1.213.1.4.10';

const baseTraits = {
  birthName: 'DUPRE-TEST',
  firstName: 'CLAUDE',
  birthFirstNames: ['CLAUDE', 'ANNE'],
  usedName: 'DUPRE-TEST',
  usedFirstName: 'CLAUDE',
  birthDate: '1979-03-28',
  sex: 'F',
  birthPlace: { countryInsee: '99100', postalCode: '51300', communeInsee: '51215', city: 'DOMPREMY' },
} as const satisfies PatientTraits;

const baseOrder = 189;

/**
 * A patient who does not exist, under the INS test OID, with a qualified identity.
 *
 * @param options - what is otherwise; the matricule and its key are made of the traits
 * @throws TerrESanteError `TE_INPUT_INVALID`, `TE_INS_INVALID` when the traits make no number
 *
 * @example
 * ```ts
 * import { checkIns } from 'terr-esante-sdk/identity';
 * import { fictivePatient } from 'terr-esante-sdk/testing';
 *
 * fictivePatient().ins.oid; // '1.2.250.1.213.1.4.10'
 *
 * const son = fictivePatient({ localId: 'PAT-000124', traits: { firstName: 'PAUL', sex: 'M', birthDate: '2011-05-02' } });
 * son.ins.value.slice(0, 5); // '11105'
 * son.traits.usedFirstName; // 'PAUL'
 * ```
 *
 * @group Fictive people
 */
export function fictivePatient(options?: FictivePatientOptions): FictivePatient {
  const given = optionsOf('options', options, patientChecks);
  const { localId = 'PAT-000123', identityStatus = 'QUAL' } = given;
  const { insOrder = baseOrder } = given;

  return reading('traits', () => {
    const traits = { ...baseTraits, ...namesOf(given.traits ?? {}), ...given.traits };
    return {
      localId: typeof localId === 'string' ? { system: localSystem, value: localId } : localId,
      ins: { value: matriculeOf(traits, insOrder), kind: 'NIR', oid: testInsOid },
      traits,
      identityStatus,
    };
  });
}

/** The names that go with a replaced name: used names, given names of the birth record. */
function namesOf({ birthName, firstName }: Partial<PatientTraits>): Partial<PatientTraits> {
  return {
    ...(birthName !== undefined && { usedName: birthName }),
    ...(firstName !== undefined && { usedFirstName: firstName, birthFirstNames: [firstName] }),
  };
}

/** Sex, year and month of birth, place of birth, order, key. */
function matriculeOf({ sex, birthDate, birthPlace }: PatientTraits, order: number): string {
  const [year = '', month = ''] = (birthDate ?? '').split('-');
  const place = birthPlace?.communeInsee ?? birthPlace?.countryInsee ?? '';

  const body = `${sex === 'M' ? '1' : '2'}${year.slice(2)}${month}${place}${String(order).padStart(3, '0')}`;
  return `${body}${insKey(body)}`;
}

const places = [
  { communeInsee: '75112', postalCode: '75012', city: 'PARIS 12E ARRONDISSEMENT' },
  { communeInsee: '94028', postalCode: '94000', city: 'CRETEIL' },
  { communeInsee: '94043', postalCode: '94270', city: 'LE KREMLIN-BICETRE' },
  { communeInsee: '93066', postalCode: '93200', city: 'SAINT-DENIS' },
  { communeInsee: '92050', postalCode: '92000', city: 'NANTERRE' },
  { communeInsee: '77288', postalCode: '77000', city: 'MELUN' },
  { communeInsee: '51215', postalCode: '51300', city: 'DOMPREMY' },
] as const;

const firstNames = {
  F: ['CAMILLE', 'LOUISE', 'FATOU', 'INES', 'MARGUERITE', 'ROSE', 'SARAH'],
  M: ['PAUL', 'AMADOU', 'HUGO', 'KARIM', 'LUCIEN', 'MARCEL', 'NOE', 'YANIS'],
} as const;

const firstBirth = Date.UTC(1931, 0, 3);
const dayMs = 86_400_000;

/** Days over which the births are spread, and the step from one patient to the next. */
const spread = { days: 32_000, step: 1_117 } as const;

/** More would give two people of one place and month the same number. */
const maxPatients = 20_000;

/**
 * Patients who do not exist, all different, of all ages: each with traits and INS that agree, under
 * the INS test OID. The same count gives the same people.
 *
 * @param count - 0 to 20,000
 * @throws TerrESanteError `TE_INPUT_INVALID`
 *
 * @example
 * ```ts
 * import { checkCompleteness } from 'terr-esante-sdk/identity';
 * import { fictivePatients } from 'terr-esante-sdk/testing';
 *
 * const day = fictivePatients(20);
 * day.length; // 20
 * day.every((patient) => checkCompleteness(patient, { requireLocalId: true }).ok); // true
 * ```
 *
 * @group Fictive people
 */
export function fictivePatients(count: number): readonly FictivePatient[] {
  const total = numberIn('count', count, { max: maxPatients, integer: true });
  return Array.from({ length: total }, (_, index) => patientAt(index));
}

function patientAt(index: number): FictivePatient {
  const sex = index % 2 === 0 ? 'F' : 'M';
  const names = firstNames[sex];
  const birth = new Date(firstBirth + ((index * spread.step) % spread.days) * dayMs);
  const place = places[index % places.length] ?? places[0];

  return fictivePatient({
    localId: `PAT-1${String(index).padStart(5, '0')}`,
    traits: {
      birthName: `ESSAI-${lettersOf(index)}`,
      firstName: names[index % names.length] ?? names[0],
      birthDate: birth.toISOString().slice(0, 10),
      sex,
      birthPlace: { countryInsee: '99100', ...place },
    },
    insOrder: (index % 999) + 1,
  });
}

/** 0 is AA, 1 is AB, 26 is BA: a name for each number. */
function lettersOf(index: number): string {
  let rest = index;
  let letters = '';
  do {
    letters = String.fromCharCode(65 + (rest % 26)) + letters;
    rest = Math.floor(rest / 26);
  } while (rest > 0);
  return letters.padStart(2, 'A');
}
