import { lookup } from 'node:dns/promises';
import { isIP } from 'node:net';

import type { Pkcs11Provider, SigningProvider } from '../../auth/index.ts';
import { TerrESanteError, type Finding } from '../../errors.ts';
import { foreignCode } from '../../internal/foreign-error.ts';
import type { Runtime } from '../../internal/runtime.ts';
import { ok, unknown, worst, type Outcome } from './outcome.ts';

/** A card is renewed, and a new authority is installed, within that time. */
const warnDays = 30;

/** Whether a provider reads cards: only then is there a reader to look at. */
export function readsCards(provider: SigningProvider): provider is Pkcs11Provider {
  const given = provider as Partial<Pkcs11Provider>;
  return typeof given.readers === 'function' && typeof given.card === 'function';
}

/** The reader, the card in it, and what is left of its PIN; nothing is asked for. */
export async function card(provider: Pkcs11Provider, signal: AbortSignal): Promise<Outcome> {
  const readers = await provider.readers({ signal });
  if (readers.length === 0) return { state: 'error', message: "Aucun lecteur de carte n'est branché." };

  const { pin } = await provider.card({ signal });
  if (pin === 'locked') return { state: 'error', message: 'La carte est bloquée : trop de codes faux ont été saisis.' };
  if (pin === 'final') return { state: 'warning', message: "Il ne reste qu'un essai de code porteur." };
  return ok('La carte est lue.');
}

/** Whether the name of the platform's server leads to an address. */
export async function resolution(url: string): Promise<Outcome> {
  const host = new URL(url).hostname.replace(/^\[|\]$/g, '');
  if (isIP(host) !== 0) return ok("L'adresse de la plateforme est donnée sans nom à résoudre.");

  try {
    await lookup(host);
  } catch (error) {
    // The error of the system names the host; its code says enough.
    throw new TerrESanteError('TE_UNAVAILABLE', "Le nom du serveur de la plateforme n'est pas connu du réseau.", {
      details: { networkCode: foreignCode(error) ?? 'ENOTFOUND' },
    });
  }
  return ok('Le nom du serveur de la plateforme est connu du réseau.');
}

/** What has dates: certificates of this side, and authorities that are trusted. */
export interface DatedParts {
  readonly provider: SigningProvider;
  readonly runtime: Runtime;
  /** PEM texts of `tls.ca` and of the mail server. */
  readonly anchors: readonly string[];
}

/** Certificates of the card, of its chain, and authorities: over, or over within 30 days. */
export async function expiry({ provider, runtime, anchors }: DatedParts, signal: AbortSignal): Promise<Outcome> {
  const { certificateExpiry } = await import('../../auth/index.ts');
  const { pemToDer } = await import('../../auth/certificates/pem.ts');
  const ofCard = readsCards(provider) ? (await provider.card({ signal })).certificates.map(({ der }) => der) : [];
  const own = ofCard.length > 0 ? ofCard : await provider.certificates({ signal }).catch(() => []);

  const dated = [
    ...own.map((der, index) => ({ path: `certificates[${index}]`, der })),
    ...anchors.flatMap((pem) => pemToDer(pem)).map((der, index) => ({ path: `anchors[${index}]`, der })),
  ];
  if (dated.length === 0) return unknown("Aucun certificat n'est donné.");

  const findings = dated.flatMap(({ path, der }): Finding[] =>
    certificateExpiry(der, { warnDays, runtime }).findings.map((found) => ({ ...found, path })),
  );
  return worst(findings, `Aucun certificat ne se termine dans les ${warnDays} jours.`);
}
