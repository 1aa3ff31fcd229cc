import { TerrESanteError, type Finding } from '../../errors.ts';
import { bytesOf, needed, optionsOf, refuseArgument, textOf, type Checks } from '../../internal/border.ts';
import { finding } from '../../internal/finding.ts';
import { fileFailure, isSystemError, readWhole } from '../../internal/held-file.ts';
import { isObject, readJson } from '../../internal/json/index.ts';
import { shapeProblems, type ShapeProblem } from '../shape/examine.ts';
import { strayValues } from './guard.ts';
import type { PlatformDescriptor } from './model.ts';
import { descriptorRules } from './rules.ts';
import { descriptorFormat, descriptorShape } from './shape.ts';

const checks: Checks<Parameters<typeof loadDescriptor>[1]> = { sha256: needed(sha256Of) };

/** Far above what a descriptor weighs. */
const maxBytes = 1_000_000;
const jsonLimits = { maxDepth: 12, maxValues: 20_000 };

/**
 * Reads the descriptor of a platform from a JSON file, and refuses it unless it is the very file
 * whose hash is pinned, every field is known, every value says where it comes from, and nothing in
 * it belongs to another environment. Members named `$comment` are for who reads the file.
 *
 * @param source - The path of the file, or its bytes.
 *
 * @throws TerrESanteError `TE_CONFIG_INVALID`, its findings say what is refused (rules `DESC-…`);
 *   `TE_FILE_ACCESS` for a file that cannot be read, `TE_INPUT_INVALID`
 *
 * @example
 * ```ts
 * import { createHash } from 'node:crypto';
 * import { readFileSync } from 'node:fs';
 * import { createRequire } from 'node:module';
 * import { loadDescriptor } from 'terr-esante-sdk/platform';
 *
 * const file = createRequire(import.meta.url).resolve('terr-esante-sdk/descriptors/mail-only.json');
 * const bytes = readFileSync(file);
 * // In a program the hash is a constant, written when the file was agreed upon.
 * const sha256 = createHash('sha256').update(bytes).digest('hex');
 * const descriptor = await loadDescriptor(bytes, { sha256 });
 * Object.keys(descriptor.bindings); // ['documents.deposit']
 * await loadDescriptor(bytes, { sha256: '0'.repeat(64) }).catch(({ code }) => code); // 'TE_CONFIG_INVALID'
 * ```
 *
 * @group Descriptor
 */
export async function loadDescriptor(
  source: string | Uint8Array,
  options: {
    /**
     * SHA-256 of the whole file, 64 hexadecimal digits: that of the descriptor that was read and
     * agreed upon. A file that somebody changed leads nowhere.
     */
    readonly sha256: string;
  },
): Promise<PlatformDescriptor> {
  const { sha256 } = optionsOf('options', options, checks);
  const bytes = typeof source === 'string' ? await fileOf(textOf('source', source)) : bytesOf('source', source);

  await requireHash(bytes, sha256);
  const value = jsonOf(bytes);
  requireFormat(value);
  const problems = shapeProblems(descriptorShape, value);
  if (problems.length > 0) throw refused(problems.slice(0, mostProblems).map(findingOf));

  const descriptor = value as unknown as PlatformDescriptor;
  const strays = strayValues(descriptor);
  if (strays.length > 0) {
    throw refused(strays.map((stray) => finding(descriptorRules, 'DESC-ENVIRONMENT', stray)));
  }
  return descriptor;
}

/** Enough to see what is wrong; a file of another kind is wrong everywhere. */
const mostProblems = 50;

function sha256Of(name: string, value: unknown): string {
  const isHash = typeof value === 'string' && /^[0-9a-f]{64}$/i.test(value);
  return isHash ? value.toLowerCase() : refuseArgument(name, '64 chiffres hexadécimaux attendus');
}

async function fileOf(path: string): Promise<Uint8Array> {
  try {
    return await readWhole(path);
  } catch (error) {
    // A path may name a folder of the practice: it is not repeated.
    throw isSystemError(error) ? fileFailure(error) : error;
  }
}

async function requireHash(bytes: Uint8Array, expected: string): Promise<void> {
  const { createHash } = await import('node:crypto');
  const found = createHash('sha256').update(bytes).digest('hex');
  if (found === expected) return;
  throw refused([finding(descriptorRules, 'DESC-HASH', { path: '', found, expected })]);
}

/** The object, without its comments; frozen, since what was pinned does not change afterwards. */
function jsonOf(bytes: Uint8Array): Readonly<Record<string, unknown>> {
  let value: unknown;
  try {
    value = bytes.byteLength <= maxBytes ? plain(readJson(bytes, jsonLimits)) : null;
  } catch {
    // It may quote the file, and the finding says enough.
    value = null;
  }
  if (!isObject(value)) throw refused([finding(descriptorRules, 'DESC-JSON', { path: '' })]);

  const { $schema, ...descriptor } = value;
  return typeof $schema === 'string' ? Object.freeze(descriptor) : value;
}

function plain(value: unknown): unknown {
  if (Array.isArray(value)) return Object.freeze(value.map(plain));
  if (!isObject(value)) return value;

  const entries = Object.entries(value).filter(([name, member]) => name !== '$comment' || typeof member !== 'string');
  return Object.freeze(Object.fromEntries(entries.map(([name, member]) => [name, plain(member)])));
}

/** Of another edition everything may differ: nothing else is looked at. */
function requireFormat({ format }: Readonly<Record<string, unknown>>): void {
  if (format === descriptorFormat) return;

  const found = typeof format === 'number' ? String(format) : null;
  const expected = String(descriptorFormat);
  throw refused([finding(descriptorRules, 'DESC-FORMAT', { path: 'format', found, expected })]);
}

const ruleOf = {
  missing: 'DESC-MISSING',
  unknown: 'DESC-UNKNOWN',
  kind: 'DESC-VALUE',
  value: 'DESC-VALUE',
  ungraded: 'DESC-GRADE',
} as const satisfies Readonly<Record<ShapeProblem['fault'], keyof typeof descriptorRules>>;

function findingOf({ path, fault, expected }: ShapeProblem): Finding {
  return finding(descriptorRules, ruleOf[fault], { path, expected });
}

function refused(findings: readonly Finding[]): TerrESanteError {
  return new TerrESanteError('TE_CONFIG_INVALID', findings[0]?.message ?? 'Descripteur refusé.', {
    findings,
    details: { rules: [...new Set(findings.map(({ rule }) => rule))] },
  });
}
