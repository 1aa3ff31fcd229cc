// Time from `createSimulator()` to a far side that listens, then to the first signature key.
// usage: npm run build && node scripts/simulator-start.mjs [RUNS]
import { createSimulator } from 'terr-esante-sdk/simulator';

const runs = Number(process.argv[2] ?? 9);
const start = [];
const key = [];

for (let run = 0; run < runs; run += 1) {
  const begin = performance.now();
  const simulator = await createSimulator();
  const ready = performance.now();
  const { certDer } = simulator.hierarchy.professional.signature;
  const signed = performance.now();
  if (certDer.length === 0) throw new Error('no certificate');

  start.push(ready - begin);
  key.push(signed - ready);
  await simulator.close();
}

const [first] = start;
const print = (name, values) => {
  const sorted = [...values].sort((a, b) => a - b);
  const figure = (at) => `${Math.round(sorted[Math.min(at, sorted.length - 1)])} ms`;
  console.log(`${name}: median ${figure(runs >> 1)}, worst ${figure(runs - 1)}`);
};

console.log(`first start of the process: ${Math.round(first)} ms`);
print('createSimulator()', start);
print('first RSA key of a card', key);
