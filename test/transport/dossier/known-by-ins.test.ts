import { expect, it } from 'vitest';

import type { PatientInput } from '../../../src/identity/index.ts';
import { fictivePatient } from '../../../src/testing/index.ts';
import { holderOf } from '../../../src/transport/binding/known-by-ins.ts';

const { localId, traits, ins } = fictivePatient();
const patient = { localId, traits, ins };
type Held = Partial<PatientInput> | null;

const same: Held = { traits, ins };
const other: Held = { traits: { ...traits, birthDate: '1951-02-03' }, ins };
const stranger: Held = { traits, ins: { ...ins, value: '185057800608491' } };

it.each<readonly [what: string, held: readonly Held[], expected: string | number]>([
  ['nobody', [], 'unknown'],
  ['the patient', [same], 0],
  ['the patient beside others, by a server that ignores the condition', [stranger, null, same], 2],
  ['others alone', [stranger, null, { traits }], 'unknown'],
  ['the patient, under an INS that was replaced', [{ traits, ins: stranger.ins, insHistory: [ins] }], 0],
  ['two records of the patient', [same, same], 'ambiguous'],
  ['the patient and somebody else', [same, other], 'ambiguous'],
  ['somebody without a date of birth', [{ traits: { ...traits, birthDate: undefined }, ins }], 'ambiguous'],
  ['somebody without a trait', [{ traits: {}, ins }], 'ambiguous'],
])('an INS gives %s', (_what, held, expected) => {
  expect(
    holderOf(
      patient,
      held.map((holder, record) => ({ record, patient: holder })),
    ),
  ).toBe(expected);
});

it('an INS of other traits is refused, and says which', () => {
  const misnamed = { traits: { ...traits, firstName: 'AUTRE' }, ins };
  expect(() =>
    holderOf(
      patient,
      [other, misnamed].map((holder) => ({ record: 0, patient: holder })),
    ),
  ).toThrow(expect.objectContaining({ code: 'TE_IDENTITY_MISMATCH', details: { traits: ['birthDate', 'firstName'] } }));
});

it('a patient whose INS may not leave asks for nobody', () => {
  expect(holderOf({ ...patient, ins: null }, [{ record: 0, patient: same }])).toBe('unknown');
});
