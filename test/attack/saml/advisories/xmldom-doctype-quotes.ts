import { expect } from 'vitest';
import { rulesOf, type Advisory } from '../advisory.ts';

export const advisory: Advisory = {
  ids: ['CVE-2021-21366', 'GHSA-h6q6-9hqw-rwfv'],
  package: 'xmldom',
  fault: 'quotes in a DOCTYPE came out other than they went in',
  async check(means) {
    for (const doctype of [
      `<!DOCTYPE a PUBLIC '-//"//' 'x'>`,
      '<!DOCTYPE a SYSTEM "x">',
      '<!DOCTYPE a []>',
      '<!DOCTYPE a>',
      '<!doctype a>',
      ' <!DOCTYPE a>',
    ]) {
      expect(await rulesOf(means, doctype + means.good)).toEqual(['XML-READ']);
    }
  },
};
