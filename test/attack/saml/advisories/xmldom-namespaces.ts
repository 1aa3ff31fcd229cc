import { expect } from 'vitest';
import { rulesOf, type Advisory } from '../advisory.ts';

export const advisory: Advisory = {
  ids: ['GHSA-965w-775f-mr7g'],
  package: 'xmldom',
  fault: 'many namespace declarations took quadratic memory',
  async check(means) {
    const many = Array.from({ length: 50_000 }, (_, index) => ` xmlns:p${index}="urn:${index}"`).join('');
    expect(await rulesOf(means, means.good.replace(' xmlns:saml2=', `${many} xmlns:saml2=`))).toEqual(['XML-READ']);
    const nested = Array.from({ length: 5_000 }, (_, index) => `<p${index}:a xmlns:p${index}="urn:${index}">`).join('');
    expect(await rulesOf(means, nested + means.good)).toEqual(['XML-READ']);
  },
};
