import { beforeAll, describe, expect, it } from 'vitest';

import { bundleSource } from '../../../scripts/bundle-source.mjs';
import { farSideProgram, runWireFaults } from '../../helpers/wire-faults.ts';

let farSide: string;
beforeAll(async () => {
  farSide = await bundleSource('wire-faults-far-side', farSideProgram);
});

// The long form: `npm run faults:wires`.
describe.each([
  ['clear', false],
  ['over TLS', true],
] as const)('300 calls over lines that fail in every way (%s)', (_line, tls) => {
  it('end, tell the truth of each deposit, and leave no connection', { timeout: 240_000 }, async () => {
    const run = await runWireFaults({ farSide, calls: 300, seed: 7, tls, deadlineMs: 800 });
    expect(run.wrong).toEqual([]);
    expect(run.connections).toBeGreaterThan(20);
    expect(Object.values(run.outcomes).reduce((sum, times) => sum + times, 0)).toBe(300);
    for (const name of ['deposit: ok', 'query: ok', 'retrieve: ok']) expect(run.outcomes).toHaveProperty(name);
    if (run.files) expect(run.files.after).toBeLessThanOrEqual(run.files.before);
  });
});
