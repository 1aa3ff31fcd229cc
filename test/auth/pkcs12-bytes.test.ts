import { expect, it } from 'vitest';
import { createPkcs12Provider } from '../../src/auth/index.ts';

const refused = expect.objectContaining({ code: 'TE_INPUT_INVALID' }) as Error;

function letGo(bytes: Uint8Array<ArrayBuffer>): void {
  structuredClone(bytes.buffer, { transfer: [bytes.buffer] });
}

it('refuses a proxy that was revoked in place of the file', async () => {
  const { proxy, revoke } = Proxy.revocable(new Uint8Array(8), {});
  revoke();
  await expect(createPkcs12Provider({ pfx: proxy, password: 'x' })).rejects.toEqual(refused);
});

it('refuses bytes that were given away, before or while the password is asked for', async () => {
  const before = new Uint8Array(8);
  letGo(before);
  await expect(createPkcs12Provider({ pfx: before, password: 'x' })).rejects.toEqual(refused);

  const during = new Uint8Array(8);
  const password = async (): Promise<string> => {
    letGo(during);
    return 'x';
  };
  await expect(createPkcs12Provider({ pfx: during, password })).rejects.toEqual(refused);
});
