import { fork, type ChildProcess, type ForkOptions } from 'node:child_process';
import { existsSync } from 'node:fs';
import type { Socket } from 'node:net';
import { ownFile } from '../../internal/own-file.ts';
import { within } from '../../internal/wait.ts';
import { timedOut, type Backend } from './backend.ts';
import { exitName } from './exit-name.ts';
import { Pkcs11Failure } from './failure.ts';
import { childStdio, pinPipe, sendPin } from './pin-pipe.ts';
import type { ChildReply, ChildRequest, EngineReplies, EngineRequest } from './protocol.ts';

/**
 * What system libraries and card services read; nothing else of the host's environment reaches the
 * child.
 */
const inherited = [
  'ALLUSERSPROFILE',
  'CommonProgramFiles',
  'HOME',
  'LANG',
  'LC_ALL',
  'LD_LIBRARY_PATH',
  'LOCALAPPDATA',
  'PCSCLITE_CSOCK_NAME',
  'ProgramData',
  'ProgramFiles',
  'SystemDrive',
  'SystemRoot',
  'TEMP',
  'TMP',
  'TMPDIR',
  'USERPROFILE',
  'windir',
] as const;

export function childEnvironment(
  extra: Readonly<Record<string, string>>,
  from: Readonly<Record<string, string | undefined>> = process.env,
): Record<string, string> {
  const env: Record<string, string> = {};

  for (const name of inherited) {
    const value = from[name];
    if (value !== undefined) env[name] = value;
  }

  // Electron runs a forked file as an application without this variable.
  if (process.versions['electron'] !== undefined) env['ELECTRON_RUN_AS_NODE'] = '1';
  return { ...env, ...extra };
}

interface Waiting {
  readonly op: string;
  readonly resolve: (value: unknown) => void;
  readonly reject: (failure: Pkcs11Failure) => void;
}

/** One child process with the engine, and the calls that wait for its replies. */
class ChildBackend implements Backend {
  readonly token = null;
  readonly #child: ChildProcess;
  readonly #pins: Socket;
  readonly #onEnd: (exit: string) => void;
  readonly #waiting = new Map<number, Waiting>();
  #nextId = 1;
  #ended = false;

  constructor(file: string, env: Readonly<Record<string, string>>, onEnd: (exit: string) => void) {
    this.#onEnd = onEnd;
    // `fork` passes on what `spawn` takes; its types do not say so.
    const options: ForkOptions & { readonly windowsHide: boolean } = {
      serialization: 'advanced',
      execArgv: [],
      stdio: childStdio,
      env: childEnvironment(env),
      // Windows would open a console window beside the host's.
      windowsHide: true,
    };
    this.#child = fork(file, [], options);
    this.#pins = pinPipe(this.#child.stdio);

    // A provider left open does not keep the host alive; a call in flight does, by its timer.
    this.#child.unref();
    this.#child.channel?.unref();

    this.#child.on('message', (message) => this.#onReply(message as ChildReply));
    this.#child.on('error', () => this.#destroy('error', false));
    this.#child.on('exit', (code, signal) => this.#end(exitName(code, signal), false));
  }

  async call<R extends EngineRequest>(request: R, timeoutMs: number): Promise<EngineReplies[R['op']]> {
    if (this.#ended) throw new Pkcs11Failure({ step: request.op, reason: 'process-ended', exit: 'closed' });

    const id = this.#nextId++;
    const reply = new Promise<unknown>((resolve, reject) => {
      this.#waiting.set(id, { op: request.op, resolve, reject });
      this.#send(this.#message(id, request));
    });
    return (await within(reply, timeoutMs, () => this.#expire(id, request.op))) as EngineReplies[R['op']];
  }

  destroy(): void {
    this.#destroy('closed', true);
  }

  async close(timeoutMs: number): Promise<void> {
    if (this.#ended) return;

    await this.call({ op: 'close' }, timeoutMs).catch(() => undefined);
    this.destroy();
  }

  /** A PIN goes first, by its own pipe; the message only announces it. */
  #message(id: number, request: EngineRequest): ChildRequest {
    if (request.op !== 'login' || !request.pin) return { id, request };

    const pinBytes = request.pin.length;
    sendPin(this.#pins, request.pin);
    return { id, request: { op: 'login', pin: null }, pinBytes };
  }

  #send(message: ChildRequest): void {
    // A closed channel is reported here, and the end of the process rejects the call.
    this.#child.send(message, (error) => {
      if (error) this.#destroy('channel', false);
    });
  }

  #onReply(reply: ChildReply): void {
    const call = this.#waiting.get(reply.id);
    if (!call) return;

    this.#waiting.delete(reply.id);
    if (reply.ok) call.resolve(reply.value);
    else call.reject(new Pkcs11Failure(reply));
  }

  /** The library does not answer: nothing but the end of its process frees the reader. */
  #expire(id: number, op: string): Pkcs11Failure {
    this.#waiting.delete(id);
    this.#destroy('deadline', false);
    return timedOut(op);
  }

  #destroy(exit: string, expected: boolean): void {
    this.#end(exit, expected);
    this.#child.kill('SIGKILL');
  }

  #end(exit: string, expected: boolean): void {
    if (this.#ended) return;
    this.#ended = true;

    for (const { op, reject } of this.#waiting.values()) {
      reject(new Pkcs11Failure({ step: op, reason: 'process-ended', exit }));
    }
    this.#waiting.clear();
    this.#pins.destroy();

    if (!expected) this.#onEnd(exit);
  }
}

/**
 * The engine in a process of its own. `onEnd` is called once when that process ends without being
 * asked.
 *
 * @param childFile - Absolute path of the entry of that process; `undefined`: the published one.
 * @throws Pkcs11Failure `child-missing`: a bundler left the file behind, or the path is wrong
 */
export function childBackend(
  childFile: string | undefined,
  env: Readonly<Record<string, string>>,
  onEnd: (exit: string) => void,
): Backend {
  const file = childFile ?? ownFile('pkcs11-child');
  if (file === null || !existsSync(file)) {
    throw new Pkcs11Failure({ step: 'fork', reason: 'child-missing', detail: file });
  }

  return new ChildBackend(file, env, onEnd);
}
