import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { afterAll, describe, expect, it } from 'vitest';

import { exportOf } from '../../../src/client/audit/export/export.ts';
import type { AuditEvent } from '../../../src/index.ts';
import { skipBecause } from '../../helpers/require-tool.ts';
import { fictiveAccess } from './access.ts';

const folder = mkdtempSync(join(tmpdir(), 'te-audit-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const accesses: readonly Partial<AuditEvent>[] = [
  {},
  { action: 'dossier.create', object: 'c-1' },
  { action: 'documents.fetch', object: '2.999.1.2.3' },
  {
    action: 'documents.fetch',
    binding: 'fhir-r4',
    object: '2.999.1^a',
    purpose: 'emergency',
    reason: 'Urgence & <vitale>',
  },
  { action: 'documents.deposit', binding: 'mssante', object: '2.999.1.2.4', outcome: 'error', code: 'TE_UNAVAILABLE' },
  { action: 'consent.withdraw', binding: 'fhir-r4', object: 'c-1' },
  { action: 'notifications', binding: 'simulator-http', patient: null },
  { action: 'portal.launch', binding: 'portal', purpose: 'regulation-centre' },
];

const tools = process.env['TERR_TOOLS'];
const command = tools === undefined ? '' : join(tools, 'referees/fhir/run');
const isThere = existsSync(command) || !skipBecause('TERR_TOOLS names no folder with referees/fhir/run');

describe.skipIf(!isThere)('an AuditEvent, judged by HAPI FHIR under the profile of the ANS', () => {
  it('is valid, and one with three agents is not', () => {
    const files = accesses.map((access, index) => {
      const path = join(folder, `${String(index)}.json`);
      writeFileSync(path, exportOf('fhir', 'LPS fictif 1.0')({ ...fictiveAccess, ...access }));
      return path;
    });
    const twin = join(folder, 'twin.json');
    // The profile has two agents at most.
    const { agent, ...rest } = JSON.parse(exportOf('fhir', 'LPS')(fictiveAccess)) as { agent: readonly unknown[] };
    writeFileSync(twin, JSON.stringify({ ...rest, agent: [...agent, agent[1]] }));

    const judged = spawnSync(command, ['validate', '--level', 'error', ...files, twin], { encoding: 'utf8' });
    if (judged.status === 69) {
      skipBecause('the FHIR referee has no Java or no artifacts');
      return;
    }
    const verdicts = judged.stdout.split('\n').filter((line) => / OK$|errors?$/.test(line));
    expect(verdicts.filter((line) => line.endsWith(' OK')).length).toBe(accesses.length);
    expect(verdicts.find((line) => line.includes('twin'))).toMatch(/\b[1-9]\d* errors?$/);
    console.info(`AuditEvent: accepted ${String(accesses.length)}, refused 1`);
  }, 240_000);
});
