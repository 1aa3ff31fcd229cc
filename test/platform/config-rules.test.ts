import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { policyRules } from '../../scripts/policy-rules.mjs';
import type { CheckReport, Severity } from '../../src/errors.ts';
import { checkConfig, productionDescriptor, type TerrESanteConfig } from '../../src/platform/index.ts';
import { configRules } from '../../src/platform/config/rules.ts';
import { descriptorRules } from '../../src/platform/descriptor/rules.ts';
import { cases, changed, production, simulator } from './config-cases.ts';

const rulesOf = ({ findings }: CheckReport, level: Severity): string[] =>
  findings.filter(({ severity }) => severity === level).map(({ rule }) => rule);

describe('checkConfig', () => {
  it.each(cases)('$rule, $what', ({ rule, level, refused, accepted, base = simulator }) => {
    const rules = (config: TerrESanteConfig): string[] => rulesOf(checkConfig(config), level);
    expect(rules(changed(base, refused))).toContain(rule);
    expect(rules(changed(base, accepted))).not.toContain(rule);
  });

  it('takes the fictive and the production configurations', () => {
    expect(checkConfig(simulator).ok).toBe(true);
    expect(rulesOf(checkConfig(simulator), 'error')).toEqual([]);
    expect(checkConfig(production).ok).toBe(true);
    expect(checkConfig(production).findings.map(({ severity }) => severity)).toEqual(['info']);
  });

  it('says that neither the carte Vitale nor the billing module is asked for (CFG-21)', () => {
    expect(rulesOf(checkConfig(production), 'info')).toEqual(['CFG-21']);
  });

  it('covers every rule, and each finding explains itself', () => {
    const seen = new Set<string>();
    for (const { refused, base = simulator } of cases) {
      for (const { rule, path, message, messageEn, fix, fixEn, reference } of checkConfig(changed(base, refused))
        .findings) {
        seen.add(rule);
        expect(message).toMatch(/\S.*\.$/);
        expect(messageEn).toMatch(/\S.*\.$/);
        expect(message + messageEn + fix + fixEn).not.toMatch(/[{}]/);
        expect(path).toMatch(/^[a-zA-Z.]+$/);
        expect(fix).toMatch(/\.$/);
        expect(fixEn).toMatch(/\.$/);
        expect(reference).not.toBeNull();
      }
    }
    expect([...seen].sort()).toEqual(
      Array.from({ length: 27 }, (_, index) => `CFG-${String(index + 1).padStart(2, '0')}`),
    );
  });

  it.each([null, undefined, 42, 'texte', [], {}, { quai: null, user: 3, modules: [] }])(
    'reports %j without throwing',
    (value) => {
      const report = checkConfig(value as unknown as TerrESanteConfig);
      expect(report.ok).toBe(false);
      expect(rulesOf(report, 'error')).toEqual(
        expect.arrayContaining(['CFG-02', 'CFG-04', 'CFG-07', 'CFG-10', 'CFG-11', 'CFG-20']),
      );
    },
  );

  it('shows no address nor identifier of a person', () => {
    const text = JSON.stringify(
      checkConfig(
        changed(simulator, (c) =>
          Object.assign(c['user'], {
            rpps: '99700098765',
            nationalId: '899700055555',
            mssAddress: 'canari.nom@example.org',
          }),
        ),
      ),
    );
    expect(text).not.toMatch(/canari|99700098765|99700055555/);
  });

  it('judges against the descriptor that is given', () => {
    const other = {
      ...productionDescriptor,
      environment: 'qualification' as const,
      serviceHosts: { ...productionDescriptor.serviceHosts, value: ['recette.example'] },
    };
    const config = changed(production, (c) => {
      c['environment'] = 'qualification';
      c['quai'].url = 'https://recette.example/';
    });
    expect(rulesOf(checkConfig(config, other), 'error')).toEqual([]);
    expect(rulesOf(checkConfig(config), 'error')).toContain('CFG-20');
  });
});

describe('docs/configuration.md', () => {
  const page = readFileSync(new URL('../../docs/configuration.md', import.meta.url), 'utf8');

  it('has a row for each rule, with its level', () => {
    const rows = [
      ...page.matchAll(/^\| (CFG-\d\d) +\| (error|warning|info)(?: in production, else warning)? +\| \S/gm),
    ];
    expect(rows.map(([, id, level]) => [id, level])).toEqual(
      Object.entries(configRules).map(([id, { severity }]) => [id, severity]),
    );
    for (const id of Object.keys(descriptorRules)) expect(page).toContain(id);
  });

  it('says that `npm run policy` holds every rule, and each is where it says', () => {
    const held = new Set(policyRules.map(({ id }) => id));
    const unread = ['DESC-JSON'];
    const all = [...Object.keys(configRules), ...Object.keys(descriptorRules)].filter((id) => !unread.includes(id));
    expect(all.filter((id) => !held.has(id))).toEqual([]);

    const lost = policyRules.filter(({ id, file, on }) => {
      if (!/^(?:CFG|DESC)-/.test(id)) return false;
      return readFileSync(new URL(`../../${file}`, import.meta.url), 'utf8').split(on).length !== 2;
    });
    expect(lost.map(({ id, what }) => `${id} ${what}`)).toEqual([]);
  });
});
