import { readdirSync } from 'node:fs';
import { beforeAll, describe, expect, it } from 'vitest';
import type { Advisory } from './advisory.ts';
import { prepare, type Means } from './forge.ts';

const folder = new URL('./advisories/', import.meta.url);
const files = readdirSync(folder).filter((name) => name.endsWith('.ts'));
const advisories = await Promise.all(
  files.map(async (name) => ((await import(new URL(name, folder).href)) as { advisory: Advisory }).advisory),
);

let means: Means;
beforeAll(async () => {
  means = await prepare();
});

describe('published advisories', () => {
  it('has one file for each', () => {
    expect(files.length).toBeGreaterThanOrEqual(30);
    expect(new Set(advisories.map(({ package: name }) => name))).toEqual(
      new Set(['xml-crypto', 'xmldom', 'samlify', 'passport-saml', 'node-saml', '@node-saml/node-saml']),
    );
  });

  for (const { ids, package: name, fault, check } of advisories) {
    it(`${name} ${ids.join(' ')}: ${fault}`, () => check(means));
  }
});
