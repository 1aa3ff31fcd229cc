import { expect } from 'vitest';
import { readXml } from '../../../../src/internal/xml/index.ts';
import { rulesOf, type Advisory } from '../advisory.ts';

export const advisory: Advisory = {
  ids: ['CVE-2022-39353', 'GHSA-crh6-fp67-6883'],
  package: 'xmldom',
  fault: 'a text with several roots became one document',
  async check(means) {
    for (const document of [
      means.good + means.good,
      `${means.good}<a/>`,
      `<a/>${means.good}`,
      `${means.good}text`,
      `text${means.good}`,
    ]) {
      expect((await rulesOf(means, document))[0]).toMatch(/^XML-READ|SAML-COUNT|SAML-PLACE$/);
    }
    for (const text of ['<a/><b/>', '<a></a><b></b>', 'x<a/>', '<a/>x']) {
      expect(() => readXml(text)).toThrow(expect.objectContaining({ code: 'TE_XML_INVALID' }));
    }
  },
};
