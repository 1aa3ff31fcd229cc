// The pictures of docs/ecran.md: the example screen in Chromium, at a fixed clock with counted identifiers, so that a
// picture changes only when the screen does.
//   npm run screenshots
import { mkdirSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { chromium } from 'playwright-core';
import { linkExample } from './link-example.mjs';
import { smallPng } from './small-png.mjs';

const root = resolve(import.meta.dirname, '..');
const folder = join(root, 'docs/media');
const maxBytes = 150_000;
const dayMs = 86_400_000;
const wide = { width: 1280, height: 900 };
const narrow = { width: 390, height: 844 };

/** A morning, and identifiers that are counted. */
function fixedRuntime() {
  const start = Date.parse('2026-03-02T07:20:00Z');
  let counted = 0;
  return {
    start,
    runtime: {
      clock: { now: () => start },
      ids: {
        uuid() {
          counted += 1;
          return `00000000-0000-4000-8000-${counted.toString(16).padStart(12, '0')}`;
        },
      },
    },
  };
}

/** Certificates are good at the fixed clock and at that of this machine, which TLS goes by. */
const validityFrom = (start) => ({ notBefore: start - dayMs, notAfter: Date.now() + 365 * dayMs });

async function shot(page, name, options = {}) {
  const picture = smallPng(await page.screenshot({ animations: 'disabled', caret: 'hide', ...options }));
  if (picture.length > maxBytes) throw new Error(`${name}.png weighs ${picture.length} bytes, more than ${maxBytes}`);
  writeFileSync(join(folder, `${name}.png`), picture);
  console.log(`${name}.png ${Math.round(picture.length / 1024)} kB`);
}

const settled = (page) => page.locator('#people[aria-busy=false]').waitFor();

async function open(page, name) {
  await page.getByRole('button', { name }).click();
  await page.getByRole('heading', { level: 2, name }).waitFor();
}

async function ended(page, title, label) {
  await page
    .getByRole('list', { name: `Étapes : ${title}` })
    .getByText(label, { exact: true })
    .waitFor();
}

/** The story, in the order of a morning. */
async function takePictures(page) {
  await settled(page);
  await open(page, 'PETIT-TEST INES');
  await shot(page, 'ecran-liste', { clip: { x: 0, y: 0, ...wide, height: 680 } });

  await open(page, 'HADDAD-TEST KARIM');
  await page.getByRole('button', { name: 'Créer le dossier' }).click();
  await page.getByRole('alert').waitFor();
  await page.locator('[aria-disabled=true]').waitFor({ state: 'detached' });
  await shot(page, 'ecran-creation', { clip: { x: 0, y: 0, ...wide, height: 820 } });
  await page.getByRole('checkbox').check();
  await page.getByRole('button', { name: 'Créer le dossier' }).click();
  await page.getByRole('region', { name: 'Déposer un document' }).getByLabel('Titre').waitFor();

  const consent = page.getByRole('checkbox', { name: /consent explicitement/ });
  await consent.check();
  await page.getByRole('button', { name: 'Déposer' }).click();
  await ended(page, 'Certificat, déclaration', 'Dans le dossier');
  await page.getByRole('button', { name: 'La plateforme refusera le prochain dépôt' }).click();
  await page.getByLabel('Document', { exact: true }).selectOption({ label: 'VSM structuré' });
  await consent.check();
  await page.getByRole('button', { name: 'Déposer' }).click();
  await ended(page, 'Synthèse', 'Refusé');
  await page.getByRole('button', { name: 'S’abonner aux alertes' }).click();
  await page.getByText('Aucune alerte.').waitFor();
  await page.getByRole('button', { name: 'L’hôpital annonce une admission' }).click();
  await page.getByRole('list', { name: 'Alertes reçues' }).getByRole('listitem').waitFor();
  await page.getByRole('heading', { level: 2, name: /HADDAD-TEST/ }).focus();
  await shot(page, 'ecran-depot', {
    clip: await page.getByRole('region', { name: 'HADDAD-TEST' }).boundingBox(),
    fullPage: true,
  });

  await open(page, 'BERNARD-TEST LOUISE');
  await page.getByRole('button', { name: 'Ouvrir Lettre de sortie' }).click();
  await page.getByRole('dialog').waitFor();
  await page.frameLocator('iframe').getByRole('heading', { level: 1 }).waitFor();
  await shot(page, 'ecran-document', { clip: { x: 0, y: 0, ...wide, height: 760 } });
  await page.getByRole('button', { name: 'Fermer' }).click();

  await page.setViewportSize(narrow);
  await page.getByRole('button', { name: 'Retour à la liste' }).click();
  await shot(page, 'ecran-etroit');
}

const { runtime, start } = fixedRuntime();
const { openScreen } = await linkExample();
const screen = await openScreen({ runtime, validity: validityFrom(start) });
const browser = await chromium.launch({
  env: { ...process.env, LANG: 'fr_FR.UTF-8', LANGUAGE: 'fr' },
  executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium',
  args: [
    '--no-sandbox',
    '--disable-gpu',
    '--no-first-run',
    '--disable-background-networking',
    '--hide-scrollbars',
    '--lang=fr-FR',
  ],
});
try {
  mkdirSync(folder, { recursive: true });
  const context = await browser.newContext({ viewport: wide, locale: 'fr-FR', reducedMotion: 'reduce' });
  const page = await context.newPage();
  page.on('console', (line) => console.error('console:', line.text()));
  await page.goto(screen.url);
  await takePictures(page);
} finally {
  await browser.close();
  await screen.close();
}
