import { randomBytes } from 'node:crypto';
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { runInNewContext } from 'node:vm';

import { openPostgresStore, openSpoolStore } from '../../src/transport/index.ts';

const folders: string[] = [];
afterEach(() => {
  for (const made of folders.splice(0)) rmSync(made, { recursive: true, force: true });
});
function folder(): string {
  const made = mkdtempSync(join(tmpdir(), 'spool-key-'));
  folders.push(made);
  return made;
}

const text = 'unPassphraseLongueDe32Caracteres';
const refused = { code: 'TE_CONFIG_INVALID', details: { argument: 'key' } };

describe('the key of an outbox', () => {
  it.each<[string, unknown]>([
    ['a text of 32 characters', text],
    ['an object of length 32', { length: 32 }],
    ['an array of 32 numbers', [...randomBytes(32)]],
    ['an ArrayBuffer', new ArrayBuffer(32)],
    ['a view of words', new Uint16Array(32).map((_, index) => index)],
    ['a view of the same length', new DataView(new ArrayBuffer(32))],
    ['null', null],
    ['a number', 32],
    ['nothing in it', new Uint8Array()],
    ['31 bytes', randomBytes(31)],
    ['33 bytes', randomBytes(33)],
    ['64 hexadecimal digits', randomBytes(32).toString('hex')],
    ['zeros', new Uint8Array(32)],
    ['one byte again and again', Buffer.alloc(32, 0xff)],
    ['bytes whose buffer was given away', detached()],
  ])('is refused when it is %s', async (_name, key) => {
    const where = folder();
    const wrong = key as Uint8Array;
    await expect(openSpoolStore({ folder: where, key: wrong })).rejects.toMatchObject(refused);
    await expect(openSpoolStore({ folder: where, key: wrong, readOnly: true })).rejects.toMatchObject(refused);
    await expect(openPostgresStore({ connectionString: 'postgresql://x', key: wrong })).rejects.toMatchObject(refused);
    expect(readdirSync(where)).toEqual([]);
  });

  it('is not repeated in the error', async () => {
    const error = await openSpoolStore({ folder: folder(), key: text as unknown as Uint8Array }).catch(
      (reason: unknown) => reason,
    );
    expect(JSON.stringify(error) + String(error)).not.toContain(text.slice(0, 8));
  });

  it('may be bytes of another realm, a part of a buffer, or bytes that the host wipes afterwards', async () => {
    const foreign = runInNewContext('Uint8Array.from({ length: 32 }, (_, index) => index)') as Uint8Array;
    await (await openSpoolStore({ folder: folder(), key: foreign })).close();

    const where = folder();
    const pool = randomBytes(64);
    const key = pool.subarray(16, 48);
    const again = Buffer.from(key);
    const store = await openSpoolStore({ folder: where, key });
    key.fill(0);
    await store.close();
    await (await openSpoolStore({ folder: where, key: again })).close();
  });
});

function detached(): Uint8Array {
  const bytes = new Uint8Array(32).map((_, index) => index);
  structuredClone(bytes.buffer, { transfer: [bytes.buffer] });
  return bytes;
}
