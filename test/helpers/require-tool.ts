import { execFileSync } from 'node:child_process';

/** Programs that Debian calls differently from their command. */
const has = (command: string): boolean => {
  try {
    execFileSync('sh', ['-c', 'command -v "$1"', 'sh', command], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
};

/**
 * Whether a real component is missing, so that a suite is skipped:
 * `describe.skipIf(missing('xmlsec1'))`. Prints the reason; with CI_REQUIRE_ALL=1 a missing
 * component fails instead.
 */
export function missing(...commands: readonly string[]): boolean {
  const absent = commands.filter((command) => !has(command));
  if (absent.length === 0) return false;
  return skipBecause(`not installed: ${absent.join(', ')}`);
}

/** The same for a condition that is not a program. Always true. */
export function skipBecause(reason: string): true {
  if (process.env['CI_REQUIRE_ALL'] === '1') {
    throw new Error(`a test would be skipped (${reason}) although CI_REQUIRE_ALL=1`);
  }
  process.stderr.write(`SKIPPED: ${reason}\n`);
  return true;
}
