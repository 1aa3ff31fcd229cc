import type { MockFault } from './model.ts';
import type { MockState } from './state.ts';

/** A function that a script may make fail. */
export type FaultyFunction = MockFault['on'];

/** The fault to play at this call, consumed; a fault that waits counts the call instead. */
export function takeFault(faults: MockState['faults'], name: FaultyFunction): MockFault | undefined {
  for (const entry of faults) {
    if (entry.fault.on !== name) continue;

    if (entry.after > 0) {
      entry.after -= 1;
      continue;
    }
    if (entry.times === 0) continue;

    entry.times -= 1;
    return entry.fault;
  }

  return undefined;
}

/** Blocks this thread for good, as a library that hangs does. */
export function forever(): never {
  for (;;) Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0);
}

/** Ends this process, as a library that crashes does. */
export function crash(): never {
  if (process.platform === 'win32') process.abort();

  process.kill(process.pid, 'SIGSEGV');
  return forever();
}
