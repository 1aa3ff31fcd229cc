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
