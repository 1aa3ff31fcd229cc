import type { LocalIdentifier, PatientIns, PatientTraits, Sex } from '../../identity/index.ts';
import { isOid } from '../../internal/oid.ts';

/** A request that the simulator refuses; `word` is its code on the wire. */
export class Refusal extends Error {
  override readonly name = 'Refusal';
  readonly status: number;
  readonly word: string;

  constructor(status: number, word: string) {
    super(word);
    this.status = status;
    this.word = word;
  }
}

export function invalid(): Refusal {
  return new Refusal(400, 'invalid');
}

type Fields = Readonly<Record<string, unknown>>;

export function fields(value: unknown): Fields {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) throw invalid();
  return value as Fields;
}

export function text(source: Fields, name: string, maxLength = 200): string {
  const value = Object.hasOwn(source, name) ? source[name] : undefined;
  if (typeof value !== 'string' || value === '' || value.length > maxLength) throw invalid();
  return value;
}

export function optionalText(source: Fields, name: string, maxLength = 200): string | undefined {
  const value = Object.hasOwn(source, name) ? source[name] : undefined;
  return value === undefined || value === null ? undefined : text(source, name, maxLength);
}

export function oneOf<T extends string>(source: Fields, name: string, values: readonly T[]): T {
  const value = text(source, name);
  const found = values.find((candidate) => candidate === value);
  if (found === undefined) throw invalid();
  return found;
}

export function flag(source: Fields, name: string): boolean {
  if (typeof source[name] !== 'boolean') throw invalid();
  return source[name];
}

export function timeOrNull(source: Fields, name: string): number | null {
  const value = optionalText(source, name, 30);
  if (value === undefined) return null;
  const time = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}Z$/.test(value) ? Date.parse(value) : Number.NaN;
  if (Number.isNaN(time)) throw invalid();
  return time;
}

export interface RequestedPatient {
  readonly localId: LocalIdentifier;
  readonly traits: PatientTraits;
  readonly ins: PatientIns | null;
}

const sexes: readonly Sex[] = ['M', 'F', 'I'];

function localIdOf(source: Fields): LocalIdentifier {
  const localId = fields(source['localId']);
  const system = text(localId, 'system', 64);
  if (!isOid(system)) throw invalid();

  return { system, value: text(localId, 'value', 100) };
}

function insOf(source: Fields): PatientIns | null {
  if (source['ins'] === null || source['ins'] === undefined) return null;

  const ins = fields(source['ins']);
  return { value: text(ins, 'value', 15), oid: text(ins, 'oid', 64) };
}

function traitsOf(source: Fields): PatientTraits {
  const traits = fields(source['traits']);
  const birthPlace = fields(traits['birthPlace']);
  const birthDate = text(traits, 'birthDate', 10);
  if (!/^\d{4}-\d{2}-\d{2}$/.test(birthDate)) throw invalid();

  return {
    birthName: text(traits, 'birthName', 100),
    firstName: text(traits, 'firstName', 100),
    birthDate,
    sex: oneOf(traits, 'sex', sexes),
    birthPlace: {
      countryInsee: optionalText(birthPlace, 'countryInsee', 5),
      postalCode: optionalText(birthPlace, 'postalCode', 10),
      communeInsee: optionalText(birthPlace, 'communeInsee', 5),
    },
  };
}

/** The patient of a request, in the strict form of this wire. */
export function patientOf(body: Fields): RequestedPatient {
  const source = fields(body['patient']);

  return { localId: localIdOf(source), traits: traitsOf(source), ins: insOf(source) };
}
