import { describe, expect, it } from 'vitest';

import { matchPatient } from '../../../src/client/mail/inbox/match.ts';
import type { Named } from '../../../src/client/mail/inbox/named.ts';
import type { PatientInput } from '../../../src/identity/index.ts';
import { claude, homonyms, otherTwin, practice, twin } from './received.ts';

const saying = (patient: PatientInput, change: Partial<Named> = {}): Named => ({
  ins: patient.ins ?? null,
  localId: null,
  traits: patient.traits,
  hasBadIns: false,
  ...change,
});
const among = (named: Named, found: readonly PatientInput[] = practice): string => {
  const match = matchPatient(named, found, 'test');
  return match.outcome === 'matched'
    ? `matched ${match.patient.localId?.value ?? ''}`
    : `${match.outcome} ${match.reason}`;
};

describe('a document and a patient', () => {
  it('match by the INS and every strict trait, and by nothing less', () => {
    expect(among(saying(claude))).toBe('matched PAT-000123');
    expect(among(saying(claude, { ins: null }))).toBe('to-confirm without-ins');
    expect(among(saying(claude, { ins: null, localId: claude.localId }))).toBe('to-confirm without-ins');
    const { birthPlace: _none, ...lesser } = claude.traits;
    expect(among(saying(claude, { traits: lesser }))).toBe('to-confirm incomplete');
    expect(among(saying(claude, { traits: {} }))).toBe('to-confirm incomplete');
    expect(among(saying(claude, { traits: { ...claude.traits, birthName: 'AUTRE' } }))).toBe('aside ins-traits-differ');
  });

  it.each(['PROV', 'VALI', 'RECUP', undefined] as const)(
    'do not match by themselves when the identity is %s',
    (identityStatus) => {
      expect(among(saying(claude), [{ ...claude, identityStatus }])).toBe('to-confirm not-qualified');
    },
  );

  it('never match a twin or a homonym without the INS', () => {
    for (const [index, patient] of homonyms.entries()) {
      expect(among(saying(patient))).toBe(`matched ${homonyms[index]?.localId?.value ?? ''}`);
      expect(among(saying(patient, { ins: null }))).toBe('to-confirm several');
      expect(among(saying(patient, { ins: null, hasBadIns: true }))).toBe('to-confirm several');
    }
    // The other twin is here, and everything but one name is the same.
    expect(among(saying(otherTwin))).toBe('aside no-patient');
    expect(among(saying(otherTwin, { ins: null }))).toBe('aside no-patient');
    expect(among(saying(otherTwin, { ins: twin.ins }))).toBe('aside ins-traits-differ');
    // The INS of one, the rest of the other.
    expect(among(saying(twin, { ins: otherTwin.ins }))).toBe('aside no-patient');
  });

  it('are offered when the software has no INS of the patient, and only if nothing differs', () => {
    const { ins: _none, ...without } = claude;
    expect(among(saying(claude), [{ ...without, identityStatus: 'VALI' }])).toBe('to-confirm other-ins');
    expect(among(saying(otherTwin), [{ traits: twin.traits, identityStatus: 'VALI' }])).toBe('aside no-patient');
  });

  it('need a name and a birth date', () => {
    const { birthDate: _none, ...undated } = claude.traits;
    expect(among(saying(claude, { ins: null, traits: undated }))).toBe('aside no-identity');
    expect(among(saying(claude, { ins: null, traits: {} }))).toBe('aside no-identity');
    const many = Array.from({ length: 21 }, (_, index) => ({
      ...claude,
      ins: undefined,
      localId: { system: '2.999.1', value: String(index) },
    }));
    expect(among(saying(claude), many)).toBe('aside too-many');
  });

  it('are of nobody with a test number in production', () => {
    expect(matchPatient(saying(claude), practice, 'production')).toEqual({ outcome: 'aside', reason: 'test-ins' });
  });
});
