import type { DoorSet } from './door.ts';
import { authSet } from './doors/auth.ts';
import { clientSet } from './doors/client.ts';
import { documentSet } from './doors/documents.ts';
import { identitySet } from './doors/identity.ts';
import { transportSet } from './doors/transport.ts';

/** Every door of the package, by area; each call opens servers of its own. */
export const areas: Readonly<Record<string, () => Promise<DoorSet>>> = {
  identity: identitySet,
  documents: documentSet,
  auth: authSet,
  transport: transportSet,
  client: clientSet,
};
