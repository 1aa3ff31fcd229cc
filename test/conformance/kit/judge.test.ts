import { describe, expect, it } from 'vitest';
import { runConformance, type ActAnswer, type ConformanceConfig } from '../../../src/conformance/index.ts';
import { isProductionOid, patientsOf, refuseRealPeople } from '../../../src/conformance/far-side/people.ts';
import { isKnownRule } from '../../../src/conformance/report/rule-text.ts';
import { scenarios } from '../../../src/conformance/scenario/catalogue.ts';
import { checkedWaivers } from '../../../src/conformance/waiver/waiver.ts';
import { judge } from '../../../src/conformance/verdict/judge.ts';
import type { Observation } from '../../../src/conformance/verdict/observation.ts';

const patients = patientsOf(scenarios);

/** What is seen of a software that sends nothing and answers the same to every act. */
function seenOf(id: string, answer: ActAnswer | null): Observation {
  const scenario = scenarios.find((each) => each.id === id)!;
  const acts = scenario.steps.flatMap((step) => ('act' in step ? [step.act] : []));
  return {
    patients: patients.filter(({ key }) => key.startsWith(`${id}.`)),
    acts: acts.map((act, index) => ({
      request: { v: 1, run: 'r', scenario: id, step: index + 1, act, patient: null, input: {}, deadlineMs: 1 },
      answer,
    })),
    mails: [],
    window: [],
    run: [],
    filed: 0,
    files: [],
    planted: { traits: [], ins: [], secrets: [], subjects: [] },
  };
}

const verdictOf = (id: string, answer: ActAnswer | null) =>
  judge(
    scenarios.find((each) => each.id === id)!,
    seenOf(id, answer),
  ).verdict;

describe('a software that does nothing', () => {
  it.each([
    ['silent', null],
    ['done to everything', { outcome: 'done' }],
    ['unsupported', { outcome: 'unsupported' }],
  ] as const)('%s: passes no scenario at all', (_, answer) => {
    const passed = scenarios.filter(({ id }) => ['passed', 'warning'].includes(verdictOf(id, answer)));
    expect(passed.map(({ id }) => id)).toEqual([]);
  });

  it('refusing everything fails the control, and passes nothing that leans on none', () => {
    const refused = { outcome: 'refused', shown: 'Refusé.' } as const;
    expect(verdictOf('DEP-01', refused)).toBe('failed');
    const passed = scenarios.filter(({ id, control }) => control === null && verdictOf(id, refused) === 'passed');
    expect(passed.map(({ id }) => id)).toEqual([]);
  });

  it('a silent one is not run, and is not said to fail', () => {
    expect(verdictOf('DEP-01', null)).toBe('not-run');
    expect(verdictOf('DOC-27', null)).toBe('not-run');
  });
});

describe('the catalogue', () => {
  it('names known rules, and each id once', () => {
    const ids = scenarios.map(({ id }) => id);
    expect(new Set(ids).size).toBe(ids.length);
    const rules = new Set(scenarios.flatMap(({ assert }) => assert.map(({ rule }) => rule)));
    expect([...rules].filter((rule) => !isKnownRule(rule))).toEqual([]);
  });

  it('an inferred demand is mandatory only with its reason', () => {
    const unreasoned = scenarios
      .filter(({ sources }) => sources.every(({ grade }) => grade === 'D'))
      .filter(({ assert }) => assert.some(({ severity, safety }) => severity === 'mandatory' && safety === undefined));
    expect(unreasoned.map(({ id }) => id)).toEqual([]);
  });

  it('knows nobody who could exist', () => {
    expect(patients.every(({ ins }) => !ins || !isProductionOid(ins.oid))).toBe(true);
    const [first] = patients;
    const real = { ...first!, ins: { ...first!.ins!, oid: '1.2.250.1.213.1.4.8' } };
    expect(() => refuseRealPeople([real])).toThrow(expect.objectContaining({ code: 'TE_INS_INVALID' }));
  });
});

describe('waivers', () => {
  const waiver = {
    scenario: 'DEP-02',
    revision: 1,
    rule: 'MAIL-SUBJECT',
    reason: 'Objet corrigé en 9.5',
    owner: 'Équipe messagerie',
    added: '2026-11-01',
    expires: '2027-02-01',
  };
  const now = Date.parse('2026-12-01T00:00:00Z');

  it('one that is whole and short is taken', () => {
    expect(checkedWaivers([waiver], now)).toHaveLength(1);
  });

  it.each([
    ['expired', { expires: '2026-11-20' }],
    ['too long', { expires: '2027-08-01' }],
    ['unknown scenario', { scenario: 'DEP-99' }],
    ['changed scenario', { revision: 2 }],
    ['other rule', { rule: 'XDM-HASH' }],
    ['safety rule', { rule: 'K-CANARY' }],
    ['nobody answers for it', { owner: ' ' }],
  ])('%s: refused', (_, change) => {
    expect(() => checkedWaivers([{ ...waiver, ...change }], now)).toThrow(
      expect.objectContaining({ code: 'TE_CONFIG_INVALID' }),
    );
  });

  it('the same twice is refused', () => {
    expect(() => checkedWaivers([waiver, waiver], now)).toThrow(expect.objectContaining({ code: 'TE_CONFIG_INVALID' }));
  });
});

const config: ConformanceConfig = {
  kit: 1,
  catalogue: '2027.01',
  product: { name: 'LPS', version: '1' },
  profiles: ['mail-only'],
  driver: { kind: 'module' },
};

it.each([
  ['another kit', { config: { ...config, kit: 2 } }],
  ['an unknown profile', { config: { ...config, profiles: ['soap'] } }],
  ['no driver', { config: { ...config, driver: { kind: 'telepathy' } } }],
  ['a seed that is none', { config, seed: -1 }],
])('%s is refused before anything starts', async (_, options) => {
  await expect(runConformance(options as never)).rejects.toMatchObject({ code: 'TE_INPUT_INVALID' });
});
