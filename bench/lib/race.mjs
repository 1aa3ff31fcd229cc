/** CPU milliseconds (user and system) of one call; for what runs in this process. */
export async function cpuMs(work) {
  const before = process.cpuUsage();
  await work();
  const { user, system } = process.cpuUsage(before);
  return (user + system) / 1000;
}

export function median(values) {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)];
}

/**
 * Races that are fair on a busy machine: every contender once per round, in turn, so that a slow
 * moment hits all alike. Returns the median CPU milliseconds of each.
 */
export async function race(contenders, { rounds = 9, warmup = 2 } = {}) {
  const names = Object.keys(contenders);
  const times = Object.fromEntries(names.map((name) => [name, []]));
  for (let round = 0; round < warmup + rounds; round += 1) {
    for (const name of names) {
      const spent = await cpuMs(contenders[name]);
      if (round >= warmup) times[name].push(spent);
    }
  }
  return Object.fromEntries(names.map((name) => [name, median(times[name])]));
}
