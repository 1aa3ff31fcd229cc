import { EventEmitter } from 'node:events';
import { describe, expect, it } from 'vitest';
import { stopSignal, type StoppableProcess } from '../../src/cli/stop-signal.ts';

class Program extends EventEmitter implements StoppableProcess {
  readonly platform: NodeJS.Platform;
  readonly channel: StoppableProcess['channel'];
  unrefs = 0;

  constructor(platform: NodeJS.Platform, isForked = false) {
    super();
    this.platform = platform;
    this.channel = isForked ? { unref: () => void (this.unrefs += 1) } : null;
  }
}

describe('what ends a command that runs until it is stopped', () => {
  it.each([
    ['linux', 'SIGINT'],
    ['linux', 'SIGTERM'],
    ['darwin', 'SIGTERM'],
    ['win32', 'SIGINT'],
    ['win32', 'SIGBREAK'],
    ['win32', 'SIGHUP'],
  ] as const)('%s: %s', (platform, name) => {
    const program = new Program(platform);
    const signal = stopSignal(program);
    expect(signal.aborted).toBe(false);
    program.emit(name);
    expect(signal.aborted).toBe(true);
  });

  it('leaves SIGHUP to nohup where it exists', () => {
    const program = new Program('linux');
    stopSignal(program);
    expect(program.listenerCount('SIGHUP')).toBe(0);
  });

  it('the end of the parent that forked it, which does not keep a short command', () => {
    const program = new Program('win32', true);
    const signal = stopSignal(program);
    expect(program.unrefs).toBe(1);
    program.emit('disconnect');
    expect(signal.aborted).toBe(true);
  });

  it('has no channel to listen to when it was not forked', () => {
    const program = new Program('win32');
    stopSignal(program);
    expect(program.listenerCount('disconnect')).toBe(0);
  });
});
