import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/**
 * What the FHIR referee's validator says of some resources, by the profiles that they claim: the
 * lines of severity `error`.
 *
 * @param profiles - folders of profiles beside those that it knows
 */
export function validateFhir(
  command: string,
  resources: Readonly<Record<string, string>>,
  profiles: readonly string[] = [],
): readonly string[] {
  const folder = mkdtempSync(join(tmpdir(), 'te-fhir-'));
  try {
    const files = Object.entries(resources).map(([name, json]) => {
      const file = join(folder, `${name}.json`);
      writeFileSync(file, json);
      return file;
    });
    const more = profiles.flatMap((place) => ['--profiles', place]);
    const { stdout, stderr, status } = spawnSync(command, ['validate', ...more, '--level', 'error', ...files], {
      encoding: 'utf8',
    });
    if (status !== 0 && status !== 1) return [`the validator did not run: ${stderr.slice(0, 500)}`];
    const silent = files.find((file) => !stdout.includes(file));
    if (silent !== undefined) return [`nothing is said of ${silent}`];
    const lines = stdout.split('\n').map((line) => line.replace(`${folder}/`, ''));
    return lines.filter((line) => line !== '' && !line.endsWith(' OK'));
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
