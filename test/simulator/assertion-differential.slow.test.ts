import { beforeAll, describe, expect, it } from 'vitest';
import { verifyAssertion, type AssertionPolicy } from '../../src/auth/index.ts';
import { isTerrESanteError } from '../../src/errors.ts';
import { RefusedAssertion } from '../../src/simulator/assertion/model.ts';
import { verifySimulatedAssertion } from '../../src/simulator/assertion/verify.ts';
import { corpus } from '../attack/saml/corpus.ts';
import { prepare, type Means } from '../attack/saml/forge.ts';
import { fixedRuntime } from '../auth/vihf-fixtures.ts';
import { mutants } from './assertion-mutants.ts';

/** `npm run differential:vihf` runs the long form. */
const short = 100;
const count = Number(process.env['VIHF_MUTANTS'] ?? short);
const seed = Number(process.env['VIHF_SEED'] ?? 20_260_302);

let means: Means;
beforeAll(async () => {
  means = await prepare();
});

/** What each of the two says: `accepted`, or why not. */
async function verdicts(
  document: string | Uint8Array,
  changes: Partial<AssertionPolicy> = {},
): Promise<[string, string]> {
  const policy: AssertionPolicy = { anchors: means.pki.anchors, runtime: fixedRuntime(), ...changes };
  const verified = verifyAssertion(document, policy).then(
    () => 'accepted',
    (error: unknown) =>
      isTerrESanteError(error) && error.code === 'TE_ASSERTION_INVALID'
        ? (error.details['rules'] as string[]).join()
        : `THREW ${String(error)}`,
  );

  const { audience = null, resourceUrn = null, skewMs = 60_000, declaredStructureId, ...rest } = policy;
  const simulated = verifySimulatedAssertion(decoded(document), {
    ...rest,
    audience,
    resourceUrn,
    skewMs,
    declaredStructureId: typeof declaredStructureId === 'string' ? declaredStructureId : undefined,
    now: policy.runtime?.clock.now() ?? 0,
    alone: false,
    maxSeconds: Number.POSITIVE_INFINITY,
  }).then(
    () => 'accepted',
    (error: unknown) => (error instanceof RefusedAssertion ? error.reason : `THREW ${String(error)}`),
  );
  return [await verified, await simulated];
}

/** The simulator takes text, out of JSON; bytes that are no UTF-8 are none. */
function decoded(document: string | Uint8Array): string {
  if (typeof document === 'string') return document;
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(document);
  } catch {
    return '';
  }
}

describe('the simulator and the verifier, each with code of its own', () => {
  it('refuse the attack corpus, both', { timeout: 600_000 }, async () => {
    const wrong: string[] = [];
    // The short form takes every fourth. A replay is for a guard, which is no part of the simulator:
    // one assertion serves many of its calls.
    const attacks = corpus(means).filter(
      ({ policy }, index) => !('replay' in (policy ?? {})) && (count > short || index % 4 === 0),
    );
    for (const { id, document, policy } of attacks) {
      const [verifier, simulator] = await verdicts(document, policy);
      if (verifier === 'accepted' || simulator === 'accepted' || simulator.startsWith('THREW')) {
        wrong.push(`${id}: ${verifier} / ${simulator}`);
      }
    }
    expect(wrong).toEqual([]);
  });

  it(`judge ${count} damaged and forged assertions alike`, { timeout: 3_600_000 }, async () => {
    const different: string[] = [];
    let accepted = 0;
    for (const { what, document } of mutants(means, count, seed)) {
      const [verifier, simulator] = await verdicts(document);
      if (verifier === 'accepted') accepted += 1;
      const same = (verifier === 'accepted') === (simulator === 'accepted');
      if (!same || `${verifier}${simulator}`.includes('THREW')) different.push(`${what}: ${verifier} / ${simulator}`);
    }
    expect(different).toEqual([]);
    // Damage that does no harm is taken by both, or nothing is compared.
    expect(accepted).toBeGreaterThan(count / 50);
    expect(accepted).toBeLessThan(count / 2);
    if (count > short) {
      process.stdout.write(`${count} assertions judged, ${accepted} accepted, 0 differences (seed ${seed})\n`);
    }
  });
});
