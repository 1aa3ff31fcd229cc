import { existsSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { describe, expect, it } from 'vitest';
import { renderCda } from '../../src/documents/index.ts';
import { skipBecause } from '../helpers/require-tool.ts';
import { attacked, letter, summary } from './render-fixtures.ts';

const chromium = '/usr/bin/chromium';
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
      // In a narrow frame a value stands under its label, and nothing has to be scrolled sideways.
      await page.setViewportSize({ width: 360, height: 640 });
      expect(await page.evaluate('document.documentElement.scrollWidth')).toBeLessThanOrEqual(360);
      expect(dialogs).toEqual([]);
      expect(seen.filter((url) => !pages.has(url) && url !== '/favicon.ico')).toEqual([]);
    } finally {
      await browser.close();
      server.close();
    }
  });
});
