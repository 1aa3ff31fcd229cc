import { describe, expect, it } from 'vitest';

import { bytesSource } from '../../src/internal/bytes.ts';
import { createMemoryStore, createOutbox, type DepositReceipt } from '../../src/transport/index.ts';
import { shownAddress } from '../../src/transport/receipt/shown-address.ts';
import { fixtureSubmission, senderAddress } from './fixtures.ts';

const ins = '184059912345656';

describe('the mailbox of a receipt', () => {
  it.each([
    [`${ins}@patient.mssante.fr`, '***@patient.mssante.fr'],
    [`${ins}@PATIENT.mssante.fr`, '***@PATIENT.mssante.fr'],
    ['quelqu.un@patient.mssante.fr', '***@patient.mssante.fr'],
    ['2840599A2345656@essai.mssante.fr', '***@essai.mssante.fr'],
    ['1840599123456@test.mssante.fr', '***@test.mssante.fr'],
    ['secretariat@cabinet.mssante.fr', 'secretariat@cabinet.mssante.fr'],
    ['0612345678@cabinet.mssante.fr', '0612345678@cabinet.mssante.fr'],
    ['documents@patient.mssante.fr.example', 'documents@patient.mssante.fr.example'],
  ])('of %s is shown as %s', (address, shown) => {
    expect(shownAddress(address)).toBe(shown);
  });

  it('hides the INS in what is returned, listed and told', async () => {
    const told: DepositReceipt[] = [];
    const outbox = createOutbox({
      store: createMemoryStore(),
      carrier: {
        compose: async (_, identifiers) => ({
          ...identifiers,
          envelope: { from: senderAddress, to: `${ins}@patient.mssante.fr` },
          byteLength: 1,
          content: bytesSource(Buffer.from('x')),
        }),
        send: async () => ({ smtpCode: 250, enhancedStatus: null }),
      },
      senderDomain: 'cabinet.mssante.fr',
      pollMs: 2,
      onChange: (receipt) => told.push(receipt),
    });
    const receipt = await outbox.deposit(fixtureSubmission({ uniqueId: '1.1' }));
    await expect.poll(async () => (await outbox.status('1.1'))?.state).toBe('accepted');

    expect(receipt.recipients[0]?.address).toBe('***@patient.mssante.fr');
    for await (const listed of outbox.list()) told.push(listed);
    expect(told.length).toBeGreaterThan(2);
    expect(JSON.stringify([receipt, told])).not.toContain(ins);
    await outbox.close();
  });
});
