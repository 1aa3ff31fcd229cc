import { isCog } from '../birth-place.ts';
import { plainDate } from '../dates.ts';
import { readMatricule } from '../ins/matricule.ts';
import { checkInsOid, findInsOid, type InsEnvironment } from '../ins/oid.ts';
import { hasError, IdentityError, type IdentityIssue, type IdentityIssueCode } from '../issue.ts';
import { blocks, gs, header, issueOf, refuse, type BlockId } from './format.ts';

/** Options of {@link parseInsDatamatrix}. @group Datamatrix */
export interface ParseDatamatrixOptions {
  /**
   * False accepts what scanners do to the separator: dropped, turned into a space, or spelled
   * `<GS>`; and white space around the whole. @defaultValue `true`
   */
  readonly strict?: boolean | undefined;
  /** When given, test and demonstration INS are refused in `production`. */
  readonly environment?: InsEnvironment | undefined;
}

/**
 * Content of an INS datamatrix: flat, so that it can be given to `checkCoherence` twice.
 *
 * @group Datamatrix
 */
export interface InsDatamatrix {
  readonly matricule: string;
  readonly oid: string;
  readonly kind: 'NIR' | 'NIA';
  /** List of birth given names, separated by spaces. It does not tell where the first one ends. */
  readonly birthFirstNames: string;
  readonly birthName: string;
  readonly sex: 'M' | 'F';
  /** `YYYY-MM-DD` */
  readonly birthDate: string;
  /** COG code, `null` when the symbol has none. */
  readonly birthPlace: string | null;
  readonly warnings: readonly IdentityIssue[];
}

/** Longest message that the blocks allow, with room for `<GS>` spelled out. */
const maxLength = 400;

function isBlockId(id: string): id is BlockId {
  return id.length === 2 && id.charCodeAt(0) === 0x53 && id >= 'S1' && id <= 'S7';
}

/** Where the value that starts here ends. */
function endOfValue(text: string, start: number, id: BlockId, strict: boolean): number {
  const { min, max } = blocks[id];
  const limit = Math.min(start + max, text.length);
  if (min === max) return limit;
  for (let index = start; index < limit; index += 1) {
    if (text[index] === gs) return index;
    // Without a separator: names and OIDs hold no `S` followed by a digit.
    if (!strict && isBlockId(text.slice(index, index + 2))) return index;
  }
  return limit;
}

function split(text: string, strict: boolean): ReadonlyMap<BlockId, string> {
  const found = new Map<BlockId, string>();
  let index = header.length;
  while (index < text.length) {
    const id = text.slice(index, index + 2);
    if (!isBlockId(id)) refuse('UNKNOWN_BLOCK', 'datamatrix', 'bloc inconnu', index);
    const { label, min, max } = blocks[id];
    if (found.has(id)) refuse('DUPLICATE_BLOCK', id, `${label} présent deux fois`, index);
    const start = index + 2;
    const end = endOfValue(text, start, id, strict);
    const value = strict ? text.slice(start, end) : text.slice(start, end).trimEnd();
    if (value.length < min) refuse('LENGTH', id, `${label} trop court`, start);
    found.set(id, value);
    index = end;
    if (text[end] === gs) {
      const due = min !== max && end - start < max && end + 1 < text.length;
      if (strict && !due) refuse('CHARACTER', id, 'séparateur en trop', end);
      index += 1;
    }
    if (!strict) while (text[index] === gs || text[index] === ' ') index += 1;
  }
  return found;
}

/**
 * Reads the message of an INS datamatrix, blocks in any order.
 *
 * The symbol is not signed: a scan proves nothing. It imports traits as provisional, and a
 * matricule to verify with the INSi; it never qualifies an identity.
 *
 * @throws {@link IdentityError} `TE_DATAMATRIX_INVALID` with the issues `HEADER`, `UNKNOWN_BLOCK`,
 *   `DUPLICATE_BLOCK`,
 * `MISSING_BLOCK`, `LENGTH`, `KEY`, `DATE`, `OID`, `CHARACTER` (or an issue of `checkIns`) and the
 * position of the fault.
 *
 * @example
 * ```ts
 * import { parseInsDatamatrix } from 'terr-esante-sdk/identity';
 *
 * const raw = 'IS010000000000000000000000S1285019999999936S21.2.250.1.213.1.4.10S3ZOE LOU\x1DS4MARTIN\x1DS5FS612-01-1985';
 * const scan = parseInsDatamatrix(raw, { strict: true });
 * scan.birthDate; // '1985-01-12'
 * scan.birthFirstNames; // 'ZOE LOU'
 * ```
 *
 * @group Datamatrix
 */
export function parseInsDatamatrix(raw: string, options: ParseDatamatrixOptions = {}): InsDatamatrix {
  const { strict = true, environment } = options;
  if (typeof raw !== 'string') refuse('HEADER', 'datamatrix', 'texte attendu', 0);
  if (raw.length > maxLength) refuse('LENGTH', 'datamatrix', 'message trop long', maxLength);
  const text = strict ? raw : raw.replaceAll('<GS>', gs).trim();
  if (!text.startsWith(header)) refuse('HEADER', 'datamatrix', 'en-tête de version 01 attendu', 0);
  return readValues(split(text, strict), environment, text.length);
}

function readValues(
  found: ReadonlyMap<BlockId, string>,
  environment: InsEnvironment | undefined,
  length: number,
): InsDatamatrix {
  const issues: IdentityIssue[] = [];
  for (const id of Object.keys(blocks) as BlockId[]) {
    if (!found.has(id) && !blocks[id].optional) issues.push(issueOf('MISSING_BLOCK', id, `${blocks[id].label} absent`));
  }
  const value = (id: BlockId): string => found.get(id) ?? '';
  const fault = (code: IdentityIssueCode, id: BlockId): void => {
    if (found.has(id)) issues.push(issueOf(code, id, `${blocks[id].label} incorrect`));
  };
  const matricule = value('S1');
  // No typing habit is forgiven here: exactly fifteen characters, in capitals.
  if (!/^[0-9]{6}[0-9AB][0-9]{8}$/.test(matricule)) fault('CHARACTER', 'S1');
  else issues.push(...readMatricule(matricule, 'error').issues.map((one) => ({ ...one, path: 'S1' })));
  const oid = value('S2');
  const entry = findInsOid(oid);
  const oidIssue = checkInsOid(oid, environment, 'S2');
  if (oidIssue && found.has('S2')) issues.push(oidIssue);
  for (const id of ['S3', 'S4'] as const) if (!/^[A-Z '-]+$/.test(value(id))) fault('CHARACTER', id);
  const sex = value('S5');
  if (sex !== 'M' && sex !== 'F') fault('CHARACTER', 'S5');
  const [day = '', month = '', year = ''] = value('S6').split('-');
  const birthDate = `${year}-${month}-${day}`;
  if (plainDate(birthDate) < 0) fault('DATE', 'S6');
  const birthPlace = found.get('S7') ?? null;
  if (birthPlace !== null && !isCog(birthPlace)) fault('CHARACTER', 'S7');
  if (!entry || (sex !== 'M' && sex !== 'F') || hasError(issues)) {
    throw new IdentityError('TE_DATAMATRIX_INVALID', issues, { position: length });
  }
  return {
    matricule,
    oid,
    kind: entry.kind,
    birthFirstNames: value('S3'),
    birthName: value('S4'),
    sex,
    birthDate,
    birthPlace,
    warnings: issues,
  };
}
