import { expect } from 'vitest';
import { rulesOf, type Advisory } from '../advisory.ts';

export const advisory: Advisory = {
  ids: ['CVE-2022-37616', 'GHSA-9pgh-qqpf-7wqj'],
  package: 'xmldom',
  fault: 'names of Object.prototype could be written to through a document',
  async check(means) {
    const before = Object.getOwnPropertyNames(Object.prototype).length;
    for (const name of ['__proto__', 'constructor', 'prototype', 'hasOwnProperty', 'toString']) {
      expect(await rulesOf(means, means.good.replace(' Version=', ` ${name}="x" Version=`))).toContain('SIG-DIGEST');
      expect(await rulesOf(means, means.good.replace('Name="VIHF_Version"', `Name="${name}"`))).toContain('SIG-DIGEST');
      expect(await rulesOf(means, `<${name}>${means.good}</${name}>`)).toEqual(['SAML-PLACE']);
    }
    expect(Object.getOwnPropertyNames(Object.prototype)).toHaveLength(before);
  },
};
