import { afterEach, describe, expect, it, vi } from 'vitest';

import { TerrESanteError } from '../../src/errors.ts';
import { secretOf } from '../../src/transport/mss/credentials.ts';
import { tooLarge } from '../../src/transport/mss/deposit-message.ts';

afterEach(() => vi.useRealTimers());

describe('a provider of a token', () => {
  const never = (): Promise<never> => new Promise(() => undefined);

  it('that never answers is not taken for a mail server that is silent', async () => {
    vi.useFakeTimers();
    const asked = expect(secretOf('credentials.token.provider', never, {})).rejects.toMatchObject({
      code: 'TE_AUTHN_REQUIRED',
      details: { reason: 'no-answer' },
    });
    await vi.advanceTimersByTimeAsync(60_000);
    await asked;
  });

  it('is waited for no longer than a deadline of the caller, which is then the reason', async () => {
    await expect(secretOf('x', never, { timeoutMs: 5 })).rejects.toMatchObject({ code: 'TE_TIMEOUT' });
  });

  it('that says itself what is late is believed', async () => {
    const late = new TerrESanteError('TE_TIMEOUT', 'Pro Santé Connect ne répond pas.');
    await expect(secretOf('x', () => Promise.reject(late), {})).rejects.toBe(late);
  });
});

describe('the refusal of a message that is too large', () => {
  it('gives sizes that a person can read, however small, and the reply', () => {
    expect(tooLarge(39_105, 20_000).message).toBe(
      'Le message est trop grand pour la messagerie : 39,1 ko une fois codé, pour 20 ko au plus, soit environ 14,6 ko de fichiers.',
    );
    expect(tooLarge(12_300_000, null, 552)).toMatchObject({
      message: 'Le message est trop grand pour la messagerie : 12,3 Mo une fois codé.',
      details: { smtpCode: 552 },
    });
  });
});
