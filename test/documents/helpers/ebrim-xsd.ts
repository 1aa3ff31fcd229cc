import { execFileSync, spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { skipBecause } from '../../helpers/require-tool.ts';

/**
 * Folder with the ebRIM 3.0 schemas (`lcm.xsd`, `rim.xsd`, …): no distribution packages them, so
 * they are found in the data that TERR_DATA names. `null` with the reason on stderr when they are
 * not.
 */
export function ebrimSchemas(): string | null {
  const data = process.env['TERR_DATA'];
  const dir = data === undefined ? null : join(data, 'xsd/xds/ebRS30');

  const xmllint = spawnSync('xmllint', ['--version']).status === 0;
  if (dir !== null && xmllint && existsSync(join(dir, 'lcm.xsd'))) return dir;

  skipBecause('TERR_DATA names no folder with xsd/xds/ebRS30/lcm.xsd, or xmllint is missing');
  return null;
}

/** Validates with xmllint; throws its complaints. */
export function validate(schema: string, xml: Uint8Array): void {
  const file = join(mkdtempSync(join(tmpdir(), 'ebrim-')), 'metadata.xml');
  writeFileSync(file, xml);
  execFileSync('xmllint', ['--noout', '--nonet', '--schema', schema, file], { stdio: 'pipe' });
}

/** The schema of the ITI-41 body, beside those of ebRIM. */
export function provideAndRegisterSchema(dir: string): string {
  return resolve(dir, '../IHE/IHEXDSB.xsd');
}
