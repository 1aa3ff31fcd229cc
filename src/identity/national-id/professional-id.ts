import { isTerrESanteError, type CheckReport, type Severity } from '../../errors.ts';
import { checkReport, finding } from '../../internal/finding.ts';
import { refusal } from '../refusal.ts';
import { nationalIdRules } from './rules.ts';
import { hasLuhnKey, shapes } from './shapes.ts';
import { reading } from '../../internal/reading.ts';
import { requireKnown } from '../known-options.ts';

/**
 * Kind of a national person identifier, from its type digits (table TRE_G08). The digits mean other
 * things for structures.
 *
 * @group Professionals
 */
export type ProfessionalIdKind =
  | 'ADELI'
  | 'ADELI_PRACTICE'
  | 'DRASS'
  | 'FINESS_LOCAL'
  | 'SIREN_LOCAL'
  | 'SIRET_LOCAL'
  | 'RPPS_PRACTICE_LOCAL'
  | 'RPPS'
  | 'STUDENT';

/** A national person identifier, taken apart. @group Professionals */
export interface ProfessionalId {
  readonly kind: ProfessionalIdKind;
  /** The whole identifier, type digit included. */
  readonly value: string;
  /** RPPS number of eleven digits, for kind `RPPS` only. */
  readonly rpps: string | null;
  /** Number after the type digit; for a local identifier, the number of the structure. */
  readonly number: string;
  /** Identifier inside the structure, after the slash, or `null`. */
  readonly localId: string | null;
  /** No longer given out. */
  readonly deprecated: boolean;
}

const kinds = { wrongKey: 'error|warning' };

/** Options of {@link checkRpps}. @group Professionals */
export interface CheckRppsOptions {
  /**
   * What a wrong key is. Published test identities do not all have a right one.
   * @defaultValue `'error'`
   */
  readonly wrongKey?: 'error' | 'warning' | undefined;
}

/**
 * Checks an RPPS number: eleven digits, the last of which is the Luhn key of the others.
 *
 * @example
 * ```ts
 * import { checkRpps } from 'terr-esante-sdk/identity/national-id';
 *
 * checkRpps('899700012349').findings[0]?.message; // 'Identifiant national (8 et RPPS) saisi à la place du numéro RPPS.'
 * ```
 *
 * @group Professionals
 */
export function checkRpps(rpps: string, options: CheckRppsOptions = {}): CheckReport {
  requireKnown(options, kinds);
  const fault = rppsFault(rpps);
  if (fault === null) return checkReport([]);

  const severity: Severity | undefined = fault === 'IDENTITY-RPPS-KEY' ? options.wrongKey : undefined;
  return checkReport([finding(nationalIdRules, fault, { path: 'rpps', severity })]);
}

function rppsFault(rpps: unknown): keyof typeof nationalIdRules | null {
  if (typeof rpps !== 'string' || !/^\d*$/.test(rpps)) return 'IDENTITY-RPPS-CHARACTER';
  if (rpps.length === 12 && rpps.startsWith('8')) return 'IDENTITY-RPPS-PREFIX';
  if (!shapes.rpps.test(rpps)) return 'IDENTITY-RPPS-LENGTH';
  return hasLuhnKey(rpps) ? null : 'IDENTITY-RPPS-KEY';
}

/**
 * By type digit. Names of shapes, not the shapes: a bundler drops a table that reads nothing.
 */
type Kinds = Readonly<Record<string, readonly [ProfessionalIdKind, keyof typeof shapes]>>;

const personalKinds: Kinds = {
  '0': ['ADELI', 'adeli'],
  '1': ['ADELI_PRACTICE', 'token'],
  '2': ['DRASS', 'token'],
  '8': ['RPPS', 'rpps'],
  '9': ['STUDENT', 'token'],
};

const localKinds: Kinds = {
  // As on test cards: the type digit of the table of structures instead of that of persons.
  '1': ['FINESS_LOCAL', 'finess'],
  '3': ['FINESS_LOCAL', 'finess'],
  '4': ['SIREN_LOCAL', 'siren'],
  '5': ['SIRET_LOCAL', 'siret'],
  '6': ['RPPS_PRACTICE_LOCAL', 'rppsPractice'],
};

function refuse(): never {
  throw refusal('TE_NATIONAL_ID_INVALID', [
    finding(nationalIdRules, 'IDENTITY-PROFESSIONAL-ID', { path: 'nationalId' }),
  ]);
}

/**
 * Takes a national person identifier apart: `8` and an RPPS number, `0` and an ADELI number, or the
 * number of a structure and a local identifier after a slash. Only shapes are checked, with {@link
 * checkRpps} for the key.
 *
 * Test cards hold the number of a FINESS structure without the leading `3`: such a value is read as
 * it comes.
 *
 * @throws TerrESanteError `TE_NATIONAL_ID_INVALID`
 *
 * @example
 * ```ts
 * import { parseProfessionalId } from 'terr-esante-sdk/identity/national-id';
 *
 * parseProfessionalId('899700012349').rpps; // '99700012349'
 * parseProfessionalId('00B7010446').kind; // 'ADELI'
 * ```
 *
 * @group Professionals
 */
export function parseProfessionalId(text: string): ProfessionalId {
  if (typeof text !== 'string' || text.length > 100) refuse();

  const slash = text.indexOf('/');
  return slash < 0 ? parsePersonal(text) : parseLocal(text, slash);
}

/** A type digit and a number of the person. */
function parsePersonal(text: string): ProfessionalId {
  const number = text.slice(1);
  const [kind, shape] = personalKinds[text.charAt(0)] ?? refuse();
  if (!shapes[shape].test(number)) refuse();

  return {
    kind,
    value: text,
    rpps: kind === 'RPPS' ? number : null,
    number,
    localId: null,
    deprecated: kind === 'DRASS' || kind === 'STUDENT',
  };
}

/** A type digit and the number of a structure, a slash, and an identifier inside the structure. */
function parseLocal(text: string, slash: number): ProfessionalId {
  const number = text.slice(1, slash);
  const localId = text.slice(slash + 1);
  if (!shapes.local.test(localId)) refuse();

  const [kind, shape] = localKinds[text.charAt(0)] ?? refuse();
  if (!shapes[shape].test(number)) refuse();
  return { kind, value: text, rpps: null, number, localId, deprecated: false };
}

/** What {@link composeProfessionalId} puts together. @group Professionals */
export type ProfessionalIdParts =
  | { readonly kind: 'RPPS' | 'ADELI'; readonly number: string }
  | {
      readonly kind: 'FINESS_LOCAL' | 'SIREN_LOCAL' | 'SIRET_LOCAL' | 'RPPS_PRACTICE_LOCAL';
      readonly number: string;
      readonly localId: string;
    };

const typeDigits: Readonly<Record<ProfessionalIdParts['kind'], string>> = {
  RPPS: '8',
  ADELI: '0',
  FINESS_LOCAL: '3',
  SIREN_LOCAL: '4',
  SIRET_LOCAL: '5',
  RPPS_PRACTICE_LOCAL: '6',
};

/**
 * Puts a national person identifier together.
 *
 * @throws TerrESanteError `TE_NATIONAL_ID_INVALID` when a part has not the shape of its kind.
 *
 * @example
 * ```ts
 * import { composeProfessionalId } from 'terr-esante-sdk/identity/national-id';
 *
 * composeProfessionalId({ kind: 'RPPS', number: '99700012349' }); // '899700012349'
 * composeProfessionalId({ kind: 'FINESS_LOCAL', number: '990000010', localId: '0042' }); // '3990000010/0042'
 * ```
 *
 * @group Professionals
 */
export function composeProfessionalId(parts: ProfessionalIdParts): string {
  return reading('parts', () => textOfParts(parts));
}

function textOfParts(parts: ProfessionalIdParts): string {
  const digit = Object.hasOwn(typeDigits, parts.kind) ? typeDigits[parts.kind] : refuse();
  const text = `${digit}${parts.number}${'localId' in parts ? `/${parts.localId}` : ''}`;
  if (parseProfessionalId(text).kind !== parts.kind) refuse();
  return text;
}

/**
 * Checks a national person identifier: its shape, and the key of the RPPS number it holds.
 *
 * @example
 * ```ts
 * import { checkProfessionalId } from 'terr-esante-sdk/identity/national-id';
 *
 * checkProfessionalId('8997').findings[0]?.rule; // 'IDENTITY-PROFESSIONAL-ID'
 * ```
 *
 * @group Professionals
 */
export function checkProfessionalId(text: string, options: CheckRppsOptions = {}): CheckReport {
  requireKnown(options, kinds);
  try {
    const { rpps } = parseProfessionalId(text);
    return rpps === null ? checkReport([]) : checkRpps(rpps, options);
  } catch (error) {
    if (isTerrESanteError(error)) return checkReport(error.findings);
    throw error;
  }
}
