import { describe, expect, it } from 'vitest';

import { checkCoherence, checkCompleteness, insKey, type PatientTraits } from '../../src/identity/index.ts';
import { fictiveConfig } from '../../src/simulator/index.ts';
import { fictivePatient, fictivePatients, type FictivePatient } from '../../src/testing/index.ts';

const coherent = ({ ins, traits }: FictivePatient): boolean => {
  const { sex, birthDate, birthPlace } = traits;
  const { ok, findings } = checkCoherence(ins, { sex, birthDate, birthPlace: birthPlace?.communeInsee });
  return ok && findings.length === 0 && insKey(ins.value.slice(0, 13)) === ins.value.slice(13);
};

describe('fictivePatient', () => {
  it('is the patient of every example', () => {
    const { ins, localId } = fictivePatient();
    expect(ins.value).toBe('279035121518989');
    expect(localId.system).toBe(fictiveConfig().quai.oid);
  });

  it.each<[string, Partial<PatientTraits>, string]>([
    ['a boy', { sex: 'M' }, '179035121518995'],
    ['another month', { birthDate: '1979-12-28' }, '279125121518977'],
    ['Corsica', { birthPlace: { communeInsee: '2A004' } }, '279032A00418909'],
  ])('has a number that follows the traits: %s', (_, traits, value) => {
    const patient = fictivePatient({ traits });
    expect(patient.ins.value.slice(0, 13)).toBe(value.slice(0, 13));
    expect(coherent(patient)).toBe(true);
  });

  it.each<[object, string]>([
    [{ localid: 'x' }, 'options'],
    [{ insOrder: 1_000 }, 'insOrder'],
  ])('refuses %j', (options, argument) => {
    expect(() => fictivePatient(options)).toThrow(
      expect.objectContaining({ code: 'TE_INPUT_INVALID', details: expect.objectContaining({ argument }) as object }),
    );
  });
});

describe('fictivePatients', () => {
  it('are complete, coherent and all different', () => {
    const people = fictivePatients(20_000);
    for (const patient of people.slice(0, 2_000)) {
      expect(coherent(patient)).toBe(true);
      expect(checkCompleteness(patient, { requireLocalId: true, environment: 'test' }).findings).toEqual([]);
    }
    const distinct = (key: (patient: FictivePatient) => string): number => new Set(people.map(key)).size;
    expect(distinct(({ ins }) => ins.value)).toBe(people.length);
    expect(distinct(({ localId }) => localId.value)).toBe(people.length);
    expect(distinct(({ traits }) => traits.birthName ?? '')).toBe(people.length);
  });

  it('are the same each time', () => {
    expect(fictivePatients(3)).toEqual(fictivePatients(5).slice(0, 3));
    expect(fictivePatients(0)).toEqual([]);
  });

  it.each([-1, 1.5, 20_001, '3', undefined])('refuses %j', (count) => {
    expect(() => fictivePatients(count as number)).toThrow(expect.objectContaining({ code: 'TE_INPUT_INVALID' }));
  });
});
