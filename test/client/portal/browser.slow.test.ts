import { existsSync, readFileSync } from 'node:fs';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { createServer, type Server } from 'node:tls';

import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import type { Browser, Page } from 'playwright-core';

import type { PortalLaunch } from '../../../src/index.ts';
import { fictivePatient } from '../../../src/testing/index.ts';
import { skipBecause } from '../../helpers/require-tool.ts';
import { createWorld, rppsHolder, submission, type World } from '../world.ts';
import { fhirCases, type FhirCase } from '../../transport/fhir/played-case.ts';
import { navigation, portOf, raw, statusOf, withPortal, type PortalParts } from './portal-scene.ts';

const chromium = '/usr/bin/chromium';
const noBrowser = !existsSync(chromium) && skipBecause('not installed: chromium');
const patient = fictivePatient();
const dossier = { page: 'dossier', patient } as const;
const [portalOrigin, dossierOrigin] = ['https://portal.example', 'https://dossier.example'];

/** Two names of hosts that lead to a port of this machine. */
async function browserTo(port: number): Promise<Browser> {
  const { chromium: browserType } = await import('playwright-core');
  const to = `127.0.0.1:${String(port)}`;
  return browserType.launch({
    executablePath: chromium,
    args: [
      '--no-sandbox',
      '--disable-gpu',
      '--no-first-run',
      '--disable-background-networking',
      '--disable-component-update',
      '--disable-sync',
      `--host-resolver-rules=MAP portal.example:443 ${to},MAP dossier.example:443 ${to}`,
    ],
  });
}

const pageOf = async (browser: Browser): Promise<Page> => {
  const context = await browser.newContext({ ignoreHTTPSErrors: true, locale: 'fr-FR' });
  return context.newPage();
};

const twoHosts: PortalParts = {
  address: `${portalOrigin}/portal/acs`,
  allowedHosts: ['portal.example', 'dossier.example'],
};

let world: World;
beforeAll(async () => {
  world = await createWorld({ portal: { origin: portalOrigin, dossierOrigin } });
  world.simulator.addDossier({ ...patient, members: [rppsHolder] });
});
afterAll(() => world.close());

const launchFor = (window: 'default' | 'embedded', parts: PortalParts = twoHosts): Promise<PortalLaunch> =>
  world.client({ descriptor: withPortal(parts) }).portal.launch(dossier, { window });

/** What an embedded browser does with the form: WebView2 and Electron post the same fields. */
async function post(page: Page, { url, fields }: PortalLaunch): Promise<void> {
  await page.setContent('<form method="post"></form>');
  await Promise.all([
    page.waitForURL((at) => at.protocol === 'https:', { timeout: 60_000 }),
    page.evaluate(
      `(([action, fields]) => {
        const form = document.querySelector('form');
        form.action = action;
        for (const [name, value] of Object.entries(fields)) {
          form.append(Object.assign(document.createElement('input'), { name, value, type: 'hidden' }));
        }
        form.submit();
      })(${JSON.stringify([url, fields])})`,
    ),
  ]);
}

describe.skipIf(noBrowser)('a portal on two hosts, in Chromium', () => {
  let browser: Browser;
  beforeAll(async () => {
    browser = await browserTo(Number(new URL(world.simulator.httpUrl).port));
  }, 120_000);
  afterAll(() => browser.close());

  it('opens in the default browser, once, and counts start again', { timeout: 120_000 }, async () => {
    const te = world.client();
    await te.documents.deposit(patient, await submission(), { patientConsent: true });
    await world.simulator.settled();

    const launch = await launchFor('default');
    const page = await pageOf(browser);
    await page.goto(launch.url);
    await page.waitForURL(`${dossierOrigin}/**`, { timeout: 60_000 });
    await expect(page.getByRole('heading', { level: 1 }).innerText()).resolves.toContain(patient.traits.birthName);
    expect(page.url()).not.toContain(patient.localId.value);
    await launch.handedOver();
    expect((await te.notifications.countForPatient(patient)).count).toBe(0);

    // Nobody gets it a second time, nor its form.
    expect((await page.goto(launch.url))?.status()).toBe(410);
    await expect(page.getByRole('alert').innerText()).resolves.toContain('a déjà servi');
    await page.context().close();
  });

  it('opens in a window of the software; the same form again does not', { timeout: 120_000 }, async () => {
    const launch = await launchFor('embedded');
    const page = await pageOf(browser);
    await post(page, launch);
    await page.getByRole('heading', { name: /^Dossier de / }).waitFor({ timeout: 60_000 });
    await post(page, launch);
    await expect(page.getByRole('alert').innerText()).resolves.toContain('a déjà servi');
    await page.context().close();
  });

  it('shows no dossier when RelayState was changed on the way', { timeout: 120_000 }, async () => {
    const page = await pageOf(browser);
    await page.route(`${portalOrigin}/portal/acs`, async (route) => {
      const form = new URLSearchParams(route.request().postData() ?? '');
      form.set('RelayState', '/ailleurs');
      await route.continue({ postData: form.toString() });
    });
    await page.goto((await launchFor('default')).url);
    await page.waitForURL(`${portalOrigin}/**`, { timeout: 60_000 });
    await expect(page.getByRole('alert').innerText()).resolves.toContain("n'existe pas");
    await page.context().close();
  });

  it('is not followed to a host that is not allowed', { timeout: 120_000 }, async () => {
    const page = await pageOf(browser);
    const blocked = page.waitForEvent('console', {
      predicate: (line) => line.text().includes('form-action'),
      timeout: 60_000,
    });
    await page.goto((await launchFor('default', { ...twoHosts, allowedHosts: ['portal.example'] })).url, {
      waitUntil: 'commit',
    });
    await blocked;
    expect(page.url()).not.toContain('dossier.example');
    await page.context().close();
  });
});

const cases = fhirCases().filter(({ operation }) => operation === 'portal.launch');
const caseOf = (id: string): FhirCase | undefined => cases.find((one) => one.id === id);
const fileOf = (name: string): string => readFileSync(join(process.env['TERR_CASES'] ?? '', 'fhir', name), 'latin1');

interface Arrival {
  readonly file: string;
  readonly then: string;
}

describe.skipIf(cases.length === 0)('the launch page, as other people met it', () => {
  it.each(cases.filter(({ id }) => id.startsWith('I25')).map((one) => [one.id, one.why, one] as const))(
    '%s: %s',
    async (_id, _why, one) => {
      const launch = await launchFor('default');
      const { arrivesAtLaunchPage: arrivals } = one as FhirCase & { readonly arrivesAtLaunchPage: readonly Arrival[] };
      const port = portOf(launch);
      const statuses: number[] = [];
      for (const { file } of arrivals) {
        const request = fileOf(file)
          .replaceAll('{PORT}', String(port))
          .replaceAll('{PATH}', new URL(launch.url).pathname.slice(1));
        statuses.push(statusOf(await raw(port, request)));
      }
      const told = statuses.map((status, index) => {
        const wanted = (one.expect['statuses'] as readonly (string | number)[])[index];
        if (wanted === 'page') return status === 200 ? wanted : status;
        if (wanted === 'noPage' || wanted === '4xx') return status >= 400 && status < 500 ? wanted : status;
        return status;
      });
      expect(told).toEqual(one.expect['statuses']);
      expect(statuses.filter((status) => status === 200).length).toBe(one.expect['pageServed']);
      await launch.close();
    },
  );

  it.skipIf(!caseOf('I27a'))('I27a: an address that every shell and starter passes on whole', async () => {
    const expected = caseOf('I27a')?.expect ?? {};
    const launch = await launchFor('default');
    expect(launch.url).toMatch(new RegExp(String(expected['urlMatches'])));
    expect(launch.url.length).toBeLessThanOrEqual(Number(expected['urlLengthAtMost']));
    expect(statusOf(await raw(portOf(launch), navigation(launch)))).toBe(200);
    await launch.close();
  });

  it.skipIf(!caseOf('I27b'))('I27b: an opener that opens nothing', async () => {
    const { afterMs } = (caseOf('I27b')?.expect ?? {}) as { readonly afterMs: number };
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
    try {
      const launch = await launchFor('default');
      const told = expect(launch.handedOver()).rejects.toMatchObject({ code: 'TE_TIMEOUT' });
      await vi.advanceTimersByTimeAsync(afterMs);
      await told;
      await expect(raw(portOf(launch), navigation(launch))).rejects.toMatchObject({ code: 'ECONNREFUSED' });
    } finally {
      vi.useRealTimers();
    }
  });

  it.skipIf(!caseOf('I28a'))('I28a: a RelayState of quotes and brackets, and one that is too long', async () => {
    const { relayState } = (caseOf('I28a')?.given ?? {}) as { readonly relayState: string };
    const launch = await launchFor('default', { ...twoHosts, pages: { dossier: relayState } });
    const page = await raw(portOf(launch), navigation(launch));
    const [, value = ''] = /name="RelayState" value="([^"]*)"/.exec(page) ?? [];
    const read = value
      .replaceAll('&quot;', '"')
      .replaceAll('&lt;', '<')
      .replaceAll('&gt;', '>')
      .replaceAll('&amp;', '&');
    expect(read).toBe(relayState);
    expect(page).toContain(`action="${portalOrigin}/portal/acs"`);
    await expect(launchFor('default', { ...twoHosts, pages: { dossier: '/'.repeat(81) } })).rejects.toMatchObject({
      code: 'TE_CONFIG_INVALID',
    });
    await launch.close();
  });
});

/** A portal that is somebody else's: one answer to the form, one page. */
async function foreignPortal(answer: string): Promise<{ readonly server: Server; readonly seen: string[] }> {
  const { chainPem, keyPem } = world.simulator.hierarchy.server('localhost');
  const seen: string[] = [];
  const server = createServer({ cert: chainPem, key: keyPem }, (socket) => {
    let got = '';
    socket.on('error', () => undefined);
    socket.on('data', (chunk: Buffer) => {
      got += chunk.toString('latin1');
      const head = got.indexOf('\r\n\r\n');
      const length = Number(/content-length: (\d+)/i.exec(got)?.[1] ?? 0);
      if (head < 0 || got.length < head + 4 + length) return;
      seen.push(got);
      const page = 'HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nConnection: close\r\n\r\n<h1>Dossier</h1>';
      socket.end(got.startsWith('POST') ? answer : page);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return { server, seen };
}

describe.skipIf(noBrowser || cases.length === 0)('portals of other people, in Chromium', () => {
  const allowedHosts = ['portal.example', 'dossier.example'];

  it('I26a: the redirection to a second host is followed', { timeout: 120_000 }, async () => {
    const { server } = await foreignPortal(fileOf('I26a.http'));
    const browser = await browserTo((server.address() as AddressInfo).port);
    try {
      const page = await pageOf(browser);
      const lines: string[] = [];
      page.on('console', (line) => lines.push(line.text()));
      await page.goto((await launchFor('default', { address: `${portalOrigin}/acs`, allowedHosts })).url);
      await page.waitForURL(`${dossierOrigin}/**`, { timeout: 60_000 });
      expect(new URL(page.url()).host).toBe(caseOf('I26a')?.expect['finalHost']);
      expect(lines.filter((line) => line.includes('form-action'))).toEqual([]);
    } finally {
      await browser.close();
      server.close();
    }
  });

  it('I26b: the origin that the form arrives with is that of the descriptor', { timeout: 120_000 }, async () => {
    const { server, seen } = await foreignPortal(fileOf('I26b.http'));
    const browser = await browserTo((server.address() as AddressInfo).port);
    const wanted = caseOf('I26b')?.expect['originSent'] as Readonly<Record<string, string>>;
    try {
      for (const referrerPolicy of ['no-referrer', 'strict-origin'] as const) {
        const launch = await launchFor('default', { address: `${portalOrigin}/acs`, allowedHosts, referrerPolicy });
        const page = await pageOf(browser);
        await page.goto(launch.url);
        await page.getByRole('heading', { name: 'Invalid Origin' }).waitFor({ timeout: 60_000 });
        const [, origin = ''] =
          /^origin: (.*)\r$/im.exec(seen.filter((one) => one.startsWith('POST')).at(-1) ?? '') ?? [];
        expect(origin).toBe(wanted[referrerPolicy]?.replace('{PORT}', String(portOf(launch))));
        // Handed over is all that is said.
        expect(JSON.stringify(launch)).not.toContain('opened');
        await page.context().close();
      }
    } finally {
      await browser.close();
      server.close();
    }
  });
});
