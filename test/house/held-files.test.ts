import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';

/**
 * Calls that Windows refuses while a scanner has the file. Looks (`stat`) and folders are not
 * concerned.
 */
const concerned =
  /\b(?:open|readFile|writeFile|rename|link|unlink|rm|copyFile|createReadStream|createWriteStream)(?:Sync)?\b/;
const fromDisk = /import\s*\{([^}]*)\}\s*from 'node:fs(?:\/promises)?'/g;
const lazily = /import\('node:fs(?:\/promises)?'\)/;

/** Why a file calls the disk without the helper. */
const exceptions: Readonly<Record<string, string>> = {
  'src/cli/conformance/adapter.ts': 'the text of a program that it writes for its user',
  'src/auth/pkcs11/library-machine.ts': 'a library that cannot be read is left to the loader of the system',
};

/** Whether a source calls the disk for what the helper is there for, and does not use it. */
function goesAround(text: string): boolean {
  const names = [...text.matchAll(fromDisk)].map(([, imported = '']) => imported).join(',');
  return (concerned.test(names) || lazily.test(text)) && !text.includes("/held-file.ts'");
}

describe('files that a scanner may hold', () => {
  it('are recognised', () => {
    expect(goesAround("import { mkdir, rename } from 'node:fs/promises';")).toBe(true);
    expect(goesAround("import {\n  openSync,\n} from 'node:fs';")).toBe(true);
    expect(goesAround("const { readFile } = await import('node:fs/promises');")).toBe(true);
    expect(goesAround("import { stat, mkdir } from 'node:fs/promises';")).toBe(false);
    const helped = "import { rename } from 'node:fs/promises';\nimport { whenFree } from '../internal/held-file.ts';";
    expect(goesAround(helped)).toBe(false);
  });

  it('are reached through src/internal/held-file.ts', () => {
    const files = readdirSync('src', { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile() && entry.name.endsWith('.ts'))
      .map((entry) => join(entry.parentPath, entry.name).replaceAll('\\', '/'))
      .filter((path) => path !== 'src/internal/held-file.ts' && !(path in exceptions));
    expect(files.filter((path) => goesAround(readFileSync(path, 'utf8')))).toEqual([]);
  });
});
