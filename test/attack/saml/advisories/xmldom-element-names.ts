import { expect } from 'vitest';
import { createVihf } from '../../../../src/auth/index.ts';
import { fixedRuntime, providerOf, vihfInput } from '../../../auth/vihf-fixtures.ts';
import type { Advisory } from '../advisory.ts';

export const advisory: Advisory = {
  ids: ['GHSA-4w3w-2rp5-g8jm', 'GHSA-w2rr-34g9-rvrj'],
  package: 'xmldom',
  fault: 'names of elements and attributes were written unchecked',
  async check(means) {
    // Nothing of ours is written by xmldom: names are constants, and what is not is refused before
    // writing.
    const card = await providerOf(means.pki.professional.signature);
    for (const element of ['a><b', 'a b="c"', '', '1a', 'a:b', 'x/']) {
      await expect(
        createVihf(
          vihfInput({
            attributes: [
              {
                name: 'x',
                values: [{ element, code: 'c', codeSystem: '1.2.3', codeSystemName: 'n', displayName: 'd' }],
              },
            ],
          }),
          card,
          { runtime: fixedRuntime() },
        ),
      ).rejects.toMatchObject({ code: 'TE_INPUT_INVALID' });
    }
  },
};
