import { TerrESanteError, type CheckReport } from '../../errors.ts';
import { hasRightKey, matriculeParts } from '../../identity/ins/key.ts';
import { checkReport, finding } from '../../internal/finding.ts';
import { addressRules } from './address-rules.ts';

/**
 * A validated MSSanté address: the only form that reaches the mail library.
 *
 * @group MSSanté address
 */
export interface MssAddress {
  /** Local part as written, domain in lower case. */
  readonly address: string;
  readonly local: string;
  readonly domain: string;
  /** `<matricule INS>@patient.mssante.fr`: holds an identifier, never log it. */
  readonly isPatient: boolean;
}

/** Why an address is refused. Stable. */
export type MssAddressProblem = 'form' | 'domain' | 'dots' | 'patient';

const ruleOf: Readonly<Record<MssAddressProblem, keyof typeof addressRules>> = {
  form: 'MSS-FORM',
  domain: 'MSS-DOMAIN',
  dots: 'MSS-DOTS',
  patient: 'MSS-PATIENT',
};

const maxLength = 254;
/** No `%` nor `!` before the at sign: old relays read a second destination in them. */
const addressShape = /^(?<local>[A-Za-z0-9._+-]{1,64})@(?<domain>[A-Za-z0-9.-]+)$/;
const label = /^[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?$/;

function examine(text: string): MssAddress | MssAddressProblem {
  if (typeof text !== 'string' || text.length > maxLength) return 'form';

  // Tested before lower-casing: some other letters (the Kelvin sign) become ASCII in lower case.
  const parts = addressShape.exec(text)?.groups;
  const local = parts?.['local'];
  const domain = parts?.['domain']?.toLowerCase();
  if (local === undefined || domain === undefined) return 'form';
  if (local.startsWith('.') || local.endsWith('.') || local.includes('..')) return 'dots';

  const labels = domain.split('.');
  const isTrusted = labels.length >= 3 && labels.at(-2) === 'mssante' && labels.at(-1) === 'fr';
  if (!isTrusted || !labels.every((part) => label.test(part))) return 'domain';

  const isPatient = domain === 'patient.mssante.fr';
  if (isPatient && !isMatricule(local)) return 'patient';

  return { address: `${local}@${domain}`, local, domain, isPatient };
}

/** A matricule as it stands in an address: capitals, no separator, its key right. */
function isMatricule(local: string): boolean {
  const matricule = matriculeParts(local);
  return matricule !== null && hasRightKey(matricule);
}

/** The class of problem of an address, `null` when it is right. */
export function mssAddressProblem(text: string): MssAddressProblem | null {
  const result = examine(text);
  return typeof result === 'string' ? result : null;
}

/**
 * Checks one MSSanté address. The address is never quoted.
 *
 * @returns at most one finding: `MSS-FORM`, `MSS-DOMAIN`, `MSS-DOTS` or `MSS-PATIENT`.
 *
 * @example
 * ```ts
 * import { checkMssAddress } from 'terr-esante-sdk/transport';
 *
 * checkMssAddress('accueil@cabinet.simulateur.mssante.fr').ok; // true
 * checkMssAddress('accueil@mail.example').findings[0]?.rule; // 'MSS-DOMAIN'
 * ```
 *
 * @see ANS, Référentiel socle MSSanté n° 2, clients de messageries
 * @group MSSanté address
 */
export function checkMssAddress(text: string): CheckReport {
  const problem = mssAddressProblem(text);
  return checkReport(problem === null ? [] : [finding(addressRules, ruleOf[problem], { path: 'address' })]);
}

/**
 * Reads one MSSanté address, stricter than RFC 5322 on purpose: one address, ASCII, no quoted part,
 * no comment, no display name, a domain of the trusted space. Mail libraries repair hostile
 * addresses, and so send elsewhere; this does not.
 *
 * @throws TerrESanteError `TE_ADDRESS_INVALID`, with the finding of {@link checkMssAddress}; its
 *   `details.problem` is `form`, `domain`, `dots` or `patient`. The address is never quoted.
 *
 * @example
 * ```ts
 * import { parseMssAddress } from 'terr-esante-sdk/transport';
 *
 * parseMssAddress('Accueil@Cabinet.MSSante.fr').address; // 'Accueil@cabinet.mssante.fr'
 * ```
 *
 * @see ANS, Référentiel socle MSSanté n° 2, clients de messageries
 * @group MSSanté address
 */
export function parseMssAddress(text: string): MssAddress {
  const result = examine(text);
  if (typeof result !== 'string') return result;

  const rule = ruleOf[result];
  throw new TerrESanteError('TE_ADDRESS_INVALID', addressRules[rule].fr, {
    details: { problem: result },
    findings: [finding(addressRules, rule, { path: 'address' })],
  });
}
