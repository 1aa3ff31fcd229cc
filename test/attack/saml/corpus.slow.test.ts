import { beforeAll, describe, expect, it } from 'vitest';
import { isTerrESanteError } from '../../../src/errors.ts';
import { verifyAssertion } from '../../../src/auth/index.ts';
import { fixedRuntime } from '../../auth/vihf-fixtures.ts';
import { corpus, type Attack } from './corpus.ts';
import { envelope, prepare, signed, type Means } from './forge.ts';

let means: Means;
let attacks: readonly Attack[];

beforeAll(async () => {
  means = await prepare();
  attacks = corpus(means);
});

describe('attack corpus', () => {
  it('starts from an assertion that is accepted, alone, in its envelope, and signed again by the same means', async () => {
    const { open, issuer, body } = means.parts;
    for (const text of [means.good, envelope(means.good), signed(means, { open, issuer, body })]) {
      await expect(
        verifyAssertion(text, { anchors: means.pki.anchors, runtime: fixedRuntime() }),
      ).resolves.toMatchObject({
        nameId: '899900000011',
      });
    }
  });

  it('has at least 200 documents, each different', () => {
    expect(attacks.length).toBeGreaterThanOrEqual(200);
    expect(new Set(attacks.map(({ id }) => id)).size).toBe(attacks.length);
    const keys = attacks.map(
      ({ document, policy }) =>
        `${Buffer.from(document).toString('base64')} ${JSON.stringify([policy ?? {}, policy?.runtime?.clock.now()])}`,
    );
    const twice = attacks.filter((_, index) => keys.indexOf(keys[index]!) !== index).map(({ id }) => id);
    expect(twice).toEqual([]);
  });

  it('is refused, every one of it, for the reason it tests', async () => {
    const wrong: string[] = [];
    for (const { id, document, rules, policy } of attacks) {
      const outcome = await verifyAssertion(document, {
        anchors: means.pki.anchors,
        runtime: fixedRuntime(),
        ...policy,
      }).then(
        () => ['ACCEPTED'],
        (error: unknown) =>
          isTerrESanteError(error) && error.code === 'TE_ASSERTION_INVALID'
            ? (error.details['rules'] as string[])
            : [`THREW ${String(error)}`],
      );
      if (!outcome.some((rule) => rules.includes(rule))) {
        wrong.push(`${id}: ${outcome.join(', ')} instead of ${rules.join(' or ')}`);
      }
    }
    expect(wrong).toEqual([]);
  });
});
