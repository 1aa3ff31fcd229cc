import { expect } from 'vitest';
import { rulesOf, type Advisory } from '../advisory.ts';
import { honest } from '../forge.ts';

export const advisory: Advisory = {
  ids: ['CVE-2025-54369', 'GHSA-m837-g268-mmv7'],
  package: '@node-saml/node-saml',
  fault: 'a few characters of the user could be cut from a signed assertion',
  async check(means) {
    const { good } = means;
    for (const piece of ['<!---->', '<![CDATA[', '<?cut?>', '<!--']) {
      for (let at = 1; at < honest.length; at += 3) {
        const rules = await rulesOf(
          means,
          good.replace(`>${honest}<`, `>${honest.slice(0, at)}${piece}${honest.slice(at)}<`),
        );
        expect(rules[0]).toMatch(/^XML-/);
      }
    }
    for (let at = 1; at < honest.length; at += 1) {
      expect(await rulesOf(means, good.replace(`>${honest}<`, `>${honest.slice(0, at)}<`))).toContain('SIG-DIGEST');
    }
  },
};
