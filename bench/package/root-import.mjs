import { spawnSync } from 'node:child_process';
import { median } from '../lib/race.mjs';

const root = new URL('../../', import.meta.url).pathname;
function coldMs(code) {
  const start = process.hrtime.bigint();
  const { status } = spawnSync(process.execPath, ['--input-type=module', '-e', code], { cwd: root });
  if (status !== 0) throw new Error(`failed: ${code}`);
  return Number(process.hrtime.bigint() - start) / 1e6;
}

export async function run() {
  const paths = ['terr-esante-sdk', 'terr-esante-sdk/identity'];
  const bare = [];
  const times = Object.fromEntries(paths.map((path) => [path, []]));
  for (let round = 0; round < 15; round += 1) {
    bare.push(coldMs(''));
    for (const path of paths) times[path].push(coldMs(`await import('${path}')`));
  }
  const floor = median(bare);
  return paths.map((path) => {
    const value = median(times[path]);
    return {
      name: `cold start with import of ${path}`,
      value,
      unit: 'ms',
      baseline: `bare node ${floor.toFixed(1)} ms, ${(value - floor).toFixed(1)} ms more`,
      ratio: value / floor,
      goal: path === 'terr-esante-sdk' ? 'at most 30 ms more' : null,
    };
  });
}
