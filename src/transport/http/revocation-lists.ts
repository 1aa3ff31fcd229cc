import { TerrESanteError } from '../../errors.ts';
import { refuseArgument } from '../../internal/border.ts';

const block = /-----BEGIN X509 CRL-----[^-]+-----END X509 CRL-----/g;

/**
 * The lists of a text, one by one: Node reads only the first of a text that holds several.
 *
 * @param name - of the option that gave it
 * @throws TerrESanteError `TE_INPUT_INVALID`
 */
export function revocationLists(name: string, pem: unknown): string[] {
  const lists = typeof pem === 'string' ? (pem.match(block) ?? []) : [];
  if (lists.length === 0) refuseArgument(name, 'listes de révocation en PEM attendues');
  return lists;
}

/** Lists that say nothing of today, or nothing at all, as Node and OpenSSL name them. */
const faults: ReadonlySet<string> = new Set([
  'UNABLE_TO_GET_CRL',
  'UNABLE_TO_DECRYPT_CRL_SIGNATURE',
  'CRL_SIGNATURE_FAILURE',
  'CRL_NOT_YET_VALID',
  'CRL_HAS_EXPIRED',
]);

/** The error of lists that do not let a certificate be judged; `null` for another code. */
export function listFailure(code: string): TerrESanteError | null {
  if (!faults.has(code)) return null;
  return new TerrESanteError(
    'TE_TLS',
    'Les listes de révocation données ne permettent pas de vérifier le certificat du serveur : aucune donnée envoyée.',
    { details: { networkCode: code } },
  );
}

/** Whether newer lists may let the same certificate pass. */
export function isListOutOfDate({ details }: TerrESanteError): boolean {
  return details['networkCode'] === 'CRL_HAS_EXPIRED';
}
