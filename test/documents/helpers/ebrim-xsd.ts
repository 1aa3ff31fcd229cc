import { execFileSync, spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';

/**
 * Folder with the ebRIM 3.0 schemas (`lcm.xsd`, `rim.xsd`, …): no distribution packages them, so it
 * is given by EBRIM_XSD_DIR. `null` with the reason on stderr when it is not.
 */
export function ebrimSchemas(): string | null {
  const dir = process.env['EBRIM_XSD_DIR'];
  const xmllint = spawnSync('xmllint', ['--version']).status === 0;
  if (dir !== undefined && xmllint && existsSync(join(dir, 'lcm.xsd'))) return dir;
  process.stderr.write('SKIPPED: EBRIM_XSD_DIR does not name a folder with lcm.xsd, or xmllint is missing\n');
  return null;
}

/** Validates with xmllint; throws its complaints. */
export function validate(schema: string, xml: Uint8Array): void {
  const file = join(mkdtempSync(join(tmpdir(), 'ebrim-')), 'metadata.xml');
  writeFileSync(file, xml);
  execFileSync('xmllint', ['--noout', '--nonet', '--schema', schema, file], { stdio: 'pipe' });
}

/**
 * A schema for the ITI-41 body: the IHE schemas of one namespace stand in two files, which xmllint
 * does not load by two imports.
 */
export function provideAndRegisterSchema(dir: string): string {
  const file = join(mkdtempSync(join(tmpdir(), 'ebrim-')), 'iti41.xsd');
  const include = (name: string): string => `<xs:include schemaLocation="${resolve(dir, '../IHE', name)}"/>`;
  writeFileSync(
    file,
    `<xs:schema xmlns:xs="http://www.w3.org/2001/XMLSchema" targetNamespace="urn:ihe:iti:xds-b:2007" elementFormDefault="qualified">${include('xcf.xsd')}${include('IHEXDSB.xsd')}</xs:schema>`,
  );
  return file;
}
