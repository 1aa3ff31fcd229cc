import { expect } from 'vitest';
import { rulesOf, type Advisory } from '../advisory.ts';
import { asVictim, sha256 } from '../forge.ts';

export const advisory: Advisory = {
  ids: ['CVE-2025-29775'],
  package: 'xml-crypto',
  fault: 'a comment in DigestValue hid the digest that was signed from the one that was compared',
  async check(means) {
    const { good } = means;
    const claimed = /<ds:DigestValue>([^<]*)/.exec(good)?.[1] ?? '';
    const forged = asVictim(good);
    const actual = sha256(forged.replace(/<ds:Signature .*<\/ds:Signature>/, ''));
    for (const value of [`<!--${actual}-->${claimed}`, `${actual}<!--${claimed}-->`, `<!--${claimed}-->${actual}`]) {
      expect(await rulesOf(means, forged.replace(/<ds:DigestValue>[^<]*/, `<ds:DigestValue>${value}`))).toEqual([
        'XML-READ',
      ]);
    }
  },
};
