import { expect } from 'vitest';
import { rulesOf, type Advisory } from '../advisory.ts';

export const advisory: Advisory = {
  ids: ['GHSA-vr34-hp96-76pp'],
  package: 'xmldom',
  fault: 'a line end let a DOCTYPE identifier past its check',
  async check(means) {
    for (const end of ['\n', '\r', '\u2028', '\u2029']) {
      expect(await rulesOf(means, `<!DOCTYPE x PUBLIC "a${end}>" "b${end}">${means.good}`)).toEqual(['XML-READ']);
    }
  },
};
