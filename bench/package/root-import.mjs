// What a program pays at its start. Wall time is what the user waits; processor time is the same on
// a busy machine. The best of many starts is compared with the best of the empty program: what
// others do on the machine only adds.
import { spawnSync } from 'node:child_process';
import { median } from '../lib/race.mjs';

const root = new URL('../../', import.meta.url).pathname;
const rounds = 31;
const report = ";process.on('exit',()=>{const{user,system}=process.cpuUsage();console.log((user+system)/1000)})";

function cold(type, code) {
  const start = process.hrtime.bigint();
  const { status, stdout } = spawnSync(process.execPath, [`--input-type=${type}`, '-e', code + report], {
    cwd: root,
    encoding: 'utf8',
  });
  if (status !== 0) throw new Error(`failed: ${code}`);
  return { wall: Number(process.hrtime.bigint() - start) / 1e6, cpu: Number(stdout) };
}

export async function run() {
  const starts = ['terr-esante-sdk', 'terr-esante-sdk/identity'].flatMap((path) => [
    { path, how: 'import', type: 'module', code: `await import('${path}')`, runs: [] },
    { path, how: 'require', type: 'commonjs', code: `require('${path}')`, runs: [] },
  ]);
  const bare = { module: [], commonjs: [] };
  // One after the other in each round, each beside its own empty program.
  for (let round = 0; round < rounds; round += 1)
    for (const { type, code, runs } of starts) {
      bare[type].push(cold(type, ''));
      runs.push(cold(type, code));
    }
  const middle = (runs, key) => median(runs.map((one) => one[key]));
  const least = (runs, key) => Math.min(...runs.map((one) => one[key]));
  return starts.flatMap(({ path, how, type, runs }) =>
    ['wall', 'cpu'].map((key) => {
      const floor = least(bare[type], key);
      const middles = middle(runs, key) / middle(bare[type], key);
      return {
        name: `${how} ${path}: ${key === 'cpu' ? 'processor' : 'wall'} time more`,
        value: least(runs, key) - floor,
        unit: 'ms',
        baseline: `best over bare node ${floor.toFixed(1)} ms; ratio of the medians ${middles.toFixed(2)}`,
        ratio: least(runs, key) / floor,
        goal: path === 'terr-esante-sdk' ? 'at most 1.15 times bare node' : null,
      };
    }),
  );
}
