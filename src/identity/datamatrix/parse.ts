import type { Finding } from '../../errors.ts';
import { hasError } from '../../internal/finding.ts';
import { isCog } from '../birth-place.ts';
import { plainDate } from '../dates.ts';
import { matriculeParts } from '../ins/key.ts';
import { checkMatricule } from '../ins/matricule.ts';
import { plainSigns } from '../names.ts';
import { checkInsOid, findInsOid, type InsEnvironment } from '../ins/oid.ts';
import { refusal } from '../refusal.ts';
import { blockFinding, blocks, gs, header, refuse, type BlockId } from './format.ts';
import { environments, requireKnown } from '../known-options.ts';

/**
 * Content of an INS datamatrix: flat, so that it can be given to `checkCoherence` twice.
 *
 * @group Datamatrix
 */
export interface InsDatamatrix {
  /** The fifteen characters of the matricule, as `PatientIns` names them. */
  readonly value: string;
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
  readonly warnings: readonly Finding[];
}

/** Longest message that the blocks allow, with room for separators spelled out. */
const maxLength = 400;

/** What a reader puts before the message: the name of the symbology (`]d1`), control signs. */
const readerPrefix = /^[\s\0-\x1F]*(?:\]d\d)?[\s\0-\x1F]*/i;
/**
 * How readers that type like a keyboard spell the separator. None of these signs may stand in a
 * message: names hold letters, spaces, apostrophes and hyphens only.
 */
const spelledSeparator =
  /[\t\r\n\x1C\x1E\x1F]|<(?:GS|0x1D)>|\{(?:GS|0x1D)\}|\[GS\]|\(GS\)|\^\]|\u241D|\u2194|\\(?:x1D|u001D|035)|&#(?:29|x1D);|%1D/gi;

/** The message as the symbol holds it, from what a reader made of it. */
function asPrinted(raw: string): string {
  return plainSigns(raw.replace(readerPrefix, '').replace(spelledSeparator, gs)).trim();
}

function isBlockId(id: string): id is BlockId {
  return /^S[1-7]$/.test(id);
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
    if (!isBlockId(id)) refuse('IDENTITY-UNKNOWN-BLOCK', 'datamatrix', index);
    if (found.has(id)) refuse('IDENTITY-DUPLICATE-BLOCK', id, index);

    const start = index + 2;
    const end = endOfValue(text, start, id, strict);
    const value = strict ? text.slice(start, end) : text.slice(start, end).trimEnd();
    if (value.length < blocks[id].min) refuse('IDENTITY-LENGTH', id, start);

    found.set(id, value);
    index = strict ? afterSeparator(text, start, end, id) : afterSeparators(text, end);
  }
  return found;
}

/** A separator ends a variable block that is neither full nor last, and nothing else. */
function afterSeparator(text: string, start: number, end: number, id: BlockId): number {
  if (text[end] !== gs) return end;

  const { min, max } = blocks[id];
  const due = min !== max && end - start < max && end + 1 < text.length;
  if (!due) refuse('IDENTITY-CHARACTER', id, end);
  return end + 1;
}

/** Scanners turn separators into spaces, or double them. */
function afterSeparators(text: string, end: number): number {
  let index = end;
  while (text[index] === gs || text[index] === ' ') index += 1;
  return index;
}

/**
 * Reads the message of an INS datamatrix, blocks in any order.
 *
 * The symbol is not signed: a scan proves nothing. It imports traits as provisional, and a
 * matricule to verify with the INSi; it never qualifies an identity.
 *
 * @throws TerrESanteError `TE_DATAMATRIX_INVALID` with its findings (`IDENTITY-HEADER`,
 *   `IDENTITY-UNKNOWN-BLOCK`, `IDENTITY-DUPLICATE-BLOCK`, `IDENTITY-MISSING-BLOCK`,
 *   `IDENTITY-DATE`, or those of `checkIns`) and the position of the fault.
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
export function parseInsDatamatrix(
  raw: string,
  options: {
    /**
     * False accepts what readers do to the message: the separator dropped, turned into a space or
     * another control sign, or spelled (`<GS>`, `{GS}`, `^]`, `␝`…), the name of the symbology
     * before it (`]d1`), typographic apostrophes, white space around the whole.
     *
     * @defaultValue `true`
     */
    readonly strict?: boolean | undefined;
    /** When given, test and demonstration INS are refused in `production`. */
    readonly environment?: InsEnvironment | undefined;
  } = {},
): InsDatamatrix {
  requireKnown(options, { strict: 'boolean', environment: environments });
  const { strict = true, environment } = options;

  if (typeof raw !== 'string') refuse('IDENTITY-HEADER', 'datamatrix', 0);
  if (raw.length > maxLength) refuse('IDENTITY-DATAMATRIX-LENGTH', 'datamatrix', maxLength);

  const text = strict ? raw : asPrinted(raw);
  if (!text.startsWith(header)) refuse('IDENTITY-HEADER', 'datamatrix', 0);

  return readValues(split(text, strict), environment, text.length);
}

function readValues(
  found: ReadonlyMap<BlockId, string>,
  environment: InsEnvironment | undefined,
  length: number,
): InsDatamatrix {
  const findings = missingBlocks(found);

  // A missing block is reported once: what follows judges the blocks that are there.
  const { matricule, oid, birthFirstNames, birthName, sex, date, birthPlace } = valuesOf(found);
  const wrong = (rule: BlockRule, id: BlockId): void => {
    if (found.has(id)) findings.push(blockFinding(rule, id));
  };

  // No typing habit is forgiven here: exactly fifteen characters, in capitals.
  if (matriculeParts(matricule) !== null) checkMatricule(matricule, findings, { path: 'S1' });
  else wrong('IDENTITY-CHARACTER', 'S1');

  const entry = findInsOid(oid);
  const wrongOid = checkInsOid(oid, environment, 'S2');
  if (wrongOid && found.has('S2')) findings.push(wrongOid);

  if (!isCapitals(birthFirstNames)) wrong('IDENTITY-CHARACTER', 'S3');
  if (!isCapitals(birthName)) wrong('IDENTITY-CHARACTER', 'S4');

  const knownSex = sex === 'M' || sex === 'F' ? sex : null;
  if (knownSex === null) wrong('IDENTITY-CHARACTER', 'S5');

  const birthDate = isoDate(date);
  if (plainDate(birthDate) === null) wrong('IDENTITY-DATE', 'S6');
  if (birthPlace !== null && !isCog(birthPlace)) wrong('IDENTITY-CHARACTER', 'S7');

  if (entry === null || knownSex === null || hasError(findings)) {
    throw refusal('TE_DATAMATRIX_INVALID', findings, { position: length });
  }
  return {
    value: matricule,
    oid,
    kind: entry.kind,
    birthFirstNames,
    birthName,
    sex: knownSex,
    birthDate,
    birthPlace,
    warnings: findings,
  };
}

type BlockRule = Parameters<typeof blockFinding>[0];

function missingBlocks(found: ReadonlyMap<BlockId, string>): Finding[] {
  const ids = Object.keys(blocks) as BlockId[];
  return ids
    .filter((id) => !found.has(id) && !blocks[id].optional)
    .map((id) => blockFinding('IDENTITY-MISSING-BLOCK', id));
}

/** The blocks by what they hold; a mandatory block that is missing is empty. */
function valuesOf(found: ReadonlyMap<BlockId, string>): Readonly<
  Record<'matricule' | 'oid' | 'birthFirstNames' | 'birthName' | 'sex' | 'date', string>
> & {
  readonly birthPlace: string | null;
} {
  const value = (id: BlockId): string => found.get(id) ?? '';

  return {
    matricule: value('S1'),
    oid: value('S2'),
    birthFirstNames: value('S3'),
    birthName: value('S4'),
    sex: value('S5'),
    date: value('S6'),
    birthPlace: found.get('S7') ?? null,
  };
}

function isCapitals(text: string): boolean {
  return /^[A-Z '-]+$/.test(text);
}

/** `DD-MM-YYYY` to `YYYY-MM-DD`; another text stays no date. */
function isoDate(text: string): string {
  return text.split('-').reverse().join('-');
}
