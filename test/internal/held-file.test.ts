import { describe, expect, it } from 'vitest';
import { fileFailure, heldWaitsMs, isSystemError, whenFree, whenFreeSync } from '../../src/internal/held-file.ts';

const canary = 'C:\\Users\\DUPRE Élodie\\lettre.pdf';
const refusal = (code: string): Error =>
  Object.assign(new Error(`${code}: refused, rename '${canary}'`), { code, syscall: 'rename', path: canary });

/** A file that is refused a number of times, and the waits between the tries. */
function heldFor(times: number, code = 'EBUSY'): { tries: number; waits: number[]; open(): string } {
  return {
    tries: 0,
    waits: [],
    open() {
      this.tries += 1;
      if (this.tries <= times) throw refusal(code);
      return 'opened';
    },
  };
}

describe('a file that another program holds', () => {
  it.each(['EBUSY', 'EPERM', 'EACCES'])('%s on Windows: tried again with growing waits', async (code) => {
    const file = heldFor(4, code);
    const pause = async (ms: number): Promise<void> => void file.waits.push(ms);
    expect(await whenFree(async () => file.open(), { platform: 'win32', pause })).toBe('opened');
    expect(file.waits).toEqual(heldWaitsMs.slice(0, 4));
    expect(file.waits.toSorted((a, b) => a - b)).toEqual(file.waits);
  });

  it('gives up after two seconds, with what the system said', async () => {
    const file = heldFor(Infinity);
    const pause = async (ms: number): Promise<void> => void file.waits.push(ms);
    await expect(whenFree(async () => file.open(), { platform: 'win32', pause })).rejects.toMatchObject({
      code: 'EBUSY',
    });
    expect(file.waits.reduce((sum, ms) => sum + ms)).toBe(2_000);
    expect(file.tries).toBe(heldWaitsMs.length + 1);
  });

  it('is not waited for where the system shares files, nor for another refusal', async () => {
    const elsewhere = heldFor(1, 'EACCES');
    await expect(whenFree(async () => elsewhere.open(), { platform: 'linux' })).rejects.toMatchObject({
      code: 'EACCES',
    });
    expect(elsewhere.tries).toBe(1);

    const absent = heldFor(1, 'ENOENT');
    await expect(whenFree(async () => absent.open(), { platform: 'win32' })).rejects.toMatchObject({ code: 'ENOENT' });
    expect(absent.tries).toBe(1);
  });

  it('is given up when the refusal has another reason', async () => {
    const file = heldFor(Infinity, 'EPERM');
    const isOver = async (): Promise<boolean> => file.tries === 2;
    const pause = async (): Promise<void> => undefined;
    await expect(whenFree(async () => file.open(), { platform: 'win32', isOver, pause })).rejects.toThrow();
    expect(file.tries).toBe(2);
  });

  it('is waited for by work that blocks, too', () => {
    const file = heldFor(3);
    const pause = (ms: number): void => void file.waits.push(ms);
    expect(whenFreeSync(() => file.open(), { platform: 'win32', pause })).toBe('opened');
    expect(file.waits).toEqual(heldWaitsMs.slice(0, 3));
    expect(() => whenFreeSync(() => heldFor(1).open(), { platform: 'linux' })).toThrow(/EBUSY/);

    const forEver = heldFor(Infinity);
    expect(() => whenFreeSync(() => forEver.open(), { platform: 'win32', pause })).toThrow(/EBUSY/);
    expect(forEver.tries).toBe(heldWaitsMs.length + 1);
  });
});

describe('the typed failure of a file', () => {
  it.each([
    ['EBUSY', 'win32', true],
    ['EACCES', 'win32', true],
    ['EACCES', 'linux', false],
    ['ENOENT', 'win32', false],
    ['ENOSPC', 'linux', true],
  ] as const)('%s on %s: retryable %s, without the path', (code, platform, retryable) => {
    const failure = fileFailure(refusal(code), platform);
    expect(failure).toMatchObject({ code: 'TE_FILE_ACCESS', retryable, details: { reason: code } });
    expect(failure.message).not.toContain('DUPRE');
    expect(JSON.stringify(failure.details)).not.toContain('DUPRE');
  });

  it('tells a call to the system from another error', () => {
    expect(isSystemError(refusal('ENOENT'))).toBe(true);
    expect(isSystemError(Object.assign(new Error('of ours'), { code: 'TE_INPUT_INVALID' }))).toBe(false);
    expect(isSystemError(undefined)).toBe(false);
  });
});
