import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { inspect } from 'node:util';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import * as library from 'oidc-provider';
import {
  createOtpProvider,
  createPkcs11Provider,
  createProSanteConnectProvider,
  type OtpTransport,
  type PinAnswer,
} from '../../../src/auth/index.ts';
import { createPscSimulator, type OpenIdServerLibrary } from '../../../src/simulator/index.ts';
import { createTestHierarchy, fictiveProfessional } from '../../../src/testing/index.ts';
import { createHttpClient, type HttpClient } from '../../../src/transport/index.ts';
import { childPids } from '../../helpers/child-pids.mjs';
import { skipBecause } from '../../helpers/require-tool.ts';
import { createSoftToken, softhsmLibrary } from '../../helpers/softhsm-token.mjs';
import { backEnds, compileChild } from './child-file.ts';

/** Everything that a person or a program could read afterwards. */
class Sinks {
  text = '';
  readonly #restore: (() => void)[] = [];

  open(): void {
    for (const stream of [process.stdout, process.stderr]) {
      const spy = vi.spyOn(stream, 'write').mockImplementation((chunk: unknown) => {
        this.text += String(chunk);
        return true;
      });
      this.#restore.push(() => spy.mockRestore());
    }
    for (const name of ['log', 'info', 'warn', 'error', 'debug'] as const) {
      const spy = vi.spyOn(console, name).mockImplementation((...values: unknown[]) => this.see(...values));
      this.#restore.push(() => spy.mockRestore());
    }
  }
  close(): void {
    for (const restore of this.#restore.splice(0)) restore();
  }
  see(...values: unknown[]): void {
    for (const value of values) {
      this.text += inspect(value, { depth: 12, showHidden: true, getters: true });
      this.text += JSON.stringify(value, (_key, inner: unknown) => (typeof inner === 'bigint' ? String(inner) : inner));
      if (value instanceof Error) this.text += `${value.stack ?? ''}${String(value.cause)}`;
    }
  }
  /** Runs a work that is expected to fail, and keeps what its error shows. */
  async fails(work: Promise<unknown>): Promise<void> {
    const error = await work.then(
      () => new Error('a failure was expected'),
      (caught: unknown) => caught,
    );
    expect(error).toMatchObject({ code: expect.stringMatching(/^TE_/) });
    this.see(error);
  }
}

const before = process.env['TMPDIR'];
let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'te-canary-'));
  process.env['TMPDIR'] = folder;
});
afterAll(() => {
  if (before === undefined) delete process.env['TMPDIR'];
  else process.env['TMPDIR'] = before;
  rmSync(folder, { recursive: true, force: true });
});

const files = (): string =>
  readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => `${entry.name}\n${readFileSync(join(entry.parentPath, entry.name)).toString('latin1')}`)
    .join('\n');
const own = (): string => JSON.stringify([process.argv, process.execArgv, process.env]);

function expectAbsent(text: string, canaries: readonly string[]): void {
  for (const canary of canaries) {
    expect(canary.length).toBeGreaterThanOrEqual(8);
    for (const form of [
      canary,
      Buffer.from(canary).toString('base64'),
      Buffer.from(canary).toString('hex'),
      encodeURIComponent(canary),
    ]) {
      expect(text.includes(form), `a canary of ${canary.length} characters was found`).toBe(false);
    }
  }
}

const skip =
  (softhsmLibrary === null && skipBecause('not installed: softhsm2')) ||
  (!existsSync('/proc/self/task') && skipBecause('children are found through /proc'));

describe('nothing secret is left behind', () => {
  it.skipIf(skip).each(backEnds)('by the card, through $name', async ({ module }) => {
    const pin = '739146028517';
    const wrong = '739146028518';
    const familyName = 'CANARIFAMILLE';
    const sinks = new Sinks();
    const hierarchy = await createTestHierarchy({ professional: { ...fictiveProfessional(), familyName } });
    const token = createSoftToken({ ...hierarchy.professional, pin });
    const childFile = await compileChild();
    let answer: () => PinAnswer = () => pin;
    sinks.open();
    const provider = createPkcs11Provider({
      library: token.library,
      childFile,
      childEnv: token.env,
      module,
      pinLength: [12, 12],
      onPinRequired: () => answer(),
      onEvent: (event) => sinks.see(event),
    });
    try {
      answer = () => wrong;
      await sinks.fails(provider.login());
      answer = () => {
        throw new Error(`saisie de ${pin}`);
      };
      await sinks.fails(provider.login());
      answer = () => `${pin}0`;
      await sinks.fails(provider.login());
      answer = () => Buffer.from(pin);
      await provider.sign('rsa-sha256', Buffer.from('à signer'));
      sinks.see(provider);
      const [pid] = childPids(childFile);
      for (const name of ['cmdline', 'environ']) sinks.text += readFileSync(`/proc/${pid}/${name}`, 'utf8');
      token.remove();
      await sinks.fails(provider.sign('rsa-sha256', Buffer.from('à signer')));
      await sinks.fails(provider.sign('rsa-sha256', Buffer.from('à signer')));
      await provider.close();
      await sinks.fails(provider.login());
    } finally {
      sinks.close();
      await provider.close();
    }
    const key = hierarchy.professional.signature.keyPem.split('\n').slice(1, 6);
    expect(sinks.text).toContain('card-removed');
    expectAbsent(sinks.text, [pin, wrong, familyName, fictiveProfessional().nationalId, ...key]);
    expectAbsent(own() + files(), [pin, wrong, ...key]);
    token.close();
  });

  it('by the one-time code', async () => {
    const canaries = [
      'CANARI-identifiant',
      'CANARI-mot-de-passe',
      'CANARIcode77',
      'CANARI-handle',
      'CANARI-credential',
      'CANARI-sujet',
    ];
    const [identifier = '', password = '', code = '', handle = '', credential = '', subject = ''] = canaries;
    const sinks = new Sinks();
    const now = Date.now();
    const challenge = { kind: 'challenge', handle, channel: 'sms', expiresAt: now + 1000 } as const;
    const leak = (input: object): never => {
      throw new Error(`POST ${JSON.stringify(input)}`);
    };
    let mode: 'ok' | 'leak' | 'refuse' = 'ok';
    const answered = <T>(input: object, value: T): T | { kind: 'refused'; reason: 'code-invalid' } => {
      if (mode === 'leak') leak(input);
      return mode === 'refuse' ? { kind: 'refused', reason: 'code-invalid' } : value;
    };
    const session = {
      kind: 'session',
      subject,
      expiresAt: now + 60_000,
      authnInstant: now,
      method: 'sms',
      credential,
    } as const;
    const transport: OtpTransport = {
      begin: async (input) => answered(input, challenge),
      resend: async (input) => answered(input, challenge),
      complete: async (input) => answered(input, session),
      end: async (input) => leak(input),
    };
    sinks.open();
    const provider = createOtpProvider({ transport, allowed: true });
    try {
      mode = 'leak';
      await sinks.fails(provider.begin({ identifier, password }));
      mode = 'ok';
      const step = await provider.begin({ identifier, password });
      if (step.kind !== 'challenge') throw new Error('a challenge was expected');
      sinks.see(step);
      mode = 'leak';
      await sinks.fails(step.complete(code));
      mode = 'ok';
      const again = await provider.begin({ identifier, password });
      if (again.kind !== 'challenge') throw new Error('a challenge was expected');
      mode = 'refuse';
      await sinks.fails(again.complete(code));
      mode = 'ok';
      await again.complete(code);
      sinks.see(provider);
      await sinks.fails(provider.end());
    } finally {
      sinks.close();
    }
    // The subject is what the host asked for: it is in the session, and nowhere else.
    expectAbsent(sinks.text.replaceAll(/subject: '[^']*'|"subject":"[^"]*"/g, ''), canaries);
    expectAbsent(own() + files(), canaries);
  });

  it('by Pro Santé Connect', async () => {
    const secret = 'CANARI-secret-du-client-0123456789';
    const seen = new Set<string>();
    const sinks = new Sinks();
    const hierarchy = await createTestHierarchy();
    const redirectUri = 'https://lps.example/retour';
    sinks.open();
    const psc = await createPscSimulator({
      library: library as OpenIdServerLibrary,
      hierarchy,
      clientSecret: secret,
      redirectUri,
    });
    const plain = createHttpClient({ ca: hierarchy.caPem });
    let leak = false;
    // Keeps every token that goes over the wire, and may fail with all of them in its message.
    const http: Pick<HttpClient, 'send'> = {
      async send(request) {
        const sent = Buffer.from((request.body as Uint8Array | undefined) ?? []).toString();
        if (leak) throw new Error(`${sent} ${JSON.stringify(request.headers)}`);
        const answer = await plain.send(request);
        if (/token$/.test(request.url)) {
          for (const value of Object.values(
            JSON.parse(Buffer.from(answer.body).toString()) as Record<string, unknown>,
          )) {
            if (typeof value === 'string' && value.length > 20) seen.add(value);
          }
        }
        for (const name of ['code', 'code_verifier', 'refresh_token']) {
          const value = new URLSearchParams(sent).get(name);
          if (value !== null) seen.add(value);
        }
        return answer;
      },
    };
    const provider = createProSanteConnectProvider({
      server: { issuer: psc.issuer, discoveryUrl: psc.discoveryUrl },
      client: { id: 'lps-fictif', authentication: 'basic', secret },
      http,
      redirectUri,
    });
    try {
      const { url, transaction } = await provider.authorize();
      const back = await psc.browse(url);
      const session = await provider.complete(back, transaction);
      sinks.see(session.acr, JSON.stringify(session), provider);
      sinks.text += inspect(session, { depth: 1, showHidden: true });
      await session.accessToken({ renew: true });
      await sinks.fails(provider.complete(back, transaction));
      await sinks.fails(provider.complete(back, { ...transaction, state: 'autre' }));
      leak = true;
      await sinks.fails(session.accessToken({ renew: true }));
      await sinks.fails(
        provider.startCiba({ nationalId: fictiveProfessional().nationalId, bindingMessage: 'code 42' }),
      );
      leak = false;
      psc.endSessions();
      await sinks.fails(session.accessToken({ renew: true }));
      await session.close();
    } finally {
      sinks.close();
      await plain.close();
      await psc.close();
    }
    expect(seen.size).toBeGreaterThanOrEqual(5);
    expectAbsent(sinks.text, [secret, ...seen]);
    expectAbsent(own() + files(), [secret, ...seen]);
  });
});
