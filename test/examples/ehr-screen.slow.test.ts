import { spawn, type ChildProcess } from 'node:child_process';
import { existsSync } from 'node:fs';

import type { Browser, BrowserContext, Locator, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';

import { exampleFolder } from '../../scripts/link-example.mjs';
import { skipBecause } from '../helpers/require-tool.ts';

/*
 * The example screen as a user starts it, driven by role and label alone. A launch that is used twice, that nobody
 * opens, whose RelayState was changed or that leads to a foreign host: `test/client/portal/browser.slow.test.ts`.
 */
const chromium = '/usr/bin/chromium';
const noBrowser = !existsSync(chromium) && skipBecause('not installed: chromium');

/** Of the fictive patients: names, dates of birth, numbers of the practice, beginning of an INS. */
const traits =
  /(BERNARD|HADDAD|PETIT|LEROY|DIALLO|MOREAU)-|LOUISE|KARIM|MARCEL|PAT-000|1951-?06-?14|14.06.1951|1984-?11-?02|2510651215|1841151215/i;

interface Started {
  readonly child: ChildProcess;
  readonly address: string;
  written(): string;
}

/** `npm start`, and everything that it writes. */
async function start(...args: readonly string[]): Promise<Started> {
  const child = spawn(process.execPath, ['start.mjs', ...args], { cwd: exampleFolder() });
  let written = '';
  const address = await new Promise<string>((resolve, reject) => {
    const read = (chunk: Buffer): void => {
      written += chunk.toString('utf8');
      const found = /^Écran : (\S+)$/m.exec(written)?.[1];
      if (found) resolve(found);
    };
    child.stdout.on('data', read);
    child.stderr.on('data', read);
    child.on('exit', () => reject(new Error(written)));
  });
  return { child, address, written: () => written };
}

describe.skipIf(noBrowser)('the example screen, in Chromium', () => {
  const urls: string[] = [];
  let screen: Started;
  let browser: Browser;
  let context: BrowserContext;
  let page: Page;

  beforeAll(async () => {
    screen = await start();
    const { chromium: browserType } = await import('playwright-core');
    browser = await browserType.launch({
      executablePath: chromium,
      args: ['--no-sandbox', '--disable-gpu', '--no-first-run', '--disable-background-networking'],
    });
    context = await browser.newContext({ ignoreHTTPSErrors: true, locale: 'fr-FR' });
    context.on('request', (request) => urls.push(request.url()));
    page = await context.newPage();
    await page.goto(screen.address);
    await page.getByRole('status').filter({ hasText: 'Dossiers suivis' }).waitFor();
  }, 180_000);

  afterAll(async () => {
    await browser.close();
    screen.child.kill();
  });

  const card = (name: string): Locator => page.getByRole('button', { name });
  const part = (name: string): Locator => page.getByRole('region', { name });
  const press = (name: string | RegExp): Promise<void> => page.getByRole('button', { name }).click();
  const choose = async (name: string): Promise<void> => {
    await card(name).click();
    await page.getByRole('heading', { level: 2, name }).waitFor();
  };

  /** The states that a deposit went through, once it is in the last one. */
  const steps = async (title: string, last: string): Promise<readonly string[]> => {
    const list = page.getByRole('list', { name: `Étapes : ${title}` });
    await list.getByRole('listitem').filter({ hasText: last }).waitFor();
    return list.getByRole('listitem').allInnerTexts();
  };

  /** Presses what opens the portal, and gives the window that opens. */
  const portal = async (button: string): Promise<Page> => {
    const [opened] = await Promise.all([context.waitForEvent('page'), press(button)]);
    await opened.getByRole('heading', { level: 1, name: /^Dossier de / }).waitFor();
    return opened;
  };

  it('shows three icons with their words, and the number of new documents', { timeout: 60_000 }, async () => {
    const names = await Promise.all(
      ['BERNARD', 'HADDAD', 'PETIT', 'LEROY', 'DIALLO', 'MOREAU'].map(async (name) => {
        const icon = card(`${name}-TEST`).getByRole('img');
        return [await icon.getAttribute('aria-label'), (await card(`${name}-TEST`).innerText()).replaceAll('\n', ' ')];
      }),
    );
    expect(names.map(([icon]) => icon)).toEqual([
      'Dossier : Existe',
      'Dossier : À créer',
      'Dossier : Identité incomplète',
      'Dossier : Existe',
      'Dossier : Existe',
      'Dossier : Fermé',
    ]);
    expect(names[0]?.[1]).toContain('2 nouveaux documents');
    expect(names[3]?.[1]).toContain('aucun nouveau document');
    await expect(page.getByRole('status').filter({ hasText: 'suivis' }).innerText()).resolves.toContain(
      '2 nouveaux documents',
    );

    // Not known: of a dossier whose circle the professional is not in. It is not a zero.
    expect(names[4]?.[1]).toContain('nombre de nouveaux documents inconnu');
    expect(names[4]?.[1]).toMatch(/Existe \?/);
  });

  it('is led by the keyboard alone: each step leaves the focus where one goes on', { timeout: 60_000 }, async () => {
    const focused = (): Promise<string> =>
      page.evaluate('document.activeElement.closest("button, h2, input, select").textContent');
    await page.getByRole('button', { name: 'Actualiser la liste' }).focus();
    const order: string[] = [];
    for (let index = 0; index < 6; index += 1) {
      await page.keyboard.press('Tab');
      order.push(/([A-Z]+)-TEST/.exec(await focused())?.[1] ?? '');
    }
    expect(order).toEqual(['BERNARD', 'HADDAD', 'PETIT', 'LEROY', 'DIALLO', 'MOREAU']);

    await page.keyboard.press('Enter');
    await page.getByRole('heading', { level: 2, name: 'MOREAU-TEST' }).waitFor();
    await vi.waitFor(async () => expect(await focused()).toContain('MOREAU-TEST'));
    await page.keyboard.press('Tab');
    expect(await focused()).toBe('Relire le dossier');
    await page.keyboard.press('Enter');
    await page.locator('#patient-body[aria-busy=false]').waitFor();
    expect(await focused()).toBe('Relire le dossier');
  });

  it('lists the items that the software lacks', { timeout: 60_000 }, async () => {
    await choose('PETIT-TEST');
    await expect(
      page.getByRole('list', { name: 'Éléments manquants' }).getByRole('listitem').allInnerTexts(),
    ).resolves.toEqual(['Date de naissance', 'Lieu de naissance']);
  });

  it('creates no dossier without the box, and one with it', { timeout: 60_000 }, async () => {
    await choose('HADDAD-TEST');
    const consent = page.getByRole('checkbox', { name: /accepte la création/ });
    expect(await consent.isChecked()).toBe(false);
    await press('Créer le dossier');
    const refusal = page.getByRole('alert');
    await expect(refusal.innerText()).resolves.toContain("Le consentement du patient n'est pas enregistré.");
    await expect(refusal.innerText()).resolves.toContain('demandez-le');

    await consent.check();
    await press('Créer le dossier');
    await page.getByRole('status').filter({ hasText: 'Le dossier est créé.' }).waitFor();
    await expect(card('HADDAD-TEST').getByRole('img').getAttribute('aria-label')).resolves.toBe('Dossier : Existe');
    await expect(part('Cercle de soins').innerText()).resolves.toContain('FICTIF (vous)');
  });

  it('deposits with the defaults of the guide, and follows each deposit to its end', { timeout: 120_000 }, async () => {
    const form = part('Déposer un document');
    const consent = form.getByRole('checkbox', { name: /consent explicitement/ });
    await expect(form.getByLabel('Titre').inputValue()).resolves.toBe('Certificat, déclaration');
    await expect(form.getByLabel('Type', { exact: true }).inputValue()).resolves.toBe('CERT_DECL');
    await expect(form.getByLabel('Confidentialité').inputValue()).resolves.toBe('N');
    expect(await consent.isChecked()).toBe(false);
    await press('Déposer');
    await expect(form.getByRole('alert').innerText()).resolves.toContain('consentement explicite');

    await consent.check();
    await press('Déposer');
    expect(await steps('Certificat, déclaration', 'Dans le dossier')).toEqual([
      'En attente',
      'Parti',
      'Traité',
      'Dans le dossier',
    ]);
    await page.getByRole('button', { name: 'Ouvrir Certificat, déclaration' }).waitFor();

    // The next one is refused on the other side, with its reason.
    await press('La plateforme refusera le prochain dépôt');
    await page.getByRole('status').filter({ hasText: 'C’est entendu.' }).waitFor();
    await form.getByLabel('Document', { exact: true }).selectOption('VSM structuré');
    await consent.check();
    await press('Déposer');
    expect(await steps('Synthèse', 'Refusé')).toEqual(['En attente', 'Parti', 'Refusé']);
    await expect(form.innerText()).resolves.toContain("904 : Traits de l'INS différents.");

    await form.getByLabel('Document', { exact: true }).selectOption('VSM structuré');
    await form.getByLabel('Titre').fill('Synthèse corrigée');
    await consent.check();
    await press('Déposer');
    await steps('Synthèse corrigée', 'Dans le dossier');
    for (const [kind, type] of [
      ['Ordonnance', '29551-9'],
      ['Compte rendu PDF', '39256-3'],
    ] as const) {
      await form.getByLabel('Document', { exact: true }).selectOption(kind);
      await expect(form.getByLabel('Type', { exact: true }).inputValue()).resolves.toBe(type);
      await consent.check();
      await press('Déposer');
      await steps(await form.getByLabel('Titre').inputValue(), 'Dans le dossier');
    }
  });

  it('opens a document of the dossier', { timeout: 60_000 }, async () => {
    await press('Ouvrir Synthèse corrigée');
    const dialog = page.getByRole('dialog');
    await dialog.waitFor();
    const [title, text] = [page.frameLocator('iframe').getByRole('heading', { level: 1 }), page.frameLocator('iframe')];
    await expect(title.innerText()).resolves.toContain('Synthèse corrigée');
    await expect(text.getByRole('table').first().innerText()).resolves.toContain('Hypertension');
    await press('Fermer');
    expect(await dialog.isVisible()).toBe(false);
  });

  it('tells an admission and a discharge', { timeout: 60_000 }, async () => {
    await press('S’abonner aux alertes');
    await page.getByRole('status').filter({ hasText: 'Abonnement demandé.' }).waitFor();
    const told = page.getByRole('list', { name: 'Alertes reçues' }).getByRole('listitem');
    await press('L’hôpital annonce une admission');
    await told.filter({ hasText: 'Admission' }).waitFor();
    await press('L’hôpital annonce une sortie');
    await told.filter({ hasText: 'Sortie' }).waitFor();
    expect(await told.count()).toBe(2);
  });

  it(
    'enters the circle of a dossier that others created, with the consent of the patient',
    { timeout: 60_000 },
    async () => {
      await choose('DIALLO-TEST');
      await press('Rejoindre le cercle de soins');
      await expect(page.getByRole('alert').innerText()).resolves.toContain('consentement');
      await page.getByLabel('Consentement donné par').selectOption('Son représentant légal');
      await page.getByRole('checkbox', { name: /accepte mon entrée/ }).check();
      await press('Rejoindre le cercle de soins');
      await page.getByRole('alert').filter({ hasText: 'représentant' }).waitFor();
      await page.getByLabel('Nom du représentant').fill('DIALLO-TEST AWA');
      await page.getByLabel('Lien avec le patient').fill('mère');
      await press('Rejoindre le cercle de soins');
      await page.getByRole('status').filter({ hasText: 'Vous faites partie du cercle' }).waitFor();
      await expect(part('Cercle de soins').innerText()).resolves.toContain('Médecin traitant');
    },
  );

  it.each(['Ouvrir dans une fenêtre du logiciel', 'Ouvrir dans le navigateur par défaut'])(
    'opens the portal, and the number is back to 0: %s',
    { timeout: 120_000 },
    async (button) => {
      await choose('BERNARD-TEST');
      await press('L’hôpital dépose un compte rendu');
      await page.getByRole('status').filter({ hasText: 'C’est fait.' }).waitFor();
      expect(await card('BERNARD-TEST').innerText()).toMatch(/[1-9]\d* nouveaux? documents?/);

      const opened = await portal(button);
      await expect(opened.getByRole('heading', { level: 1 }).innerText()).resolves.toContain('BERNARD-TEST');
      await opened.close();
      await press('Relire le dossier');
      await card('BERNARD-TEST').filter({ hasText: 'aucun nouveau document' }).waitFor();
    },
  );

  it(
    'says a refusal, and what is not known, once the patient has blocked the professional',
    { timeout: 60_000 },
    async () => {
      await choose('LEROY-TEST');
      await press('Le patient vous bloque');
      await part('Documents').getByRole('note').waitFor();
      await expect(part('Documents').getByRole('note').innerText()).resolves.toContain('Le patient');
      await card('LEROY-TEST').filter({ hasText: 'nombre de nouveaux documents inconnu' }).waitFor();
    },
  );

  it('fits a narrow window: the list or the patient', { timeout: 60_000 }, async () => {
    await page.setViewportSize({ width: 390, height: 844 });
    const overflow = (): Promise<number> => page.evaluate('document.documentElement.scrollWidth');
    expect(await card('LEROY-TEST').isVisible()).toBe(false);
    expect(await overflow()).toBeLessThanOrEqual(390);
    await press('Retour à la liste');
    expect(await part('Documents').isVisible()).toBe(false);
    expect(await overflow()).toBeLessThanOrEqual(390);
    await choose('HADDAD-TEST');
    expect(await overflow()).toBeLessThanOrEqual(390);
    await page.setViewportSize({ width: 1280, height: 900 });
  });

  it('lets nothing of a patient into an address, a log or the storage of the browser', async () => {
    expect(urls.length).toBeGreaterThan(50);
    expect(urls.filter((url) => traits.test(decodeURIComponent(url)))).toEqual([]);
    // The token of this start leaves the browser for nobody.
    const token = new URL(screen.address).hash.slice(1);
    expect(urls.filter((url) => url.includes(token) && !url.startsWith(screen.address))).toEqual([]);

    expect(screen.written()).toContain('POST /api/patient 200');
    expect(
      screen
        .written()
        .split('\n')
        .filter((line) => traits.test(line)),
    ).toEqual([]);
    expect(await page.evaluate('[localStorage.length, sessionStorage.length, document.cookie]')).toEqual([0, 0, '']);
  });

  it('answers nobody but its own page', async () => {
    const { origin, hash } = new URL(screen.address);
    const headers = { 'content-type': 'application/json', 'x-screen-token': hash.slice(1), origin };
    const ask = async (changed: Record<string, string>): Promise<number> => {
      const given = Object.entries({ ...headers, ...changed }).filter(([, value]) => value !== '');
      const init = { method: 'POST', headers: Object.fromEntries(given), body: '{}' };
      const { status } = await fetch(`${origin}/api/day`, init);
      return status;
    };
    expect(await ask({})).toBe(200);
    expect(await ask({ origin: 'https://ailleurs.example' })).toBe(403);
    expect(await ask({ origin: '' })).toBe(403);
    expect(await ask({ 'x-screen-token': 'x' })).toBe(401);
    expect(await ask({ 'x-screen-token': '' })).toBe(401);
    expect(await ask({ 'content-type': 'text/plain' })).toBe(415);
    expect(await ask({ 'sec-fetch-site': 'cross-site' })).toBe(403);
    expect((await fetch(`${origin.replace('127.0.0.1', 'localhost')}/`)).status).toBe(421);
    expect((await fetch(`${origin}/../start.mjs`)).status).toBe(404);
  });
});

describe('the example screen, over the other wires', () => {
  it.each(['soap', 'fhir'])('%s', { timeout: 120_000 }, async (wire) => {
    const { child, address } = await start('--wire', wire, '--patients', '8');
    try {
      const { origin, hash } = new URL(address);
      const headers = { 'content-type': 'application/json', 'x-screen-token': hash.slice(1), origin };
      const ask = async (path: string, body: object = {}): Promise<string> => {
        const init = { method: 'POST', headers, body: JSON.stringify(body) };
        return (await fetch(`${origin}/api/${path}`, init)).text();
      };
      const states = (await ask('states'))
        .trim()
        .split('\n')
        .map((line) => JSON.parse(line));
      expect(states.length).toBe(8);
      expect(states.find(({ key }) => key === 'p1')).toMatchObject({ state: 'exists', news: { count: 2 } });
      // Neither wire answers a number for a circle that the professional is not in.
      expect(states.find(({ key }) => key === 'p5')).toMatchObject({ state: 'exists', news: { count: null } });

      // What a wire does not carry is not known: no number, and the reason.
      const total = JSON.parse(await ask('total'));
      expect(total).toMatchObject(wire === 'fhir' ? { count: 2 } : { count: null, why: { code: 'TE_UNSUPPORTED' } });

      const consent = { consent: true, givenBy: 'patient', mode: 'oral' };
      expect(JSON.parse(await ask('create', { key: 'p2', ...consent }))).toMatchObject({ created: true });
      const view = JSON.parse(await ask('patient', { key: 'p2' }));
      expect(view).toMatchObject({ state: 'exists', circle: { value: { members: [{ role: 'Médecin traitant' }] } } });
      const subscribed = await ask('subscribe', { key: 'p2' });
      if (wire === 'soap') expect(subscribed).toContain('TE_UNSUPPORTED');
      else expect(subscribed).toBe('{}');
    } finally {
      child.kill();
    }
  });
});
