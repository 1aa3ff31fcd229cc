import { existsSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { describe, expect, it } from 'vitest';
import { buildLetter, buildVsm, readCda, renderCda } from '../../src/documents/index.ts';
import { collect } from '../../src/internal/bytes.ts';
import { demoLetterPdf, fictivePatient, fictiveProfessional, fictiveStructure } from '../../src/testing/index.ts';
import { skipBecause } from '../helpers/require-tool.ts';
import { Random, randomInput, randomVsm, seededRuntime } from './random-input.ts';

const chromium = '/usr/bin/chromium';

async function summary(): Promise<string> {
  const random = new Random(9);
  const built = await buildVsm(
    { ...randomInput(random, 'everything'), content: randomVsm(random, 'everything') },
    { runtime: seededRuntime(random) },
  );
  return Buffer.from(await collect(built.content.open())).toString('utf8');
}
const letter = async (): Promise<Uint8Array> =>
  collect(
    (
      await buildLetter({
        patient: fictivePatient(),
        author: { professional: fictiveProfessional(), structure: fictiveStructure() },
        patientConsent: true,
        pdf: demoLetterPdf(),
      })
    ).content.open(),
  );

/** A narrative that would run or load something in a page that trusted it. */
const hostile = (origin: string): string =>
  [
    `<script>window.owned = 1; fetch('${origin}/script')</script>`,
    `<img src="${origin}/image" onerror="window.owned = 2"/>`,
    `<linkHtml href="javascript:window.owned=3">lien piégé</linkHtml>`,
    `<content styleCode="x&quot; onmouseover=&quot;window.owned=4" ID="a">texte</content>`,
    `<paragraph style="background:url(${origin}/style)">paragraphe</paragraph>`,
    `<iframe src="${origin}/frame"/><object data="${origin}/object"/><svg onload="window.owned=5"/>`,
    `<paragraph>&lt;script&gt;window.owned=6&lt;/script&gt;&lt;img src=x onerror=window.owned=7&gt;</paragraph>`,
    `<table><tbody><tr><td colspan="2 onclick=alert(1)">cellule</td></tr></tbody></table>`,
  ].join('');
const attacked = async (origin: string): Promise<string> =>
  (await summary())
    .replace('<table border="0">', `${hostile(origin)}<table border="0">`)
    .replace(/<title>.*?<\/title>/, '<title>&lt;/title&gt;&lt;script&gt;window.owned=8&lt;/script&gt;</title>');

describe('renderCda', () => {
  it('shows the header, the narrative and what the document holds', async () => {
    const html = renderCda(await letter());
    for (const words of ['DUPRE-TEST', '28/03/1979', 'Féminin', 'Dr ÉLODIE FICTIF', 'CABINET FICTIF', 'document PDF']) {
      expect(html).toContain(words);
    }
    expect(html).toContain('<html lang="fr">');
    const vsm = renderCda(Buffer.from(await summary(), 'utf8'));
    expect(vsm).toContain('<h2>Traitement au long cours</h2>');
    expect(vsm).toContain('<th scope="col">Médicament</th>');
    expect(vsm).toContain('Pyélonéphrite aiguë');
    expect(vsm).not.toContain('<TEST>');
  });

  it('gives the same for bytes and for a document that was read', async () => {
    const bytes = await letter();
    expect(renderCda(readCda(bytes))).toBe(renderCda(bytes));
  });

  it('lets nothing of the document act in the page', async () => {
    const html = renderCda(Buffer.from(await attacked('http://127.0.0.1:9'), 'utf8'));
    expect(html).not.toMatch(/<(?:script|img|iframe|object|svg|a|link|form|base)\b/i);
    const markup = html.replaceAll(/>[^<]*</g, '><');
    expect(markup).not.toMatch(/\son\w+\s*=|javascript:|127\.0\.0\.1|style="/i);
    expect(html).toContain('lien piégé');
  });
});

const noBrowser = !existsSync(chromium) && skipBecause('not installed: chromium');

describe.skipIf(noBrowser)('renderCda in Chromium', () => {
  it('runs no script, loads nothing, and is readable by its structure', { timeout: 60_000 }, async () => {
    const { chromium: browserType } = await import('playwright-core');
    const seen: string[] = [];
    const pages = new Map<string, string>();
    const server: Server = createServer((request, response) => {
      seen.push(request.url ?? '');
      const page = pages.get(request.url ?? '');
      response.writeHead(page === undefined ? 404 : 200, { 'content-type': 'text/html; charset=utf-8' }).end(page);
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    pages.set('/vsm', renderCda(Buffer.from(await summary(), 'utf8')));
    pages.set('/level1', renderCda(await letter()));
    pages.set('/hostile', renderCda(Buffer.from(await attacked(origin), 'utf8')));
    const browser = await browserType.launch({
      executablePath: chromium,
      args: [
        '--no-sandbox',
        '--disable-gpu',
        '--disable-quic',
        '--no-first-run',
        '--disable-background-networking',
        '--disable-component-update',
        '--disable-sync',
      ],
    });
    try {
      const page = await browser.newPage();
      const dialogs: string[] = [];
      page.on('dialog', (dialog) => {
        dialogs.push(dialog.message());
        void dialog.dismiss();
      });
      for (const path of ['/vsm', '/level1', '/hostile']) {
        await page.goto(origin + path, { waitUntil: 'networkidle' });
        for (const element of await page.locator('main *').all()) await element.dispatchEvent('mouseover');
        expect(await page.evaluate('window.owned')).toBeUndefined();
        expect(await page.locator('h1').count()).toBe(1);
        expect(await page.evaluate('document.documentElement.lang')).toBe('fr');
        expect(await page.locator('main').count()).toBe(1);
        expect(await page.locator('script, img, iframe, object, link').count()).toBe(0);
      }
      await page.goto(`${origin}/vsm`);
      expect(await page.locator('table').count()).toBeGreaterThan(5);
      expect(await page.locator('th:not([scope])').count()).toBe(0);
      await page.goto(`${origin}/level1`);
      expect(await page.locator('#pieces + ul li').innerText()).toContain('document PDF');
      expect(dialogs).toEqual([]);
      expect(seen.filter((url) => !pages.has(url) && url !== '/favicon.ico')).toEqual([]);
    } finally {
      await browser.close();
      server.close();
    }
  });
});
