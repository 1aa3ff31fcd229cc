import { expect, it } from 'vitest';

import { input, scene } from './scene.ts';

// RFC 8628, section 3.5: `slow_down` adds five seconds to the interval.
it('a poll of CIBA slows down when told to', async () => {
  const { psc, provider } = await scene();
  psc.slowDown();
  const waiting = (await provider.startCiba(input)).wait();
  await psc.approve();
  await waiting;
  expect(psc.tokenRequests).toEqual(['slow_down', 'urn:openid:params:grant-type:ciba']);
});
