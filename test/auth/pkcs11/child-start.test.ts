import type { ChildProcess } from 'node:child_process';
import { EventEmitter } from 'node:events';
import { PassThrough } from 'node:stream';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import type { ChildRequest } from '../../../src/auth/pkcs11/protocol.ts';

/** A process that only keeps what it is started with and told. */
class SilentChild extends EventEmitter {
  readonly channel = { unref: () => undefined };
  readonly pins = Object.assign(new PassThrough(), { unref: () => undefined });
  readonly stdio = [null, null, null, null, this.pins];
  readonly messages: ChildRequest[] = [];
  unref(): void {}
  kill(): boolean {
    return true;
  }
  send(message: ChildRequest): boolean {
    this.messages.push(message);
    queueMicrotask(() => this.emit('message', { id: message.id, ok: true, value: undefined }));
    return true;
  }
}

const started: { child: SilentChild; options: Record<string, unknown> }[] = [];
const processes = {
  fork: (_file: string, _args: string[], options: Record<string, unknown>): ChildProcess => {
    const child = new SilentChild();
    started.push({ child, options });
    return child as unknown as ChildProcess;
  },
};
type ChildBackend = typeof import('../../../src/auth/pkcs11/child-backend.ts').childBackend;
let childBackend: ChildBackend;

// Test files share their modules: the file under test is read anew, beside the others.
beforeAll(async () => {
  vi.resetModules();
  vi.doMock('node:child_process', () => processes);
  ({ childBackend } = await import('../../../src/auth/pkcs11/child-backend.ts'));
});
afterAll(() => {
  vi.doUnmock('node:child_process');
  vi.resetModules();
});

describe('the child of the card', () => {
  beforeEach(() => {
    started.length = 0;
  });
  const start = () => {
    const backend = childBackend(fileURLToPath(import.meta.url), {}, () => undefined);
    const [first] = started;
    if (!first) throw new Error('no process was started');
    return { backend, ...first };
  };

  it('opens no window on Windows, and shares no stream with the host', () => {
    expect(start().options).toMatchObject({
      windowsHide: true,
      execArgv: [],
      stdio: ['ignore', 'ignore', 'ignore', 'ipc', 'pipe'],
    });
  });

  it('is told of a PIN by message, and given it by the pipe, which zeroes the bytes', async () => {
    const { backend, child } = start();
    const pin = Buffer.from(new ArrayBuffer(4));
    pin.write('7391');
    const passed: string[] = [];
    child.pins.write = ((chunk: Uint8Array, done: () => void) => {
      passed.push(Buffer.from(chunk).toString());
      done();
      return true;
    }) as typeof child.pins.write;

    await backend.call({ op: 'login', pin }, 1_000);
    expect(passed).toEqual(['7391']);
    expect(child.messages).toEqual([{ id: 1, request: { op: 'login', pin: null }, pinBytes: 4 }]);
    expect([...pin]).toEqual([0, 0, 0, 0]);
  });

  it('is told that a pad asks the PIN by its absence', async () => {
    const { backend, child } = start();
    await backend.call({ op: 'login', pin: null }, 1_000);
    expect(child.messages).toEqual([{ id: 1, request: { op: 'login', pin: null } }]);
    expect(child.pins.readableLength).toBe(0);
  });
});
