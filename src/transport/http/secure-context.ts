import { createSecureContext, type SecureContext, type SecureContextOptions } from 'node:tls';

import { TerrESanteError } from '../../errors.ts';
import type { CallOptions } from '../../internal/abort.ts';
import { refuseArgument } from '../../internal/border.ts';
import { hostAnswer } from '../../internal/wait.ts';
import type { HttpClientOptions } from './model.ts';
import { revocationLists } from './revocation-lists.ts';
import { trustOf } from './trust.ts';

/**
 * What all connections of a client share: whom they trust, which certificates are revoked, what
 * they show. The host is asked for it here, and what it gives is read once, not at each connection.
 *
 * @param call - how long the host is waited for
 * @throws TerrESanteError `TE_KEYSTORE_INVALID` (identity), `TE_INPUT_INVALID` (lists),
 *   `TE_TIMEOUT`, `TE_CANCELLED`
 */
export async function secureContextOf(
  { ca, crl: askLists, identity: given }: HttpClientOptions,
  call: CallOptions,
): Promise<SecureContext> {
  const identity =
    typeof given === 'function' ? await hostAnswer('identity', (signal) => given({ signal }), call) : given;
  const lists = askLists && (await hostAnswer('crl', (signal) => askLists({ signal }), call));

  const shown = identity ? { cert: identity.certificates, key: identity.privateKey } : {};
  const revoked = lists === undefined ? {} : { crl: revocationLists('crl', lists) };
  if (!isReadable(shown)) throw unusableIdentity();
  if (!isReadable(revoked)) refuseArgument('crl', 'listes de révocation en PEM attendues');

  const { secureContext, ...trust } = trustOf(ca, { ...shown, ...revoked });
  return secureContext ?? createSecureContext({ ...trust, minVersion: 'TLSv1.2' });
}

/** What OpenSSL says of a key that it cannot read may quote it. */
function isReadable(part: SecureContextOptions): boolean {
  try {
    createSecureContext(part);
    return true;
  } catch {
    return false;
  }
}

function unusableIdentity(): TerrESanteError {
  return new TerrESanteError(
    'TE_KEYSTORE_INVALID',
    "Le certificat client ou sa clé est illisible, ou la clé est celle d'un autre certificat.",
    { details: { reason: 'identity' } },
  );
}
