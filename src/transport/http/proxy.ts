import { TerrESanteError, type SafeDetails } from '../../errors.ts';
import type { CallOptions } from '../../internal/abort.ts';
import { type Checks, needed, optionsOf, refuseArgument } from '../../internal/border.ts';
import { callback, text } from '../../internal/option-checks.ts';
import { isCertificateRefused, isTlsFailure } from './failures.ts';

/**
 * The proxy of the practice, where machines reach the outside through one. It is asked for a tunnel
 * (`CONNECT`) to each server, never for the exchange itself: the certificate of the server is
 * checked as without it.
 *
 * A proxy is used only where it is given here: variables such as `HTTPS_PROXY` have no effect.
 *
 * @see RFC 9110, section 9.3.6 (CONNECT)
 * @group HTTP
 */
export interface ProxyServer {
  /** `http://host:port`, or `https://host:port` where the proxy itself speaks TLS; no user in it. */
  readonly url: string;
  /**
   * PEM of the only authorities from which the proxy's own certificate may come (`https:`). Those
   * of the servers behind it are given with the servers.
   *
   * @defaultValue the public list that Node was built with
   */
  readonly ca?: string | undefined;
  /** The login of the practice (Basic, RFC 7617), asked at each new connection and never kept. */
  readonly credentials?:
    ((options: CallOptions) => Promise<{ readonly user: string; readonly password: string }>) | undefined;
}

const proxyChecks: Checks<ProxyServer> = { url: needed(proxyUrl), ca: text, credentials: callback };

/** Checks a proxy that the host gives. */
export function proxyOf(name: string, value: unknown): ProxyServer {
  return optionsOf(name, value as ProxyServer, proxyChecks);
}

function proxyUrl(name: string, value: unknown): string {
  const given = text(name, value);
  const url = URL.canParse(given) ? new URL(given) : null;
  const isPlain =
    url !== null && url.username === '' && url.password === '' && url.pathname === '/' && url.search === '';
  if (!isPlain || !/^https?:$/.test(url.protocol)) {
    refuseArgument(name, "adresse d'un mandataire attendue, http ou https, sans identifiant ni chemin");
  }
  return url.origin;
}

/** Statuses after which the same request may pass later. @see RFC 9110, section 15 */
const passing: ReadonlySet<number> = new Set([408, 425, 429]);

/** The error of a proxy that answers, and opens nothing. */
export function refusedByProxy(status: number): TerrESanteError {
  const details = { proxyStatus: status };

  if (status === 407) {
    return proxyError('credentials', "Le mandataire de la structure demande un identifiant, ou refuse celui qu'il a.", {
      ...details,
    });
  }
  if (status >= 500 || passing.has(status)) {
    return unavailable('unreachable', "Le mandataire de la structure n'atteint pas le service.", details);
  }
  return proxyError('forbidden', "Le mandataire de la structure n'autorise pas l'accès à ce service.", details);
}

/** The error of a proxy that cannot be reached, ends the line or does not speak HTTP. */
export function proxyFailure(code: string): TerrESanteError {
  const details = { networkCode: code };

  if (isCertificateRefused(code)) {
    return proxyError('certificate', 'Le certificat du mandataire de la structure est refusé.', details);
  }
  if (code.startsWith('HPE_') || isTlsFailure(code)) {
    return proxyError('protocol', 'Le mandataire de la structure a donné une réponse incompréhensible.', details);
  }
  return unavailable('line', 'Le mandataire de la structure est injoignable ou a coupé la connexion.', details);
}

/** Nothing was sent to the service: `proxy` in the details says so. */
export function proxyError(reason: string, message: string, details: SafeDetails = {}): TerrESanteError {
  return new TerrESanteError('TE_PROXY', message, { details: { proxy: reason, ...details } });
}

function unavailable(reason: string, message: string, details: SafeDetails): TerrESanteError {
  return new TerrESanteError('TE_UNAVAILABLE', message, { details: { proxy: reason, ...details } });
}
