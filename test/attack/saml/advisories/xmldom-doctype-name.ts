import { expect } from 'vitest';
import { rulesOf, type Advisory } from '../advisory.ts';

export const advisory: Advisory = {
  ids: ['GHSA-27p8-2357-5qqv'],
  package: 'xmldom',
  fault: 'the name of a DOCTYPE was not checked when written',
  async check(means) {
    for (const name of ['x><y', 'x [', 'x\n', '']) {
      expect(await rulesOf(means, `<!DOCTYPE ${name}>${means.good}`)).toEqual(['XML-READ']);
    }
  },
};
