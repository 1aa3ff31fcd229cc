import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import type { TerrESanteClient } from '../../src/index.ts';
import { createHttpClient } from '../../src/transport/index.ts';
import { camille, now, playedBinding } from '../transport/fhir/played-binding.ts';
import { fhirCases, playCase, type FhirCase, type PlayedCase } from '../transport/fhir/played-case.ts';
import { over } from './bindings/wires.ts';
import { createWorld, type World } from './world.ts';

/** Cases of other people's FHIR servers that only the whole client can play: what it remembers counts. */
const cases = new Map(fhirCases().map((one) => [one.id, one]));
const patient = { localId: camille.localId, traits: camille.traits, identityStatus: 'VALI' } as const;

let world: World;
beforeAll(async () => {
  world = await createWorld();
});
afterAll(() => world.close());

/** A client of the platform of a case. */
function clientOf({ base }: PlayedCase): TerrESanteClient {
  const descriptor = over('fhir-r4');
  const limits = { ...descriptor.limits, minPollSeconds: { ...descriptor.limits.minPollSeconds, value: 0.01 } };
  const http = createHttpClient({ timeoutMs: 5_000, allowClearLoopback: true });
  const bindings = [playedBinding(base, http, { consentPolicies: {} })];
  const { config } = world;
  const domain = { ...config, quai: { ...config.quai, oid: camille.localId.system } };
  return world.client({ bindings, descriptor: { ...descriptor, limits } }, domain);
}

async function playing(id: string, work: (one: FhirCase, played: PlayedCase) => Promise<void>): Promise<void> {
  const one = cases.get(id)!;
  const played = await playCase(one);
  try {
    await work(one, played);
  } finally {
    await played.close();
  }
}

describe.skipIf(cases.size === 0)('a client of other FHIR servers', () => {
  it('I16a: does not offer a dossier for creation that it has just created', () =>
    playing('I16a', async ({ expect: wanted }, played) => {
      const te = clientOf(played);
      const collectedAt = new Date(Date.now() - 60_000).toISOString();
      const kinds = ['dossier-creation', 'join-circle'] as const;
      const consent = te.consent.record(patient, { kinds, givenBy: 'patient', mode: 'oral', collectedAt });

      const created = await te.dossier.create(patient, { consent, joinAs: 'PCP' });
      expect(created).toMatchObject({ created: true, careTeamId: wanted['careTeamId'] });
      expect(wanted['stateAfter']).toContain((await te.dossier.status(patient)).state);

      await expect(te.dossier.create(patient, { consent, joinAs: 'PCP' })).rejects.toMatchObject({
        name: 'TerrESanteError',
      });
      const posts = played.requests.filter(({ method, path }) => method === 'POST' && path === '');
      expect(posts).toHaveLength(Number(wanted['posts']));
    }));

  it('I15b: watches from the times of the platform, whatever the clock of the practice', () =>
    playing('I15b', async ({ expect: wanted, given }, played) => {
      const te = clientOf(played);
      const after = `${String(given?.['since'])} doc-0`;
      const [counts, cursors]: [number[], string[]] = [[], []];
      for await (const { cursor } of te.notifications.watch({ patient, after })) {
        counts.push(1);
        cursors.push(cursor.slice(0, cursor.indexOf(' ')));
        if (counts.length === 2) break;
      }

      expect(counts).toEqual(wanted['counts']);
      const cutOff = Date.parse(String(wanted['cutoffAfterFirstAtMost']));
      expect(Date.parse(cursors[0]!)).toBeLessThanOrEqual(cutOff);
      const asked = played.requests
        .filter(({ path }) => path.startsWith('List'))
        .map(({ path, body }) => /date=g[et]([^&]+)/.exec(decodeURIComponent(path + body))?.[1] ?? '');
      expect(Date.parse(asked[1]!)).toBeLessThanOrEqual(cutOff);
      expect(cutOff).toBeLessThan(now);
    }));
});
