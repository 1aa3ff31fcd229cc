import { readSync } from 'node:fs';
import type { Socket } from 'node:net';
import { secretBytes } from '../../internal/secret-bytes.ts';
import { Pkcs11Failure } from './failure.ts';

/**
 * Place of the pipe among the descriptors of the child, after the three usual ones and the channel
 * of messages. A PIN never goes by message: what serialises messages keeps copies that nobody can
 * zero.
 */
const pinDescriptor = 4;

/** How the child is started, so that the pipe is where both sides look for it. */
export const childStdio: ('ignore' | 'ipc' | 'pipe')[] = ['ignore', 'ignore', 'ignore', 'ipc', 'pipe'];

/** The pipe, on the side of the host, which it does not keep alive. */
export function pinPipe(stdio: readonly unknown[]): Socket {
  const pipe = stdio[pinDescriptor] as Socket;
  // The end of the child is told by its exit.
  pipe.on('error', () => undefined);
  pipe.unref();
  return pipe;
}

/**
 * Gives the PIN to the child. The system reads the caller's own memory, which is zeroed when that
 * is done; what lies in the pipe is the system's until the child has read it.
 */
export function sendPin(pipe: Socket, pin: Uint8Array): void {
  pipe.write(pin, () => pin.fill(0));
}

/**
 * Takes the PIN out of the pipe, in the child. It was written before the message that announces it.
 *
 * @throws Pkcs11Failure the host ended
 */
export function receivePin(length: number): Uint8Array {
  const pin = secretBytes(length);
  let done = 0;
  while (done < length) {
    const read = readSync(pinDescriptor, pin, done, length - done, null);
    if (read === 0) throw new Pkcs11Failure({ step: 'login', reason: 'unexpected' });
    done += read;
  }
  return pin;
}
