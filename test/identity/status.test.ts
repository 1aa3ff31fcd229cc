import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { TerrESanteError } from '../../src/errors.ts';
import { load } from './load.ts';
import { checkIdentityStatus } from '../../src/identity/index.ts';
import type { IdentityStatusInput } from '../../src/identity/status/check.ts';
import {
  createIdentityState,
  identityProofs,
  moveIdentity,
  type IdentityEvent,
  type IdentityState,
} from '../../src/identity/status/index.ts';

const vectors = load<{
  id: string;
  input: IdentityStatusInput;
  rules: string[];
  note: string;
}>('status');
const ins = { value: '285019999999936', oid: '1.2.250.1.213.1.4.10' };
const state = (status: 'PROV' | 'VALI' | 'RECUP' | 'QUAL'): IdentityState =>
  createIdentityState({ status, ins: status === 'RECUP' || status === 'QUAL' ? ins : null });

describe('checkIdentityStatus', () => {
  it.each(vectors)('$id $input $note', ({ input, rules }) => {
    const { ok, findings } = checkIdentityStatus(input);
    expect(ok).toBe(rules.length === 0);
    expect(findings.map(({ rule }) => rule)).toEqual(rules);
    expect(findings.every(({ severity }) => severity === 'error')).toBe(true);
  });

  it('accepts a state without attributes', () => {
    expect(checkIdentityStatus({ status: 'VALI', ins: false }).findings).toEqual([]);
  });
});

describe('moveIdentity', () => {
  const events = {
    I: { type: 'ins-retrieved', ins },
    notI: { type: 'ins-lost' },
    C: { type: 'verified', proof: 'PA' },
    notC: { type: 'verification-lost' },
    apcv: { type: 'apcv-read', ins },
    doubtful: { type: 'attribute-set', attribute: 'DOUT' },
    fictive: { type: 'attribute-set', attribute: 'FICT' },
  } as const satisfies Record<string, IdentityEvent>;

  it.each([
    ['PROV', 'I', 'RECUP'],
    ['VALI', 'I', 'QUAL'],
    ['PROV', 'C', 'VALI'],
    ['RECUP', 'C', 'QUAL'],
    ['QUAL', 'notI', 'VALI'],
    ['RECUP', 'notI', 'PROV'],
    ['QUAL', 'notC', 'RECUP'],
    ['VALI', 'notC', 'PROV'],
    ['PROV', 'apcv', 'QUAL'],
    ['QUAL', 'doubtful', 'PROV'],
    ['VALI', 'fictive', 'PROV'],
  ] as const)('%s, %s: %s', (from, event, to) => {
    const next = moveIdentity(state(from), events[event]);
    expect(next.status).toBe(to);
    expect(next.ins !== null).toBe(to === 'RECUP' || to === 'QUAL');
  });

  it.each([
    ['RECUP', 'I', 'INS-ACTIVE'],
    ['QUAL', 'I', 'INS-ACTIVE'],
    ['VALI', 'C', 'VERIFIED'],
    ['QUAL', 'C', 'VERIFIED'],
    ['PROV', 'notI', 'NO-INS'],
    ['VALI', 'notI', 'NO-INS'],
    ['PROV', 'notC', 'NOT-VERIFIED'],
    ['RECUP', 'notC', 'NOT-VERIFIED'],
  ] as const)('refuses %s, %s: %s', (from, event, rule) => {
    expect(() => moveIdentity(state(from), events[event])).toThrow(
      expect.objectContaining({
        code: 'TE_IDENTITY_STATUS',
        findings: [expect.objectContaining({ rule: `IDENTITY-TRANSITION-${rule}` })],
      }),
    );
  });

  it.each(['doubtful', 'fictive'] as const)('forbids the INSi, the document and ApCV once %s', (attribute) => {
    const closed = moveIdentity(state('QUAL'), events[attribute]);
    expect(closed.insHistory).toEqual([{ ...ins, kind: 'NIR' }]);
    for (const event of [events.I, events.C, events.apcv]) {
      expect(() => moveIdentity(closed, event)).toThrow(
        expect.objectContaining({ findings: [expect.objectContaining({ rule: 'IDENTITY-TRANSITION-CLOSED' })] }),
      );
    }
    const [set] = closed.attributes;
    const open = moveIdentity(closed, { type: 'attribute-cleared', attribute: set! });
    expect(moveIdentity(open, events.I).status).toBe('RECUP');
  });

  it('accepts the proofs that the structure configures, and preselects none', () => {
    expect(() => moveIdentity(state('PROV'), { type: 'verified', proof: '' })).toThrow(TerrESanteError);
    expect(() => moveIdentity(state('PROV'), { type: 'verified', proof: 'permis' })).toThrow(TerrESanteError);
    expect(() => moveIdentity(state('PROV'), { type: 'verified', proof: 'LE', acceptedProofs: ['PA'] })).toThrow(
      TerrESanteError,
    );
    expect(moveIdentity(state('PROV'), { type: 'verified', proof: 'LE', acceptedProofs: ['LE'] }).status).toBe('VALI');
    for (const proof of identityProofs) {
      expect(moveIdentity(state('PROV'), { type: 'verified', proof }).status).toBe('VALI');
    }
  });

  it('never reaches an illegal state, whatever happens', () => {
    const event = fc.oneof(
      fc.constantFrom<IdentityEvent>(...Object.values(events)),
      fc
        .constantFrom('HOMA', 'HOMD', 'DOUT', 'FICT')
        .chain((attribute) =>
          fc.constantFrom<IdentityEvent>(
            { type: 'attribute-set', attribute } as IdentityEvent,
            { type: 'attribute-cleared', attribute } as IdentityEvent,
          ),
        ),
    );
    fc.assert(
      fc.property(fc.array(event, { maxLength: 30 }), (story) => {
        let current = state('PROV');
        for (const one of story) {
          try {
            current = moveIdentity(current, one);
          } catch (error) {
            expect(error).toBeInstanceOf(TerrESanteError);
          }
          const { status, attributes } = current;
          expect(checkIdentityStatus({ status, attributes, ins: current.ins !== null }).findings).toEqual([]);
          expect(Object.isFrozen(current)).toBe(true);
        }
      }),
    );
  });
});

describe('createIdentityState', () => {
  it.each([
    [{ status: 'PROV', ins }, 'IDENTITY-INS-FORBIDDEN'],
    [{ status: 'QUAL' }, 'IDENTITY-INS-MISSING'],
    [{ status: 'QUAL', ins: { ...ins, value: '285019999999937' } }, 'IDENTITY-KEY'],
    [{ status: 'QUAL', ins: { ...ins, oid: '1.2.3' } }, 'IDENTITY-OID'],
    [{ status: 'QUAL', ins, attributes: ['DOUT'] }, 'IDENTITY-ATTRIBUTE-STATUS'],
    [{ status: 'X' }, 'IDENTITY-STATUS-UNKNOWN'],
  ])('refuses %j', (input, rule) => {
    expect(() => createIdentityState(input as never)).toThrow(
      expect.objectContaining({ findings: [expect.objectContaining({ rule })] }),
    );
  });

  it('cannot be written illegally in types either', () => {
    const legal: IdentityState = { status: 'PROV', attributes: ['DOUT', 'HOMA'], ins: null, insHistory: [] };
    // @ts-expect-error a provisional identity has no INS
    const withIns: IdentityState = { status: 'PROV', attributes: [], ins, insHistory: [] };
    // @ts-expect-error a qualified identity has one
    const without: IdentityState = { status: 'QUAL', attributes: [], ins: null, insHistory: [] };
    // @ts-expect-error a qualified identity is not doubtful
    const doubtful: IdentityState = { status: 'QUAL', attributes: ['DOUT'], ins, insHistory: [] };
    expect([legal, withIns, without, doubtful].map(({ status }) => status)).toEqual(['PROV', 'PROV', 'QUAL', 'QUAL']);
  });
});
