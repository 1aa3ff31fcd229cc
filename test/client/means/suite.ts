import { X509Certificate } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { simulatorDescriptor } from '../../../src/platform/index.ts';
import type { TerrESanteClient } from '../../../src/client/model.ts';
import { letter, openScene, other, patient, type Means, type PluggedIn, type Scene } from './scene.ts';
import { structureOf } from './local.ts';

const cells = ['status', 'deposit', 'renewal', 'lost', 'never another', 'signal, deadline'] as const;
type Cell = (typeof cells)[number];

const attribute = (xml: string, name: string): string =>
  new RegExp(`Name="${name}"><saml2:AttributeValue>([^<]*)`).exec(xml)?.[1] ?? '';
const element = (xml: string, name: string): string => new RegExp(`<saml2:${name}[^>]*>([^<]*)<`).exec(xml)?.[1] ?? '';
const moment = (xml: string, name: string): number => Date.parse(new RegExp(`${name}="([^"]+)"`).exec(xml)?.[1] ?? '');

/**
 * Every means does status and deposit through a client, against a simulator that verifies each
 * assertion; renewed, lost, refused to another professional, and given up while it is renewed.
 */
export function meansSuite(means: readonly Means[], judge?: (scene: Scene) => void): void {
  const matrix = new Map<string, Set<Cell>>(means.map(({ name }) => [name, new Set()]));
  afterAll(() => print(matrix));

  describe.each(means)('a client by $name', ({ name, open }) => {
    let scene: Scene;
    let plugged: PluggedIn;
    let te: TerrESanteClient;
    const passed = (cell: Cell): void => void matrix.get(name)?.add(cell);
    const status = (): Promise<unknown> => te.dossier.status(patient, { refresh: true });
    const last = (): string => scene.assertions.at(-1) ?? '';

    beforeAll(async () => {
      scene = await openScene(structureOf);
      plugged = await open(scene);
      te = scene.client(plugged);
    }, 120_000);
    afterAll(async () => {
      await te.close();
      await plugged.close();
      await scene.close();
    });

    it('asks the state of a dossier, in an assertion that says how the doctor logged in', async () => {
      expect(te.checkConfig().findings.filter(({ severity }) => severity === 'error')).toEqual([]);
      await expect(status()).resolves.toMatchObject({ state: 'exists' });

      const xml = last();
      const { hierarchy } = scene.world.simulator;
      const signer = plugged.declared.signer === 'card' ? hierarchy.professional : hierarchy.structure;
      expect(element(xml, 'NameID')).toBe(scene.nationalId);
      expect(attribute(xml, 'Authentification_Mode')).toBe(plugged.declared.mode);
      expect(element(xml, 'AuthnContextClassRef')).toBe(plugged.declared.contextClass);
      expect(element(xml, 'AuthnContextDecl')).toBe(
        plugged.declared.mode === 'INDIRECTE_RENFORCEE' ? 'APP_BROWSER_AUTH' : '',
      );
      const certificate = /<ds:X509Certificate>([^<]*)/.exec(xml)?.[1] ?? '';
      expect(new X509Certificate(Buffer.from(certificate, 'base64')).fingerprint256).toBe(
        new X509Certificate(signer.signature.certDer).fingerprint256,
      );

      const since = plugged.loggedInAt();
      if (since !== null) expect(moment(xml, 'AuthnInstant')).toBe(Math.floor(since / 1000) * 1000);
      passed('status');
    }, 60_000);

    it('deposits a document, which the registry takes in the name of the doctor', async () => {
      const receipt = await te.documents.depositLetter(patient, letter);
      const done = await te.outbox.wait(receipt.uniqueId, { timeoutMs: 60_000 });
      expect(done).toMatchObject({ channel: 'xds', state: 'processed' });
      expect(scene.world.simulator.dossier(patient.localId)?.documents).toMatchObject([
        { uniqueId: receipt.uniqueId, author: scene.nationalId },
      ]);
      passed('deposit');
    }, 90_000);

    it('is renewed before the assertion or the login ends', async () => {
      await status();
      const first = last();
      const renewals = plugged.renewed();
      // Less than the minute before its end, at which an assertion is replaced.
      const lifetimeMs = simulatorDescriptor.vihf.lifetimeSeconds.value * 1000;
      scene.advance(lifetimeMs - 30_000);
      await plugged.beforeRenewal?.();
      expect(scene.runtime.clock.now()).toBeLessThan(moment(first, 'NotOnOrAfter'));

      await expect(status()).resolves.toMatchObject({ state: 'exists' });
      expect(moment(last(), 'IssueInstant')).toBeGreaterThan(moment(first, 'IssueInstant'));
      if (plugged.beforeRenewal) expect(plugged.renewed()).toBeGreaterThan(renewals ?? 0);
      scene.resetClock();
      passed('renewal');
    }, 60_000);

    it('says what the doctor must do when the login is lost, and sends nothing', async () => {
      await plugged.back();
      await status();
      await plugged.lose();
      const sent = scene.assertions.length;

      const error: unknown = await status().catch((caught: unknown) => caught);
      expect(error).toMatchObject({ retryable: false, message: expect.stringMatching(plugged.lost.message) });
      expect((error as { code: string }).code).toMatch(new RegExp(`^${plugged.lost.code}`));
      await expect(status()).rejects.toMatchObject({
        code: expect.stringMatching(new RegExp(`^${plugged.lost.code}`)),
      });
      expect(scene.assertions).toHaveLength(sent);

      await plugged.back();
      await expect(status()).resolves.toMatchObject({ state: 'exists' });
      passed('lost');
    }, 60_000);

    it('never serves another professional', async () => {
      await status();
      const sent = scene.assertions.length;
      const another = te.as(scene.colleague, { auth: plugged.auth });

      if (plugged.means === 'software-certificate') {
        // The structure signs for all of its professionals, each by name.
        await another.dossier.status(other).catch(() => undefined);
        const named = scene.assertions.slice(sent).map((xml) => element(xml, 'NameID'));
        expect(named).toEqual([`8${scene.colleague.rpps ?? ''}`]);
      } else {
        for (const call of [() => another.dossier.status(other), () => another.documents.list(other)]) {
          await expect(call()).rejects.toMatchObject({
            code: 'TE_IDENTITY_MISMATCH',
            retryable: false,
            message: expect.stringMatching(/[Cc]arte|session/),
          });
        }
        expect(scene.assertions).toHaveLength(sent);
      }

      // What they share stays open for the one who goes on.
      await another.close();
      await expect(status()).resolves.toMatchObject({ state: 'exists' });
      passed('never another');
    }, 60_000);

    it('is given up at the signal and at the deadline while it is renewed, and then goes on', async () => {
      const release = await plugged.stall();
      scene.advance(3_600_000 - 30_000);
      const sent = scene.assertions.length;
      await expect(te.dossier.status(patient, { refresh: true, timeoutMs: 20 })).rejects.toMatchObject({
        code: 'TE_TIMEOUT',
      });

      const controller = new AbortController();
      const call = te.dossier.status(patient, { refresh: true, signal: controller.signal });
      controller.abort();
      await expect(call).rejects.toMatchObject({ code: 'TE_CANCELLED' });
      expect(scene.assertions).toHaveLength(sent);

      release();
      scene.resetClock();
      await expect(status()).resolves.toMatchObject({ state: 'exists' });
      passed('signal, deadline');
    }, 60_000);

    it('shows no secret, no token and no name of the doctor in what it logs', () => {
      const all = scene.log.join('\n');
      expect(scene.log.length).toBeGreaterThan(0);
      for (const secret of [...plugged.secrets(), scene.nationalId, scene.user.familyName]) {
        // Four digits stand in many an identifier and duration: a PIN is looked for as a word.
        const isShort = /^\d{4,6}$/.test(secret);
        if (isShort) expect(all).not.toMatch(new RegExp(`(?<![0-9a-f.-])${secret}(?![0-9a-f-])`));
        else expect(all).not.toContain(secret);
      }
      judge?.(scene);
    });
  });
}

/** The matrix means × what was shown; an empty place is one that did not pass. */
function print(matrix: ReadonlyMap<string, ReadonlySet<Cell>>): void {
  const width = Math.max(...[...matrix.keys()].map(({ length }) => length));
  const lines = [...matrix].map(
    ([name, done]) =>
      `${name.padEnd(width)} | ${cells.map((cell) => (done.has(cell) ? 'x' : ' ').padEnd(cell.length)).join(' | ')}`,
  );
  process.stdout.write(`\n${' '.repeat(width)} | ${cells.join(' | ')}\n${lines.join('\n')}\n\n`);
}
