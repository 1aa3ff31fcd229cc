import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

import { describe, expect, it } from 'vitest';

import { registryError } from '../../../src/transport/registry/refusal.ts';
import { registryCodes, registryFindings, registryRules } from '../../../src/transport/registry/rules.ts';
import { skipBecause } from '../../helpers/require-tool.ts';

const line = (code: string, severity: 'Error' | 'Warning' = 'Error') => ({
  code,
  severity,
  severityName: null,
  context: 'DUPRE-CANARI',
  location: null,
});

describe('the codes of a registry', () => {
  it('each have a rule, and no rule is without a code', () => {
    expect(Object.keys(registryRules).length).toBe(registryCodes.length + 1);
    for (const { rule } of registryFindings(registryCodes.map((code) => line(code)))) {
      expect(rule).not.toBe('REGISTRY-OTHER-CODE');
    }
  });

  it('are explained with the weight of their line, without its context', () => {
    const findings = registryFindings([line('XDSRegistryBusy'), line('Q5'), line('DocumentQueued', 'Warning')]);
    expect(findings).toMatchObject([
      { rule: 'REGISTRY-XDSREGISTRYBUSY', severity: 'error', found: 'XDSRegistryBusy' },
      { rule: 'REGISTRY-OTHER-CODE', severity: 'error', found: 'Q5' },
      { rule: 'REGISTRY-DOCUMENTQUEUED', severity: 'warning' },
    ]);
    expect(JSON.stringify(findings)).not.toContain('CANARI');
  });

  it.each(['constructor', '__proto__', '<b>', ''])('%j is a code like another', (code) => {
    expect(registryFindings([line(code)])).toMatchObject([{ rule: 'REGISTRY-OTHER-CODE' }]);
  });

  it.each(['Patient DUPRE-CANARI inconnu', 'DUPRÉ-CANARI'])('%j is a sentence, and is shown nowhere', (code) => {
    const refusal = registryError({
      status: 'Failure',
      statusName: null,
      highestSeverity: null,
      errors: [line(code), line(code, 'Warning'), line('XDSRegistryBusy')],
    });
    expect(`${JSON.stringify(refusal)} ${String(refusal)} ${JSON.stringify(refusal.details)}`).not.toContain('CANARI');
    expect(refusal.details).toMatchObject({ errorCodes: ['XDSRegistryBusy'], warningCodes: [] });
    expect(refusal.errors).toMatchObject([{ code }, { code }, { code: 'XDSRegistryBusy' }]);
  });

  const path = join(process.env['TERR_DATA'] ?? '', 'xds-constants.json');
  const isThere = existsSync(path);
  if (!isThere) skipBecause('TERR_DATA names no folder with xds-constants.json');

  it.skipIf(!isThere)('are those of the published table', () => {
    const { errorCodes, warningOnlyCodes } = JSON.parse(readFileSync(path, 'utf8')) as Record<string, string[]>;
    expect([...registryCodes].sort()).toEqual([...(errorCodes ?? [])].sort());

    const warnings = Object.entries(registryRules).flatMap(([id, { severity }]) => (severity === 'warning' ? id : []));
    expect(warnings.sort()).toEqual((warningOnlyCodes ?? []).map((code) => `REGISTRY-${code.toUpperCase()}`).sort());
  });
});
