import { expect } from 'vitest';
import { createVihf } from '../../../../src/auth/index.ts';
import { fixedRuntime, providerOf, vihfInput } from '../../../auth/vihf-fixtures.ts';
import type { Advisory } from '../advisory.ts';

export const advisory: Advisory = {
  ids: ['GHSA-jxjr-3g7g-3944', 'GHSA-3px3-54cx-rmw9'],
  package: 'xmldom',
  fault: 'a line end let a name past its check',
  async check(means) {
    // Nothing of ours is written by xmldom: names are constants, and what is not is refused before
    // writing.
    const card = await providerOf(means.pki.professional.signature);
    for (const element of ['a\n><b', 'a\n', '\na', 'a\u2028b', 'a\r\n']) {
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
