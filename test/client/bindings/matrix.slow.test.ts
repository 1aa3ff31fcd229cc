import { existsSync, readFileSync } from 'node:fs';
import net from 'node:net';
import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';

import type { SigningProvider } from '../../../src/auth/index.ts';
import type { TerrESanteClient } from '../../../src/client/model.ts';
import { simulatorDescriptor, type PlatformDescriptor } from '../../../src/platform/index.ts';
import { fictiveOutbox } from '../../../src/simulator/index.ts';
import { createWorld, rppsHolder, submission, type World } from '../world.ts';
import { matrixAsks, patient } from './matrix-asks.ts';

/*
 * docs/liaisons.md says which wire carries which operation of the client. Every cell is tried: what
 * is not bound ends before anything leaves, what is bound leaves.
 */
const page = readFileSync('docs/liaisons.md', 'utf8');
const table = page
  .split('\n')
  .filter((line) => line.startsWith('| '))
  .map((line) =>
    line
      .slice(1, -1)
      .split('|')
      .map((cell) => cell.trim()),
  );
const columns = table[0]!.slice(1).map((name) => name.replaceAll('`', ''));
const isOperation = ([name = '', ...cells]: string[]): boolean => /^\w+\.\w+$/.test(name) && cells.length === 5;
const rows = table.filter(isOperation);
const legend = new Map(table.filter(({ length }) => length === 2).map(([word = '', what = '']) => [word, what]));

const connect = vi.spyOn(net.Socket.prototype, 'connect');
let world: World;
let requests = 0;
let signatures = 0;
const asked = (): void => void (requests += 1);

beforeAll(async () => {
  world = await createWorld();
  world.simulator.addDossier({ ...patient, members: [rppsHolder] });
  await world.mss.deposit(await submission({ patient }));
  await world.simulator.settled();
  subscribe('http.client.request.start', asked);
});
afterAll(async () => {
  unsubscribe('http.client.request.start', asked);
  await world.close();
});

/** Everything over one wire, deposits and the portal too: a host without types may write it. */
function clientOver(wire: string, deposit: string): TerrESanteClient {
  const graded = { value: wire, confidence: 'assumption', evidence: 'For this test.' };
  const names = Object.keys(simulatorDescriptor.bindings);
  const bindings = {
    ...Object.fromEntries(names.map((name) => [name, graded])),
    'documents.deposit': { ...graded, value: deposit },
  } as PlatformDescriptor['bindings'];
  const auth: SigningProvider = {
    kind: 'own',
    certificates: (options) => world.auth.certificates(options),
    sign: (...how) => {
      signatures += 1;
      return world.auth.sign(...how);
    },
  };
  const outbox = { ...fictiveOutbox(world.simulator), pollMs: 10 };
  const audit = { write: async () => undefined };
  return world.client({ audit, auth, descriptor: { ...simulatorDescriptor, bindings }, deposit: undefined, outbox });
}

/** What one operation ends with, and whether anything left or was signed for it. */
async function tried(te: TerrESanteClient, name: string): Promise<{ code: string; left: boolean }> {
  connect.mockClear();
  [requests, signatures] = [0, 0];
  const filed = world.simulator.intakes().length;
  const code = await matrixAsks[name]!(te).then(
    () => 'done',
    (error: unknown) => String((error as { code?: unknown }).code ?? error),
  );
  // A mail may leave by a connection that is open already.
  const mails = world.simulator.intakes().length - filed;
  return { code, left: requests + signatures + connect.mock.calls.length + mails > 0 };
}

describe('the table of wires', () => {
  it('has a row for each operation of the client, and no empty cell', () => {
    const groups = Object.entries(world.te).filter(([, group]) => typeof group === 'object');
    const operations = groups.flatMap(([group, all]) => Object.keys(all as object).map((name) => `${group}.${name}`));
    expect(rows.map(([name]) => name).sort()).toEqual(operations.sort());
    expect(Object.keys(matrixAsks).sort()).toEqual(operations.sort());
    expect(rows.flat().filter((cell) => cell === '')).toEqual([]);
  });

  it('names what each wire was run against, and where', () => {
    const words = new Set(rows.flatMap(([, ...cells]) => cells.flatMap((cell) => cell.split(', '))));
    const evidence = [...words].filter((word) => word !== 'local' && !word.startsWith('unbound: '));
    for (const word of evidence) {
      const path = /`([^`]+)`/.exec(legend.get(word) ?? '')?.[1] ?? word;
      expect(existsSync(path), path).toBe(true);
    }
  });

  it.each(columns)('says what %s carries', { timeout: 120_000 }, async (wire) => {
    // Deposits by this wire, and the rest beside deposits by mail.
    const [depositing, te] = [clientOver(wire, wire), clientOver(wire, 'mssante')];
    const wrong: string[] = [];
    for (const [name = '', ...cells] of rows) {
      const cell = cells[columns.indexOf(wire)] ?? '';
      // A client of its own: the second mail leaves by the connection of the first, unseen.
      const mailing = name.startsWith('mail.') ? clientOver(wire, 'mssante') : te;
      const { code, left } = await tried(name.startsWith('documents.deposit') ? depositing : mailing, name);
      const expected = cell.startsWith('unbound: ')
        ? !left && code === 'TE_UNSUPPORTED'
        : code !== 'TE_UNSUPPORTED' && left === (cell !== 'local');
      if (!expected) wrong.push(`${name}: ${cell} (${code}, ${left ? 'something' : 'nothing'} left)`);
    }
    expect(wrong).toEqual([]);
  });
});
