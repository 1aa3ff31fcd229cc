import { afterEach, beforeAll } from 'vitest';

import { makeMailPki, type MailPki } from './mail-pki.ts';

/** What tests of mail servers share: certificates, and what each test opens. */
export interface MailScene {
  readonly pki: MailPki;
  /** Closed after the test, the first one first. */
  readonly open: { close(): Promise<void> }[];
}

/** To be called once, at the head of a file of tests. */
export function mailScene(): MailScene {
  const open: MailScene['open'] = [];
  let pki: MailPki | undefined;
  beforeAll(() => {
    pki = makeMailPki();
  });
  afterEach(async () => {
    for (const item of open.splice(0)) await item.close();
  });

  return {
    open,
    get pki() {
      if (!pki) throw new Error('certificates are made before the first test');
      return pki;
    },
  };
}
