import type { ChildProcess } from 'node:child_process';

/**
 * What a far side in another process writes: `READY` with its address, then one line of JSON for
 * each request.
 *
 * @param log - gets the lines of JSON
 * @returns the address; `null` when the process ended before
 */
export function announcedAddress(child: ChildProcess, log: unknown[]): Promise<string | null> {
  return new Promise((resolve) => {
    let rest = '';
    child.on('exit', () => resolve(null));
    child.stdout?.on('data', (chunk: Buffer) => {
      const lines = (rest + chunk.toString('utf8')).split('\n');
      rest = lines.pop() ?? '';
      for (const line of lines) {
        const [, address] = /^READY (\S+)/.exec(line) ?? [];
        if (address !== undefined) resolve(address);
        else if (line.startsWith('{')) log.push(JSON.parse(line));
      }
    });
  });
}
