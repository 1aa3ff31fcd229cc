import { expect } from 'vitest';
import { rulesOf, type Advisory } from '../advisory.ts';
import { envelope } from '../forge.ts';

export const advisory: Advisory = {
  ids: ['GHSA-6mj3-qw4j-hgrw'],
  package: 'xmldom',
  fault: 'raw text of HTML amplified the output',
  async check(means) {
    // Never parsed as HTML: a script or style element is an element like another.
    for (const name of ['script', 'style', 'textarea', 'title']) {
      expect(
        await rulesOf(means, envelope(means.good, '', `<${name} xmlns="http://www.w3.org/1999/xhtml">`.repeat(2_000))),
      ).toEqual(['XML-READ']);
    }
  },
};
