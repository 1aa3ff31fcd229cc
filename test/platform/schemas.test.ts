import { describe, expect, it } from 'vitest';
import { checkConfig } from '../../src/platform/index.ts';
import { ajv } from '../helpers/json-schema.ts';
import { shippedJson } from '../helpers/shipped-json.ts';
import { cases, changed, production, put, simulator, told, type Mutable } from './config-cases.ts';

const schema = (name: string): object => JSON.parse(shippedJson(`schemas/${name}.schema.json`)) as object;

const isConfig = ajv.compile(schema('config'));

/** What `checkConfig` refuses and no schema can say, as the schema itself tells. */
const beyondSchema: ReadonlySet<string> = new Set([
  ...['CFG-05 wrong key in production', 'CFG-06 another national id', 'CFG-08 own address'],
  ...['CFG-10 https://127.0.0.1.example.org', 'CFG-12 2.999.1.1', 'CFG-12 urn:oid:2.999.1.1', 'CFG-23 authorSpecialty'],
  `CFG-24 installation ${simulator.quai.oid}`,
]);

/** Whether errors are those that only a descriptor or a second value explains. */
function isBeyond(rule: string, what: string): boolean {
  return beyondSchema.has(`${rule} ${what}`) || (rule === 'CFG-20' && what !== 'unknown environment');
}

describe('the schemas of the package', () => {
  it('are schemas of the dialect they name', () => {
    for (const name of ['config', 'descriptor']) {
      expect(ajv.validateSchema(schema(name)), name).toBe(true);
      expect(schema(name)).toMatchObject({ $schema: 'https://json-schema.org/draft/2020-12/schema' });
    }
  });

  it('take the configurations that are right', () => {
    for (const config of [simulator, production]) expect(isConfig(config), JSON.stringify(isConfig.errors)).toBe(true);
  });

  it.each(cases.filter(({ level }) => level === 'error'))(
    'and checkConfig agree: $rule, $what',
    ({ rule, what, refused, accepted, base = simulator }) => {
      const wrong = changed(base, refused);
      expect(checkConfig(wrong).ok).toBe(false);
      expect(isConfig(wrong), `${rule} ${what}`).toBe(isBeyond(rule, what));

      const right = changed(base, accepted);
      expect(isConfig(right), JSON.stringify(isConfig.errors)).toBe(checkConfig(right).ok);
    },
  );

  it('and checkConfig agree on every member: away, of another kind, beside an unknown one', () => {
    let seen = 0;
    const walk = (value: unknown, path: string): void => {
      for (const change of [undefined, null, 42, [], {}]) {
        if (path === '') continue;
        const config = changed(production, (c) => put(c, path, change));
        const { ok, findings } = checkConfig(config);
        const hasUnknown = findings.some(({ rule }) => rule === 'CFG-27');
        expect(isConfig(config), `${path} ${told(change)}`).toBe(ok && !hasUnknown);
        seen += 1;
      }
      if (typeof value !== 'object' || value === null || Array.isArray(value)) return;
      for (const [name, inner] of Object.entries(value)) walk(inner, path === '' ? name : `${path}.${name}`);
    };
    walk(production, '');
    expect(seen).toBeGreaterThan(150);

    const unknown = changed(simulator, (c: Mutable) => put(c, 'user.surplus', 1));
    expect(isConfig(unknown)).toBe(false);
    expect(checkConfig(unknown).findings.map(({ rule }) => rule)).toContain('CFG-27');
  });
});
