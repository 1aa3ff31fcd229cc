import {
  createOtpProvider,
  createPkcs12Provider,
  type Pkcs11Provider,
  type SessionProvider,
  type SigningProvider,
} from '../../../src/auth/index.ts';
import { createOtpSimulator } from '../../../src/simulator/index.ts';
import { createMockCard } from '../../../src/testing/index.ts';
import { TerrESanteError } from '../../../src/errors.ts';
import type { World } from '../world.ts';
import { password, pin, type Means, type PluggedIn, type Scene } from './scene.ts';
import { createGate } from './gate.ts';

const classes = 'urn:oasis:names:tc:SAML:2.0:ac:classes:';
export const reinforced = (name: string): PluggedIn['declared'] => ({
  mode: 'INDIRECTE_RENFORCEE',
  contextClass: `${classes}${name}`,
  signer: 'structure',
});
export const direct: PluggedIn['declared'] = {
  mode: 'DIRECTE',
  contextClass: `${classes}SmartcardPKI`,
  signer: 'card',
};

/** The certificate of the structure, in a PKCS#12 file. */
export function structureOf({ simulator }: World): Promise<SigningProvider> {
  const { pfx, password: secret } = simulator.hierarchy.structure.signature;
  return createPkcs12Provider({ pfx, password: secret });
}

/** A signer whose signatures can be made to hang, as those of a key server may. */
export function stallable(real: SigningProvider): {
  readonly signer: SigningProvider;
  readonly stall: () => () => void;
} {
  const gate = createGate();
  return {
    signer: {
      kind: real.kind,
      certificates: (call) => real.certificates(call),
      sign: async (...all) => {
        await gate.pass();
        return real.sign(...all);
      },
      close: async () => real.close?.(),
    },
    stall: gate.stall,
  };
}

/** A prompt for the PIN that can be left unanswered. */
export function pinPrompt(): { readonly ask: () => Promise<Uint8Array>; readonly stall: () => () => void } {
  const gate = createGate();
  return {
    ask: async () => {
      await gate.pass();
      return new TextEncoder().encode(pin);
    },
    stall: gate.stall,
  };
}

/** What a card does, whatever library plays it. */
export function cardMeans(
  card: Pkcs11Provider,
  prompt: ReturnType<typeof pinPrompt>,
  reader: { remove(): void; insert(): void; close(): Promise<void> },
): PluggedIn {
  let isOut = false;
  return {
    means: 'cps',
    auth: card,
    declared: direct,
    loggedInAt: () => card.loggedInAt,
    renewed: () => null,
    lose: async () => {
      reader.remove();
      isOut = true;
    },
    lost: { code: 'TE_CARD', message: /carte/i },
    back: async () => {
      if (isOut) reader.insert();
      isOut = false;
    },
    // A card that was logged out asks for the PIN, and nobody types it.
    stall: async () => {
      await card.logout();
      return prompt.stall();
    },
    secrets: () => [pin],
    close: () => reader.close(),
  };
}

const mockCard: Means = {
  name: 'carte CPS (carte simulée)',
  isQuick: true,
  open: async ({ world, runtime }) => {
    const prompt = pinPrompt();
    const mock = await createMockCard({ cards: [world.simulator.hierarchy.professional], pin });
    const card = mock.provider({ onPinRequired: prompt.ask, runtime, pollMs: 0 });
    return cardMeans(card, prompt, {
      remove: () => mock.remove(),
      insert: () => mock.insert(),
      close: () => mock.close(),
    });
  },
};

const structureFile: Means = {
  name: 'PKCS#12 de la structure',
  open: async ({ structure, advance, resetClock }) => {
    const { signer, stall } = stallable(await structure());
    const years = 5 * 365 * 86_400_000;
    return {
      means: 'software-certificate',
      auth: signer,
      declared: { mode: 'INDIRECTE', contextClass: `${classes}TLSClient`, signer: 'structure' },
      loggedInAt: () => null,
      renewed: () => null,
      // Nobody logs in: what is lost is the certificate, with its time.
      lose: async () => advance(years),
      lost: { code: 'TE_CERTIFICATE_INVALID', message: /certificat/i },
      back: async () => resetClock(),
      stall,
      secrets: () => [],
      close: async () => undefined,
    };
  },
};

const oneTimeCode: Means = {
  name: 'code à usage unique',
  isQuick: true,
  open: async ({ nationalId, runtime, structure }) => {
    const user = { identifier: nationalId, password };
    const far = createOtpSimulator({ users: [user], runtime });
    const provider = createOtpProvider({ transport: far.transport, allowed: true, runtime });
    const { signer, stall } = stallable(await structure());
    const secrets = new Set<string>([password]);
    let logins = 0;

    const logIn = async (): Promise<void> => {
      const step = await provider.begin(user);
      if (step.kind === 'challenge') await step.complete(far.lastCode(nationalId) ?? '');
      secrets.add(await provider.accessToken());
      logins += 1;
    };
    await logIn();
    return {
      means: 'one-time-code',
      auth: { session: provider, signer },
      declared: reinforced('MobileTwoFactorUnregistered'),
      loggedInAt: () => provider.session?.authnInstant ?? null,
      // A code needs the user: the software asks for it before the session ends.
      beforeRenewal: logIn,
      renewed: () => logins,
      lose: () => provider.end(),
      lost: { code: 'TE_AUTHN_REQUIRED', message: /reconnectez-vous avec votre mot de passe et un nouveau code/ },
      back: logIn,
      stall,
      secrets: () => [...secrets],
      close: async () => undefined,
    };
  },
};

/** A session that the host's own server holds, given by a function. */
const ownSession: Means = {
  name: "session d'un serveur de l'éditeur",
  open: async ({ nationalId, runtime, structure }) => {
    const { signer, stall } = stallable(await structure());
    const open = (): SessionProvider => {
      const instant = runtime.clock.now();
      return {
        kind: 'proxy-e-sante',
        accessToken: async () => 'canari-jeton',
        login: async () => ({ subject: nationalId, instant, method: 'e-cps' }),
      };
    };
    let current: SessionProvider | null = open();
    const lost = new TerrESanteError('TE_AUTHN_REQUIRED', 'Session expirée : reconnectez-vous.');
    return {
      means: 'ecps',
      auth: { session: () => current, signer },
      declared: reinforced('MobileTwoFactorUnregistered'),
      loggedInAt: () => null,
      renewed: () => null,
      lose: async () => {
        current = { kind: 'proxy-e-sante', accessToken: () => Promise.reject(lost), login: () => Promise.reject(lost) };
      },
      lost: { code: 'TE_AUTHN_REQUIRED', message: /reconnectez-vous/ },
      back: async () => {
        current = open();
      },
      stall,
      secrets: () => ['canari-jeton'],
      close: async () => undefined,
    };
  },
};

export const localMeans: readonly Means[] = [mockCard, structureFile, oneTimeCode, ownSession];
export type { Scene };
