import { describe, expect, it } from 'vitest';

import { outboxCommand } from '../../src/cli/outbox.ts';
import { depositStates, dossierStates, isFinal, type DossierStatus } from '../../src/index.ts';
import type { DepositState } from '../../src/transport/index.ts';

/** Written out by hand: a state that is added to the type and not here does not compile. */
const deposits: Readonly<Record<DepositState, boolean>> = {
  queued: false,
  sending: false,
  accepted: false,
  delayed: false,
  delivered: false,
  processed: true,
  visible: true,
  rejected: true,
  undeliverable: true,
  expired: true,
};

const dossiers: Readonly<Record<DossierStatus['state'], true>> = {
  exists: true,
  absent: true,
  incomplete: true,
  ambiguous: true,
  closed: true,
  unknown: true,
};

describe('the words of the states', () => {
  it('are there for every state of a deposit, different, and say which are the last', () => {
    expect(Object.keys(depositStates).sort()).toEqual(Object.keys(deposits).sort());
    const rows = Object.values(depositStates);
    expect(new Set(rows.map(({ label }) => label)).size).toBe(rows.length);
    for (const { label, sentence } of rows) {
      expect(label).toMatch(/^[A-ZÀÉ][^.]{2,14}$/);
      expect(sentence).toMatch(/^[A-Z].*\.$/);
    }
    for (const [state, final] of Object.entries(deposits)) expect(isFinal(state as DepositState)).toBe(final);
  });

  it('are there for every state of a dossier', () => {
    expect(Object.keys(dossierStates).sort()).toEqual(Object.keys(dossiers).sort());
    const rows = Object.values(dossierStates);
    expect(new Set(rows.map(({ label }) => label)).size).toBe(rows.length);
    for (const { sentence } of rows) expect(sentence).toMatch(/^[A-Z].*\.$/);
  });

  it.each(['done', '', 'toString', null])('are not made up for %j', (word) => {
    expect(() => isFinal(word as never)).toThrow(expect.objectContaining({ code: 'TE_INPUT_INVALID' }));
  });

  it('are those of the command line', async () => {
    let printed = '';
    const io = { out: (text: string) => (printed += text), err: () => undefined } as never;
    expect(await outboxCommand(['--help'], io)).toBe(0);
    expect(printed).toContain(Object.keys(deposits).join(', '));
  });
});
