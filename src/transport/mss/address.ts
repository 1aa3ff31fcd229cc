import { TerrESanteError } from '../../errors.ts';
import { insKey } from '../../identity/ins/matricule.ts';

/**
 * A validated MSSanté address: the only form that reaches the mail library.
 *
 * @group MSSanté address
 */
export interface MssAddress {
  /** Local part as given, domain in lower case. */
  readonly address: string;
  readonly local: string;
  readonly domain: string;
  /** `<matricule INS>@patient.mssante.fr`: holds an identifier, never log it. */
  readonly isPatient: boolean;
}

/** Why an address is refused. Stable. @group MSSanté address */
export type MssAddressProblem = 'form' | 'domain' | 'dots' | 'patient';

const maxLength = 254;
const local = /^[A-Za-z0-9._%+-]{1,64}$/;
const label = /^[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?$/;
const patientLocal = /^[0-9]{5}(?:[0-9]{2}|2[AB])[0-9]{8}$/;

const texts: Readonly<Record<MssAddressProblem, string>> = {
  form: "L'adresse MSSanté n'est pas une adresse simple (une seule adresse, sans accent, sans guillemet, sans nom).",
  domain: "L'adresse n'appartient pas à l'espace de confiance : le domaine doit se terminer par .mssante.fr.",
  dots: "L'adresse MSSanté a un point au début, à la fin ou doublé avant l'arobase.",
  patient: "L'adresse patient n'est pas formée d'un matricule INS de quinze caractères avec une clé juste.",
};

function examine(text: string): MssAddress | MssAddressProblem {
  if (typeof text !== 'string' || text.length > maxLength) return 'form';
  const at = text.indexOf('@');
  if (at < 1 || at !== text.lastIndexOf('@')) return 'form';
  const name = text.slice(0, at);
  const given = text.slice(at + 1);
  // Tested before lower-casing: some other letters (the Kelvin sign) become ASCII in lower case.
  if (!local.test(name) || !/^[A-Za-z0-9.-]+$/.test(given)) return 'form';
  if (name.startsWith('.') || name.endsWith('.') || name.includes('..')) return 'dots';
  const domain = given.toLowerCase();
  const labels = domain.split('.');
  if (!labels.every((part) => label.test(part))) return 'domain';
  if (labels.length < 3 || labels.at(-2) !== 'mssante' || labels.at(-1) !== 'fr') return 'domain';
  const isPatient = domain === 'patient.mssante.fr';
  if (isPatient && !(patientLocal.test(name) && insKey(name.slice(0, 13)) === name.slice(13))) return 'patient';
  return { address: `${name}@${domain}`, local: name, domain, isPatient };
}

/**
 * Says why an address would be refused, or `null` when it is right.
 *
 * @group MSSanté address
 */
export function checkMssAddress(text: string): MssAddressProblem | null {
  const result = examine(text);
  return typeof result === 'string' ? result : null;
}

/**
 * Reads one MSSanté address, stricter than RFC 5322 on purpose: one address, ASCII, no quoted part,
 * no comment, no display name, a domain of the trusted space. Mail libraries repair hostile
 * addresses, and so send elsewhere; this does not.
 *
 * @throws TerrESanteError `TE_ADDRESS_INVALID`; its `details.problem` is a {@link
 *   MssAddressProblem}. The address is never quoted.
 *
 * @example
 * ```ts
 * import { parseMssAddress } from 'terr-esante-sdk/transport';
 *
 * parseMssAddress('accueil@Cabinet.Simulateur.MSSante.fr').address; // 'accueil@cabinet.simulateur.mssante.fr'
 * ```
 *
 * @see ANS, Référentiel socle MSSanté n° 2, clients de messageries
 * @group MSSanté address
 */
export function parseMssAddress(text: string): MssAddress {
  const result = examine(text);
  if (typeof result === 'string') {
    throw new TerrESanteError('TE_ADDRESS_INVALID', texts[result], { details: { problem: result } });
  }
  return result;
}
