import { randomBytes } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { createOutbox, type OutboxStore } from '../../src/transport/index.ts';
import { openSpool } from '../../src/transport/outbox/spool/open-spool.ts';
import { isPrivatePlace, type Place } from '../../src/transport/outbox/spool/private-folder.ts';
import { MemoryDisk } from '../helpers/memory-disk.ts';

const windows: Place = { platform: 'win32', home: 'C:\\Users\\Cabinet' };
const folder = '/spool';

describe('who can read a spool on Windows', () => {
  it.each([
    ['C:\\Users\\Cabinet\\AppData\\Local\\Logiciel\\depots', true],
    ['c:\\users\\CABINET\\depots', true],
    ['C:\\Users\\Cabinet', true],
    ['C:\\Users\\Cabinet2\\depots', false],
    ['C:\\Users\\Public\\depots', false],
    ['C:\\Users\\Cabinet\\..\\Public', false],
    ['C:\\Users\\Cabinet\\..depots', true],
    ['C:\\ProgramData\\Logiciel', false],
    ['D:\\depots', false],
    ['\\\\serveur\\partage\\depots', false],
  ])('%s: closed by its place %s', (path, expected) => {
    expect(isPrivatePlace(path, windows)).toBe(expected);
  });

  it('is its owner where modes count', () => {
    expect(isPrivatePlace('/var/lib/depots', { platform: 'linux', home: '/root' })).toBe(true);
  });

  /** What the outbox that sends is told of its store. */
  async function told(store: OutboxStore): Promise<string[]> {
    const errors: string[] = [];
    const never = (): Promise<never> => Promise.reject(new Error('nothing is sent here'));
    const outbox = createOutbox({
      store,
      carrier: { compose: never, send: never },
      senderDomain: 'cabinet.simulateur.mssante.fr',
      pollMs: 5,
      onError: ({ code, details }) => void errors.push(`${code} ${String(details['reason'])}`),
    });

    // Two looks of the worker and more: it is told once.
    await new Promise((resolve) => setTimeout(resolve, 40));
    await outbox.close();
    return errors;
  }

  it('is told once through onError when others may read it', async () => {
    const store = await openSpool({ folder }, new MemoryDisk().files, { place: windows });
    expect(await told(store)).toEqual(['TE_OUTBOX readable-by-others']);
  });

  it.each([
    ['a key', { key: randomBytes(32) }, windows],
    ['the word of the host', { folderIsPrivate: true }, windows],
    ['another system', {}, { platform: 'linux', home: '/root' }],
  ] as const)('is not told with %s', async (_name, options, place) => {
    expect(await told(await openSpool({ folder, ...options }, new MemoryDisk().files, { place }))).toEqual([]);
  });

  it('wants a boolean', async () => {
    const wrong = { folder, folderIsPrivate: 'yes' as unknown as boolean };
    await expect(openSpool(wrong, new MemoryDisk().files)).rejects.toMatchObject({ code: 'TE_INPUT_INVALID' });
  });
});
