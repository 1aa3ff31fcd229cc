import { fork } from 'node:child_process';
import { join } from 'node:path';
import { here } from '../../internal/here.cjs';
import { timedOut, type Backend } from './backend.ts';
import { Pkcs11Failure } from './failure.ts';
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
  // Electron runs a forked file as an application unless told otherwise.
  if (process.versions['electron'] !== undefined) env['ELECTRON_RUN_AS_NODE'] = '1';
  return { ...env, ...extra };
}

/** The file that tsc wrote beside this one, in either format. */
export function defaultChildFile(): string {
  return join(here, '..', 'auth', 'pkcs11', 'child.js');
}

interface Waiting {
  readonly op: string;
  readonly resolve: (value: unknown) => void;
  readonly reject: (failure: Pkcs11Failure) => void;
}

/**
 * The engine in a process of its own. `onEnd` is told once when that process ends without being
 * asked.
 */
export function childBackend(
  file: string,
  env: Readonly<Record<string, string>>,
  onEnd: (exit: string) => void,
): Backend {
  const child = fork(file, [], {
    serialization: 'advanced',
    execArgv: [],
    stdio: ['ignore', 'ignore', 'ignore', 'ipc'],
    env: childEnvironment(env),
  });
  // A provider left open does not keep the host alive; a call in flight does, by its timer.
  child.unref();
  child.channel?.unref();

  const waiting = new Map<number, Waiting>();
  let nextId = 1;
  let ended = false;

  const end = (exit: string, expected: boolean): void => {
    if (ended) return;
    ended = true;
    for (const { op, reject } of waiting.values()) {
      reject(new Pkcs11Failure({ step: op, reason: 'process-ended', exit }));
    }
    waiting.clear();
    if (!expected) onEnd(exit);
  };
  const destroy = (exit: string, expected: boolean): void => {
    end(exit, expected);
    child.kill('SIGKILL');
  };

  child.on('message', (message) => {
    const reply = message as ChildReply;
    const call = waiting.get(reply.id);
    if (!call) return;
    waiting.delete(reply.id);
    if (reply.ok) call.resolve(reply.value);
    else call.reject(new Pkcs11Failure(reply));
  });
  child.on('error', () => destroy('error', false));
  child.on('exit', (code, signal) => end(signal ?? String(code), false));

  const call = async <R extends EngineRequest>(request: R, timeoutMs: number): Promise<EngineReplies[R['op']]> => {
    if (ended) throw new Pkcs11Failure({ step: request.op, reason: 'process-ended', exit: 'closed' });
    const id = nextId++;
    let timer: NodeJS.Timeout | undefined;
    try {
      return (await new Promise<unknown>((resolve, reject) => {
        waiting.set(id, { op: request.op, resolve, reject });
        timer = setTimeout(() => {
          waiting.delete(id);
          reject(timedOut(request.op));
          destroy('deadline', false);
        }, timeoutMs);
        const message: ChildRequest = { id, request };
        // A closed channel is reported here, and `exit` rejects the call.
        child.send(message, (error) => {
          if (error) destroy('channel', false);
        });
      })) as EngineReplies[R['op']];
    } finally {
      clearTimeout(timer);
    }
  };

  return {
    call,
    destroy: () => destroy('closed', true),
    async close(timeoutMs) {
      if (ended) return;
      await call({ op: 'close' }, timeoutMs).catch(() => undefined);
      destroy('closed', true);
    },
  };
}
