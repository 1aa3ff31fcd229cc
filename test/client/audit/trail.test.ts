import { expect, it } from 'vitest';
import { AuditTrail } from '../../../src/client/audit/trail.ts';
import { systemRuntime } from '../../../src/internal/runtime.ts';
import { fictiveConfig } from '../../../src/simulator/index.ts';

const access = { startedAt: '2026-01-01T00:00:00Z', binding: 'soap-ihe', purpose: 'normal', patient: null } as const;

it('what could not be written is written before anything else is done, by calls that come together too', async () => {
  const lines: string[] = [];
  let isBroken = true;
  let open = (): void => undefined;
  const gate = new Promise<void>((resolve) => {
    open = resolve;
  });
  const journal = {
    write: async ({ action }: { action: string }) => {
      if (isBroken) throw new Error('full');
      await gate;
      lines.push(action);
    },
  };
  const trail = new AuditTrail(fictiveConfig(), systemRuntime, journal);
  for (const action of ['first', 'second']) {
    await expect(trail.succeeded({ ...access, action }, 'c')).rejects.toMatchObject({ code: 'TE_AUDIT' });
  }
  await expect(trail.require()).rejects.toMatchObject({ code: 'TE_AUDIT', retryable: true });

  isBroken = false;
  const seen: (readonly string[])[] = [];
  const calls = [1, 2, 3].map(() => trail.require().then(() => seen.push([...lines])));
  open();
  await Promise.all(calls);
  expect(seen).toEqual(Array.from({ length: 3 }, () => ['first', 'second']));
  await trail.require();
  expect(lines).toEqual(['first', 'second']);
});
