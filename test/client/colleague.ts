import type { ClientOptions, TerrESanteClient } from '../../src/client/model.ts';
import type { AuditEvent } from '../../src/index.ts';
import { rppsHolder, type World } from './world.ts';
import { createPkcs12Provider, type SigningProvider } from '../../src/auth/index.ts';
import { professionalOf, type UserConfig } from '../../src/platform/index.ts';
import { fictiveConfig } from '../../src/simulator/index.ts';
import type { TestHierarchy } from '../../src/testing/index.ts';

/** Another professional of the practice, with a mailbox of his own. */
export function colleagueUser(user: UserConfig): UserConfig {
  return {
    ...user,
    rpps: '99900000290',
    familyName: 'CONFRERE',
    givenName: 'SACHA',
    mssAddress: 'sacha.confrere@cabinet.simulateur.mssante.fr',
  };
}

/** A key of the card of this professional; without one, of the configuration's. */
export async function signerFor(hierarchy: TestHierarchy, user?: UserConfig): Promise<SigningProvider> {
  const card = user ? await hierarchy.card({ professional: professionalOf({ ...fictiveConfig(), user }) }) : null;
  const { pfx, password } = (card ?? hierarchy.professional).signature;
  return createPkcs12Provider({ pfx, password });
}

/** Both of them, as the circle of a dossier names them. */
export const bothMembers: readonly string[] = [rppsHolder, '899900000290'];

/** Two professionals of one practice, and what the first one's journal was given. */
export interface TwoClients {
  readonly te: TerrESanteClient;
  readonly colleague: TerrESanteClient;
  readonly journal: AuditEvent[];
}

/** A client of the professional of a world, with a journal, and one of the colleague. */
export async function twoClients(world: World, options: Partial<ClientOptions> = {}): Promise<TwoClients> {
  const journal: AuditEvent[] = [];
  const te = world.client({ ...options, audit: { write: async (event) => void journal.push(event) } });
  const user = colleagueUser(world.config.user);
  const colleague = te.as(user, { auth: await signerFor(world.simulator.hierarchy, user) });
  return { te, colleague, journal };
}
