import { verify, X509Certificate } from 'node:crypto';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { createPkcs11Provider, type Pkcs11Provider, type Pkcs11ProviderOptions } from '../../../src/auth/index.ts';
import { loadModule } from '../../../src/auth/pkcs11/run-request.ts';
import { createMockCard, createTestHierarchy, type MockCard, type TestHierarchy } from '../../../src/testing/index.ts';
import { skipBecause } from '../../helpers/require-tool.ts';
import { createSoftToken, softhsmLibrary, type SoftToken } from '../../helpers/softhsm-token.mjs';
import { backEnds } from './child-file.ts';

const data = Buffer.from('<ds:SignedInfo>…</ds:SignedInfo>');

/** A provider that notes what its host was asked. */
interface Host {
  readonly provider: Pkcs11Provider;
  readonly asked: string[];
}

type Open = (options: Partial<Pkcs11ProviderOptions>) => Pkcs11Provider;

function host(open: Open, pin: string | (() => Promise<string | null>) = '1234', more: object = {}): Host {
  const asked: string[] = [];
  const provider = open({
    isolation: 'in-process',
    onPinRequired: async ({ reason, pin: state }) => {
      asked.push(`${reason} ${state}`);
      return typeof pin === 'string' ? pin : pin();
    },
    ...more,
  });
  return { provider, asked };
}

const sign = ({ provider }: Host): Promise<Uint8Array> => provider.sign('rsa-sha256', data);
const codeOf = (work: Promise<unknown>): Promise<string> =>
  work.then(
    () => 'ok',
    (error: unknown) => String((error as { code?: unknown }).code),
  );

/** What holds of one token in one process, whatever the library. */
function sharesTheLogin(open: Open): void {
  it('is opened by one PIN for both', async () => {
    const [first, second] = [host(open), host(open)];
    await sign(first);
    await sign(second);
    await sign(first);
    expect([first.asked, second.asked]).toEqual([['login ok'], []]);
    // The time of the login is when the PIN was presented.
    expect(second.provider.loggedInAt).toBe(first.provider.loggedInAt);
    expect(await codeOf(second.provider.practices())).toBe('ok');
  });

  it('is opened by one prompt when both ask at once', async () => {
    const [first, second] = [host(open), host(open)];
    await Promise.all([first.provider.card(), second.provider.card()]);
    await Promise.all([sign(first), sign(second), sign(second), sign(first)]);
    expect([...first.asked, ...second.asked]).toEqual(['login ok']);
  });

  it('stays open for the other when one is closed, either way round', async () => {
    const [first, second, third] = [host(open), host(open), host(open)];
    await sign(first);
    await sign(second);
    await first.provider.close();
    await sign(second);
    await sign(third);
    await third.provider.close();
    await sign(second);
    expect([first.asked, second.asked, third.asked]).toEqual([['login ok'], [], []]);
  });

  it('asks anew once the last one is closed', async () => {
    const [first, second] = [host(open), host(open)];
    await sign(first);
    await sign(second);
    await Promise.all([first.provider.close(), second.provider.close()]);

    const third = host(open);
    await sign(third);
    expect(third.asked).toEqual(['login ok']);
  });

  it('is not logged out by the idle time of one', async () => {
    const [first, second] = [host(open, '1234', { idleTimeoutMs: 20 }), host(open)];
    // The other logs in first: however slow the machine, the idle time cannot come before.
    await sign(second);
    await sign(first);
    await expect.poll(() => first.provider.loggedInAt).toBeNull();
    await sign(second);
    expect([first.asked, second.asked]).toEqual([[], ['login ok']]);
  });

  it('is ended for both when the holder asks for it', async () => {
    const [first, second] = [host(open), host(open)];
    await sign(first);
    await sign(second);
    await first.provider.logout();
    await sign(second);
    expect(second.asked).toEqual(['session-lost ok']);
    await sign(first);
    expect(first.asked).toEqual(['login ok']);
  });

  it('signs with the keys of the new login after the other one logged out and in', async () => {
    const [first, second] = [host(open), host(open)];
    await sign(first);
    await sign(second);
    await first.provider.logout();
    await sign(first);
    await sign(second);
    expect([first.asked, second.asked]).toEqual([['login ok', 'login ok'], []]);
  });
}

describe('two providers of one process on one mock card', () => {
  let card: MockCard;
  const open: Open = (options) => card.provider(options);
  beforeAll(async () => {
    card = await createMockCard();
  });
  afterEach(() => card.close());

  sharesTheLogin(open);
});

describe('a library', () => {
  it('is finalised once, by the last provider that leaves it', async () => {
    const card = await createMockCard();
    const [first, second] = [host((options) => card.provider(options)), host((options) => card.provider(options))];
    await sign(first);
    await sign(second);
    await first.provider.close();
    expect(card.calls).not.toContain('C_Finalize');
    await second.provider.close();
    expect(card.calls.filter((name) => name === 'C_Finalize')).toHaveLength(1);
    expect(card.calls.filter((name) => name === 'C_Logout')).toHaveLength(1);
    await card.close();
  });
});

describe('a wrong PIN of one provider', () => {
  it('is not presented by the other, whose host hears what is left', async () => {
    const card = await createMockCard();
    const open: Open = (options) => card.provider(options);
    const [wrong, right] = [host(open, '9999'), host(open)];
    await Promise.all([wrong.provider.card(), right.provider.card()]);
    const [first, second] = await Promise.all([codeOf(sign(wrong)), codeOf(sign(right))]);
    expect([first, second]).toEqual(['TE_PIN_INCORRECT', 'ok']);
    expect([wrong.asked, right.asked]).toEqual([['login ok'], ['login low']]);
    // The card is open now: the first one needs no PIN, and none of its tries is spent.
    await sign(wrong);
    expect(wrong.asked).toHaveLength(1);
    expect(card.calls.filter((name) => name === 'C_Login')).toHaveLength(2);
    await card.close();
  });

  it('does not reach the card while it is open for another', async () => {
    const card = await createMockCard({ tries: 2 });
    const open: Open = (options) => card.provider(options);
    const [right, wrong] = [host(open), host(open, '9999')];
    await sign(right);
    await sign(wrong);
    await sign(wrong);
    await right.provider.close();
    await sign(wrong);
    await wrong.provider.close();

    const after = host(open);
    await sign(after);
    expect(after.asked).toEqual(['login ok']);
    await card.close();
  });

  it('leaves the turn to the other when its prompt is given up', async () => {
    const card = await createMockCard();
    const open: Open = (options) => card.provider(options);
    const [mute, other] = [host(open, () => new Promise(() => undefined)), host(open)];
    await Promise.all([mute.provider.card(), other.provider.card()]);
    const given = codeOf(mute.provider.sign('rsa-sha256', data, { timeoutMs: 50 }));
    const waiting = sign(other);
    expect(await given).toBe('TE_TIMEOUT');
    await waiting;
    expect(other.asked).toEqual(['login ok']);
    await card.close();
  });
});

describe('a token that another part of the program opens during the prompt', () => {
  it('is open', async () => {
    const card = await createMockCard();
    const one = host(
      (options) => card.provider(options),
      async () => {
        const session = card.module.C_OpenSession(card.module.C_GetSlotList(true)[0]!, 4);
        card.module.C_Login(session, 1, '1234');
        return '1234';
      },
    );
    expect(await sign(one)).toHaveLength(256);
    await one.provider.close();
    expect(card.calls).not.toContain('C_Logout');
    await card.close();
  });
});

describe('a card that denies the login it has', () => {
  it('is given the PIN again', async () => {
    const card = await createMockCard();
    const one = host((options) => card.provider(options));
    await sign(one);
    card.fault({ on: 'C_Sign', do: { ckr: 0x101 } });
    await sign(one);
    expect(one.asked).toEqual(['login ok', 'session-lost ok']);
    await card.close();
  });
});

describe.skipIf(softhsmLibrary === null && skipBecause('not installed: softhsm2')).each(backEnds)(
  'two providers of one process on one SoftHSM2 token, through $name',
  ({ module }) => {
    let hierarchy: TestHierarchy;
    let token: SoftToken;
    const opened: Pkcs11Provider[] = [];
    const before = process.env['SOFTHSM2_CONF'];
    const open: Open = (options) => {
      const provider = createPkcs11Provider({
        library: token.library,
        module,
        onPinRequired: () => '1234',
        ...options,
      });
      opened.push(provider);
      return provider;
    };

    beforeAll(async () => {
      hierarchy = await createTestHierarchy();
      token = createSoftToken({ signature: hierarchy.professional.signature });
      process.env['SOFTHSM2_CONF'] = token.env.SOFTHSM2_CONF;
    });
    afterEach(async () => {
      await Promise.all(opened.splice(0).map((provider) => provider.close()));
    });
    afterAll(() => {
      token.close();
      if (before === undefined) delete process.env['SOFTHSM2_CONF'];
      else process.env['SOFTHSM2_CONF'] = before;
    });

    sharesTheLogin(open);

    it('gives good signatures to both at once', async () => {
      const hosts = [host(open), host(open), host(open)];
      const signatures = await Promise.all(Array.from({ length: 30 }, (_, index) => sign(hosts[index % 3]!)));
      const { publicKey } = new X509Certificate(hierarchy.professional.signature.certDer);
      expect(signatures.every((signature) => verify('sha256', data, publicKey, signature))).toBe(true);
      expect(hosts.flatMap(({ asked }) => asked)).toHaveLength(1);
    });

    it('takes part in a login of the host itself, and leaves it to the host', async () => {
      const mine = await loadModule(module ?? null);
      mine.load(token.library);
      mine.C_Initialize();
      const slot = mine.C_GetSlotList(true).find((id) => {
        try {
          return mine.C_GetSlotInfo(id).flags > 0 && (mine.C_GetTokenInfo(id).flags & 0x400) !== 0;
        } catch {
          return false;
        }
      })!;
      const session = mine.C_OpenSession(slot, 4);
      mine.C_Login(session, 1, mine.pinAsBytes === true ? Buffer.from('1234') : '1234');

      const one = host(open);
      await sign(one);
      await one.provider.logout();
      await sign(one);
      await one.provider.close();
      expect(one.asked).toEqual([]);
      expect(mine.C_GetSessionInfo(session).state).toBe(1);

      mine.C_Finalize();
      mine.close();
    });
  },
);
