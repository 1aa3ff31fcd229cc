import { describe, expect, it } from 'vitest';
import {
  checkCoherence,
  checkCompleteness,
  compareIdentities,
  insKey,
  type PatientInput,
} from '../../src/identity/index.ts';
import { combineLookups, createCommuneLookup, createCountryLookup } from '../../src/identity/reference/index.ts';

/* Places whose code changed: one place at two times. */

function born(communeInsee: string, birthDate = '1985-05-12'): PatientInput {
  return {
    traits: {
      birthName: 'MARTIN',
      firstName: 'ZOE',
      birthFirstNames: ['ZOE'],
      sex: 'F',
      birthDate,
      birthPlace: { communeInsee },
    },
  };
}

function matriculeOf(place: string): string {
  const body = `28505${place}001`;
  return body + insKey(body);
}

const lookup = createCommuneLookup([
  { code: '74010', nom: 'Annecy', anciensCodes: ['74011', '74093'] },
  { code: '69286', nom: 'Rillieux-la-Pape', anciensCodes: ['01132', '01326', '69274'] },
]);

describe('codes of one place', () => {
  const overseas = [
    ['97123', '97701'],
    ['97127', '97801'],
    ['98506', '97606'],
    ['98517', '97617'],
    ['20004', '2A004'],
  ] as const;

  it.each(overseas)('%s and %s are equivalent, both ways, whatever the year', (former, today) => {
    for (const [a, b] of [
      [former, today],
      [today, former],
    ] as const) {
      const { outcome, traits } = compareIdentities(born(a), born(b));
      expect(outcome).toBe('match');
      expect(traits.find(({ trait }) => trait === 'birthPlace')).toMatchObject({
        outcome: 'equivalent',
        reasons: ['RENAMED_CODE'],
      });
    }
  });

  it.each(overseas)('%s in a matricule is coherent with %s', (former, today) => {
    for (const [place, trait] of [
      [former, today],
      [today, former],
    ] as const) {
      const ins = { value: matriculeOf(place) };
      expect(checkCoherence(ins, { sex: 'F', birthDate: '1985-05-12', birthPlace: trait }).findings).toEqual([]);
    }
  });

  it.each([
    ['97123', '97801'],
    ['97123', '97127'],
    ['98506', '97607'],
    ['98506', '98606'],
    ['97105', '97701'],
    ['98735', '97635'],
    ['01326', '69286'],
  ])('%s and %s are not, without a list of communes', (a, b) => {
    expect(compareIdentities(born(a), born(b)).outcome).toBe('mismatch');
    expect(checkCoherence({ value: matriculeOf(a) }, { birthDate: '1985-05-12', birthPlace: b }).findings).toHaveLength(
      1,
    );
  });
});

describe('codes of one place, with a list of communes', () => {
  const both = combineLookups(createCountryLookup(), lookup);

  it.each([
    // The code alone changed: another department, another seat.
    ['01326', '69286', 'equivalent', 'RENAMED_CODE', 'match'],
    ['78004', '94001', 'equivalent', 'RENAMED_CODE', 'match'],
    ['80831', '62909', 'equivalent', 'RENAMED_CODE', 'match'],
    // The commune went into another: a human decides.
    ['74011', '74010', 'compatible', 'MERGED_COMMUNE', 'possible'],
    ['01132', '69286', 'compatible', 'MERGED_COMMUNE', 'possible'],
  ])('%s and %s are %s (%s)', (a, b, outcome, reason, whole) => {
    for (const [left, right] of [
      [a, b],
      [b, a],
    ] as const) {
      const compared = compareIdentities(born(left), born(right), { lookup: both });
      expect(compared.outcome).toBe(whole);
      expect(compared.traits.find(({ trait }) => trait === 'birthPlace')).toMatchObject({ outcome, reasons: [reason] });
    }
    const ins = { value: matriculeOf(a) };
    expect(checkCoherence(ins, { birthDate: '1985-05-12', birthPlace: b }, { lookup: both }).findings).toEqual([]);
    const patient = { ...born(b), ins: { value: ins.value, oid: '1.2.250.1.213.1.4.8' } };
    const rules = checkCompleteness(patient, { lookup: both }).findings.map(({ rule }) => rule);
    expect(rules).not.toContain('IDENTITY-BIRTH-PLACE-MISMATCH');
  });

  it('keeps two communes apart that went into one', () => {
    expect(compareIdentities(born('74011'), born('74093'), { lookup }).outcome).toBe('mismatch');
    expect(compareIdentities(born('74010'), born('69286'), { lookup }).outcome).toBe('mismatch');
  });

  it('takes a list of a host that knows no history', () => {
    const plain = {};
    expect(compareIdentities(born('74011'), born('74010'), { lookup: plain }).outcome).toBe('mismatch');
  });
});
