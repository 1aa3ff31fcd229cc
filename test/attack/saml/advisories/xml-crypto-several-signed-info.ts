import { expect } from 'vitest';
import { rulesOf, type Advisory } from '../advisory.ts';
import { asVictim } from '../forge.ts';

export const advisory: Advisory = {
  ids: ['CVE-2025-29774'],
  package: 'xml-crypto',
  fault: 'with several SignedInfo, one was verified and another one read',
  async check(means) {
    const { good } = means;
    const info = /<ds:SignedInfo>.*<\/ds:SignedInfo>/.exec(good)?.[0] ?? '';
    for (const [before, after] of [
      [info, ''],
      ['', info],
    ] as const) {
      expect(
        await rulesOf(
          means,
          asVictim(good).replace(info, `${before}${info.replace('<ds:Reference ', '<ds:Reference ')}${after}`),
        ),
      ).toContain('SIG-SHAPE');
    }
  },
};
