/**
 * A host program for `pin-memory.test.ts`: logs in on a card, then waits while its memory and that
 * of its child are read. The PIN comes masked (each byte XOR 0x55) and is bytes all along: that it
 * is nowhere to be found is the doing of the provider alone.
 */
import { createPkcs11Provider } from '../../../src/auth/index.ts';

const {
  library = '',
  childFile = '',
  card = '',
  masked = '',
  isolation,
} = JSON.parse(process.argv[2] ?? '{}') as {
  readonly library?: string;
  readonly childFile?: string;
  readonly card?: string;
  readonly masked?: string;
  readonly isolation?: 'child-process' | 'in-process';
};

const length = masked.length / 2;
const provider = createPkcs11Provider({
  library,
  childFile,
  childEnv: { TE_TEST_TOKEN: card },
  isolation,
  pinLength: [length, length],
  pollMs: 0,
  onPinRequired: () => {
    const pin = new Uint8Array(new ArrayBuffer(length));
    Buffer.from(masked, 'hex').forEach((byte, index) => {
      pin[index] = byte ^ 0x55;
    });
    return pin;
  },
});

process.on('disconnect', () => void provider.close());
void provider.login().then(() => process.send?.('logged in'));
