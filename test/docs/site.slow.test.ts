import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync, readdirSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import { createRequire } from 'node:module';
import type { AddressInfo } from 'node:net';
import { dirname, extname, join, normalize, relative, resolve } from 'node:path';

import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { guides } from '../../scripts/docs-site/guides.mjs';
import { skipBecause } from '../helpers/require-tool.ts';

/*
 * The documentation site as a reader meets it. `TERR_SITE` names a site that was built already.
 */
const root = resolve(import.meta.dirname, '../..');
const site = process.env['TERR_SITE'] ?? join(root, '.tmp/site');
const chromium = '/usr/bin/chromium';
const noBrowser = !existsSync(chromium) && skipBecause('not installed: chromium');

const kinds: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript',
  '.css': 'text/css',
  '.svg': 'image/svg+xml',
  '.png': 'image/png',
};

/** Serves the folder, and nothing beside it. */
async function serve(): Promise<Server> {
  const server = createServer((request, response) => {
    const path = normalize(decodeURIComponent(new URL(request.url ?? '/', 'http://x').pathname));
    const file = join(site, path.endsWith('/') ? `${path}index.html` : path);
    if (!existsSync(file)) return response.writeHead(404).end();
    return response.writeHead(200, { 'content-type': kinds[extname(file)] ?? 'text/plain' }).end(readFileSync(file));
  });
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  return server;
}

/** What axe-core says of one page. */
interface Violation {
  readonly id: string;
  readonly impact: string;
  readonly count: number;
  readonly html: string;
}

interface HtmlPage {
  readonly ids: ReadonlySet<string>;
  readonly links: readonly string[];
}

/** What each page of the site links to, and which anchors it has. */
function pages(): ReadonlyMap<string, HtmlPage> {
  const found = readdirSync(site, { recursive: true, encoding: 'utf8' }).filter((name) => name.endsWith('.html'));
  const all = (html: string, pattern: RegExp): string[] => [...html.matchAll(pattern)].map(([, value]) => value ?? '');
  return new Map(
    found.map((name) => {
      const html = readFileSync(join(site, name), 'utf8').replaceAll('&amp;', '&');
      const links = all(html, /\b(?:href|src)="([^"]*)"/g);
      return [name, { ids: new Set(all(html, /\bid="([^"]*)"/g)), links }];
    }),
  );
}

/** Links of the whole site that lead nowhere, as `page → link`. */
function deadLinks(): readonly string[] {
  const known = pages();
  return [...known].flatMap(([name, { links }]) =>
    links
      .filter((link) => !/^(?:https?:|mailto:|data:)/.test(link))
      .filter((link) => {
        const [path = '', anchor = ''] = link.split('#');
        const target = path === '' ? name : relative(site, resolve(site, dirname(name), decodeURIComponent(path)));
        if (!existsSync(join(site, target))) return true;
        return anchor !== '' && known.has(target) && !known.get(target)?.ids.has(decodeURIComponent(anchor));
      })
      .map((link) => `${name} → ${link}`),
  );
}

/** The page of a guide. */
const pageOf = (file: string): string =>
  `documents/${file
    .replace(/^docs\//, '')
    .replace(/\.md$/, '')
    .replaceAll('/', '-')}.html`;

beforeAll(() => {
  if (process.env['TERR_SITE'] === undefined) {
    execFileSync(process.execPath, ['node_modules/typedoc/bin/typedoc', '--out', site], { cwd: root, stdio: 'pipe' });
  }
}, 400_000);

describe('the site', () => {
  it('has no dead link', () => {
    expect(deadLinks()).toEqual([]);
  });

  it('links to no http address, and to no address of this machine', () => {
    const outside = [...pages().values()].flatMap(({ links }) => links).filter((link) => /^(?:http:|file:)/.test(link));
    expect([...new Set(outside)]).toEqual([]);
  });

  it.each(guides)('marks the language of $file', ({ file, lang }) => {
    const html = readFileSync(join(site, pageOf(file)), 'utf8');
    expect(/<html[^>]* lang="(\w+)"/.exec(html)?.[1]).toBe(lang);
  });
});

describe.skipIf(noBrowser)('the site, in Chromium', () => {
  const problems: string[] = [];
  let server: Server;
  let address = '';
  let browser: Browser;
  let page: Page;

  beforeAll(async () => {
    server = await serve();
    address = `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
    const { chromium: browserType } = await import('playwright-core');
    browser = await browserType.launch({ executablePath: chromium, args: ['--no-sandbox', '--disable-gpu'] });
    page = await browser.newPage();
    page.on('console', (message) => {
      if (message.type() === 'error') problems.push(message.text());
    });
    page.on('pageerror', (error) => problems.push(error.message));
    page.on('response', (response) => {
      if (response.status() >= 400) problems.push(`${response.status()} ${response.url()}`);
    });
  }, 60_000);

  afterAll(async () => {
    await browser.close();
    server.close();
  });

  /** Types into the search as a reader does; the addresses it offers. */
  async function search(words: string): Promise<readonly string[]> {
    await page.goto(address);
    await page.locator('#tsd-search-trigger').click();
    await page.locator('#tsd-search-input').fill(words);
    await page.locator('#tsd-search-results li a').first().waitFor();
    const links = await page.locator('#tsd-search-results li a').all();
    return Promise.all(links.map(async (link) => new URL((await link.getAttribute('href')) ?? '', address).href));
  }

  it.each([
    ['createVihf', 'functions/auth.createVihf.html'],
    ['déposer', 'documents/deposer-un-document.html'],
    ['consentement', 'documents/'],
    ['portail', 'documents/portail.html'],
  ])('finds %s', async (words, wanted) => {
    const found = await search(words);
    const link = found.find((href) => href.startsWith(`${address}${wanted}`));
    expect(link, found.join('\n')).toBeDefined();

    await page.goto(link ?? '');
    expect(await page.locator('.col-content').innerText()).toMatch(new RegExp(words, 'i'));
  });

  const opened = [
    'index.html',
    'modules/auth.html',
    'functions/auth.createVihf.html',
    ...guides.map(({ file }) => pageOf(file)),
  ];

  it('opens each guide without an error, and without scrolling sideways on a phone', async () => {
    await page.setViewportSize({ width: 390, height: 844 });
    for (const path of opened) {
      await page.goto(`${address}${path}`);
      const [wide = 0, inner = 0] = await page.evaluate<number[]>(
        '[document.documentElement.scrollWidth, window.innerWidth]',
      );
      expect(wide, path).toBeLessThanOrEqual(inner);
    }
    await page.setViewportSize({ width: 1280, height: 800 });
    expect(problems).toEqual([]);
  }, 120_000);

  /** One page of each make, and the first guides of a reader: the tool takes minutes on the longest pages. */
  const looked = [
    ...opened.slice(0, 3),
    ...['commencer', 'start-here', 'deposer-un-document', 'portail', 'errors', 'support'].map(pageOf),
  ];

  it('has no serious finding of axe-core', async () => {
    const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
    const found: string[] = [];
    for (const path of looked) {
      await page.goto(`${address}${path}`, { waitUntil: 'networkidle' });
      await page.evaluate(axe);
      const violations = await page.evaluate<readonly Violation[]>(
        `window.axe.run().then(({ violations }) => violations.map(({ id, impact, nodes }) =>
          ({ id, impact, count: nodes.length, html: nodes[0].html })))`,
      );
      for (const { id, impact, html, count } of violations) {
        if (impact === 'serious' || impact === 'critical')
          found.push(`${path}: ${id} (${count}) ${html.slice(0, 120)}`);
      }
    }
    expect(found).toEqual([]);
  }, 300_000);
});
