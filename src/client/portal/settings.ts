import { TerrESanteError } from '../../errors.ts';
import type { PlatformDescriptor } from '../../platform/index.ts';
import { hostSource, longestLaunchSeconds } from '../../platform/descriptor/portal.ts';
import type { PortalPage } from './model.ts';

type Described = NonNullable<PlatformDescriptor['portal']>;

/** What the descriptor says of one page, checked. */
export interface PortalSettings {
  readonly mode: Described['mode']['value'];
  readonly audience: string | null;
  readonly referrerPolicy: Described['referrerPolicy']['value'];
  readonly form: Described['form']['value'];
  readonly address: URL;
  readonly allowedHosts: readonly string[];
  readonly lifetimeMs: number;
  /** `RelayState`, name in the address or `Situation` of the page. */
  readonly page: string;
}

/** SAML 2.0 Bindings, section 3.5.3. */
const maxRelayStateBytes = 80;

/**
 * The portal of a descriptor, for one page.
 *
 * @param base - `quai.url`, which the address may be relative to
 * @throws TerrESanteError `TE_UNSUPPORTED`, `TE_CONFIG_INVALID`
 */
export function portalSettings(
  { bindings, portal }: Pick<PlatformDescriptor, 'bindings' | 'portal'>,
  base: string,
  page: PortalPage,
): PortalSettings {
  const isOffered = bindings['portal.launch']?.value === 'portal' && portal !== undefined;
  const named = isOffered && Object.hasOwn(portal.pages.value, page) ? portal.pages.value[page] : undefined;
  if (!isOffered || named === undefined) {
    throw new TerrESanteError(
      'TE_UNSUPPORTED',
      isOffered
        ? "Le portail n'offre pas l'ouverture directe de cette page."
        : "L'ouverture du portail n'est pas offerte dans cet environnement.",
      { details: { operation: 'portal.launch', page } },
    );
  }

  const allowedHosts = portal.allowedHosts.value;
  const mode = portal.mode.value;
  if (!allowedHosts.every((host) => hostSource.test(host))) throw refused('allowedHosts');
  if (mode === 'saml-post' && Buffer.byteLength(named) > maxRelayStateBytes) throw refused('pages');

  const seconds = portal.lifetimeSeconds.value;
  if (!(seconds > 0 && seconds <= longestLaunchSeconds)) throw refused('lifetimeSeconds');

  return {
    mode,
    address: addressOf(portal.address.value, base, allowedHosts),
    allowedHosts,
    page: named,
    audience: portal.audience.value,
    lifetimeMs: seconds * 1000,
    referrerPolicy: portal.referrerPolicy.value,
    form: portal.form.value,
  };
}

/** Only https, without user or fragment, and only to a host of the list. */
function addressOf(address: string, base: string, hosts: readonly string[]): URL {
  const folder = base.endsWith('/') ? base : `${base}/`;
  if (!URL.canParse(address, folder)) throw refused('address');

  const url = new URL(address, folder);
  const isPlain = url.protocol === 'https:' && url.username === '' && url.password === '' && url.hash === '';
  if (!isPlain || !hosts.some((host) => isHost(url, host))) throw refused('address');
  return url;
}

function isHost({ hostname, port }: URL, host: string): boolean {
  const { name, port: allowed = '443' } = hostSource.exec(host)?.groups ?? {};
  return hostname === name && (allowed === '*' || allowed === (port === '' ? '443' : port));
}

function refused(part: string): TerrESanteError {
  return new TerrESanteError(
    'TE_CONFIG_INVALID',
    "Le descripteur de la plateforme n'ouvre pas ce portail : adresse, hôtes, pages ou durée refusés.",
    { details: { path: `portal.${part}` } },
  );
}
