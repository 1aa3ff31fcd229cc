import { describe, expect, it } from 'vitest';
import type { ConsentInput, ConsentReceipt } from '../../src/index.ts';
import { requireConsentToCreate } from '../../src/client/consent/gate.ts';
import { recordConsent } from '../../src/client/consent/record.ts';
import { fictivePatient } from '../../src/testing/index.ts';

const now = Date.parse('2026-03-01T10:15:00Z');
let next = 0;
const runtime = {
  clock: { now: () => now },
  ids: { uuid: () => `00000000-0000-4000-8000-${String((next += 1)).padStart(12, '0')}` },
};
const patient = fictivePatient();
const localId = patient.localId;
const input: ConsentInput = {
  kinds: ['dossier-creation'],
  givenBy: 'patient',
  mode: 'oral',
  collectedAt: '2026-03-01T11:00:00+01:00',
};
const record = (given: Partial<ConsentInput> = {}): ConsentReceipt =>
  recordConsent(patient, { ...input, ...given }, '899700012349', runtime);
const sameDay = { now, maxAgeDays: 0 };

describe('recordConsent', () => {
  it('makes a receipt that holds no trait and no identifier of the patient', () => {
    const receipt = record({
      givenBy: 'legal-representative',
      representative: { name: 'CANARI NOM', relation: 'mère' },
    });
    expect(receipt).toMatchObject({
      kinds: ['dossier-creation'],
      collectedAt: '2026-03-01T10:00:00Z',
      collectedBy: '899700012349',
    });
    const text = JSON.stringify(receipt);
    for (const secret of ['CANARI', localId.value, localId.system, patient.traits.birthName!, patient.ins.value]) {
      expect(text).not.toContain(secret);
    }
  });

  it('names the same patient differently in each receipt', () => {
    expect(record().subject).not.toBe(record().subject);
  });

  it.each([
    ['no kind', { kinds: [] }],
    ['unknown kind', { kinds: ['all'] }],
    ['representative without name', { givenBy: 'legal-representative' }],
    ['unknown giver', { givenBy: 'neighbour' }],
    ['unknown mode', { mode: 'presumed' }],
    ['in the future', { collectedAt: '2026-03-01T12:15:00+01:00' }],
  ])('refuses a consent: %s', (_, given) => {
    expect(() => record(given as Partial<ConsentInput>)).toThrow(expect.objectContaining({ code: 'TE_INPUT_INVALID' }));
  });

  it('refuses a date without offset and a patient without identifier', () => {
    expect(() => record({ collectedAt: '2026-03-01' })).toThrow(expect.objectContaining({ code: 'TE_DATE_INVALID' }));
    for (const wrong of [undefined, { ...localId, value: 12 }, { ...localId, system: new Date(0) }]) {
      expect(() => recordConsent({ traits: {}, localId: wrong as never }, input, '8', runtime)).toThrow(
        expect.objectContaining({ code: 'TE_INPUT_INVALID' }),
      );
    }
  });
});

describe('requireConsentToCreate', () => {
  const reasonOf = (work: () => unknown): unknown => {
    try {
      work();
    } catch (error) {
      expect(error).toMatchObject({ code: 'TE_CONSENT_REQUIRED' });
      return (error as { details: { reason: string } }).details.reason;
    }
    return 'accepted';
  };
  const gate = (
    receipt: unknown,
    id = localId,
    limits: { now: number; maxAgeDays: number | null } = sameDay,
    joins = false,
  ): unknown => reasonOf(() => requireConsentToCreate(receipt as ConsentReceipt, id, limits, joins));

  it('takes the receipt of this patient, this act, this day', () => {
    expect(gate(record())).toBe('accepted');
  });

  it.each([undefined, null, true, 'oui', {}, [], { kinds: ['dossier-creation'] }])(
    'refuses %j: a box ticked is no receipt',
    (value) => {
      expect(gate(value)).toMatch(/absent|altered/);
    },
  );

  it('refuses a changed receipt, whatever was changed', () => {
    const receipt = record();
    for (const change of [
      { kinds: ['dossier-creation', 'join-circle'] },
      { givenBy: 'legal-representative' },
      { mode: 'written' },
      { collectedAt: '2026-03-01T10:00:01Z' },
      { collectedBy: '899700012340' },
      { id: '00000000-0000-4000-8000-999999999999' },
      { hash: '0'.repeat(64) },
    ]) {
      expect(gate({ ...receipt, ...change })).toBe('altered');
    }
  });

  it('refuses the receipt of another patient or of another act', () => {
    expect(gate(record(), { ...localId, value: 'PAT-000124' })).toBe('other-patient');
    expect(gate(record({ kinds: ['document-share'] }))).toBe('kind:dossier-creation');
  });

  it('asks for a second agreement to join the care circle', () => {
    expect(gate(record(), localId, sameDay, true)).toBe('kind:join-circle');
    expect(gate(record({ kinds: ['dossier-creation', 'join-circle'] }), localId, sameDay, true)).toBe('accepted');
  });

  it('counts days as the calendar of France does', () => {
    // 23:30 and 00:30 in Paris: one hour apart, two days.
    const late = recordConsent(patient, { ...input, collectedAt: '2026-02-28T23:30:00+01:00' }, '8', runtime);
    const after = (iso: string, maxAgeDays: number | null): unknown =>
      gate(late, localId, { now: Date.parse(iso), maxAgeDays });
    expect(after('2026-02-28T23:59:00+01:00', 0)).toBe('accepted');
    expect(after('2026-03-01T00:30:00+01:00', 0)).toBe('too-old');
    expect(after('2026-03-01T00:30:00+01:00', 1)).toBe('accepted');
    expect(after('2028-03-01T00:30:00+01:00', null)).toBe('accepted');
  });

  it('refuses a receipt dated after now', () => {
    expect(gate(record(), localId, { now: now - 3_600_000, maxAgeDays: null })).toBe('date');
  });
});
