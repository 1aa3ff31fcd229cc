// The guides of the documentation site, in the order in which one reads them. Each file of docs
// stands here once (test/docs/guides.test.ts).
import { readdirSync } from 'node:fs';
import { basename, resolve } from 'node:path';

/**
 * Language of a guide, its file without `.md`, and the same guide in the other language.
 *
 * @typedef {{ file: string, lang: 'fr' | 'en', twin?: string }} Guide
 */

const fr = (file, twin) => ({ file: `docs/${file}.md`, lang: 'fr', ...(twin && { twin: `docs/${twin}.md` }) });
const en = (file, twin) => ({ file: `docs/${file}.md`, lang: 'en', ...(twin && { twin: `docs/${twin}.md` }) });
const top = (file) => ({ file, lang: 'en' });

/** One page a transaction: their folder is their list. */
const transactions = readdirSync(resolve(import.meta.dirname, '../../docs/transactions')).toSorted();

/** @type {readonly { title: string, guides: readonly Guide[] }[]} */
export const chapters = [
  {
    title: 'Commencer · Start here',
    guides: [fr('commencer', 'start-here'), en('start-here', 'commencer'), fr('ecran')],
  },
  {
    title: 'Identité · Identity',
    guides: [en('identity'), en('insi'), en('identity-comparison'), en('patient-identity')],
  },
  { title: 'Carte et signature · Card', guides: [fr('signer-avec-la-carte-cps'), fr('s-authentifier'), en('vihf')] },
  {
    title: 'Déposer et lire · Documents',
    guides: [
      fr('deposer-un-document'),
      en('documents-letter'),
      en('documents-vsm'),
      en('documents-prescription'),
      en('documents-report'),
      en('documents-xdm'),
      en('documents-cli'),
      fr('courrier-mssante'),
      fr('lire-les-documents'),
      en('documents-read'),
    ],
  },
  { title: 'Accusés · Receipts', guides: [en('outbox-operations'), en('spool')] },
  { title: 'Compteurs · Counts', guides: [fr('compteurs', 'notifications'), en('notifications', 'compteurs')] },
  { title: 'Portail · Portal', guides: [fr('portail')] },
  {
    title: 'Coordination',
    guides: [
      en('dossier'),
      fr('alertes'),
      fr('cahier-de-liaison'),
      fr('demander-un-appui'),
      fr('mesures'),
      fr('plans'),
      fr('frise'),
      fr('structures-d-appui'),
      fr('couverture'),
    ],
  },
  { title: 'Configuration', guides: [en('configuration'), fr('liaisons'), en('soap-services'), en('xds'), en('fhir')] },
  {
    title: 'Transactions',
    guides: transactions.map((name) => en(`transactions/${basename(name, '.md')}`)),
  },
  { title: 'Simulateur · Simulator', guides: [en('simulator')] },
  { title: 'Conformité · Conformance', guides: [fr('conformite'), en('command-line')] },
  {
    title: 'Erreurs · Errors',
    guides: [
      fr('erreurs', 'errors'),
      en('errors', 'erreurs'),
      en('errors-codes'),
      fr('documents-refus'),
      fr('erreurs-du-registre'),
      fr('refus-du-simulateur'),
    ],
  },
  { title: 'Règles légales · Legal rules', guides: [en('legal-rules'), fr('donnees-personnelles'), en('audit')] },
  {
    title: 'Menaces · Threat model',
    guides: [en('threat-model'), en('hostile-input'), en('attaques-saml'), top('SECURITY.md')],
  },
  { title: 'Où cela marche · Support', guides: [en('support'), en('bundlers'), en('observability')] },
  {
    title: 'Versions',
    guides: [
      fr('versions-et-migration', 'versions'),
      en('versions', 'versions-et-migration'),
      en('checklist-1.0'),
      top('CHANGELOG.md'),
    ],
  },
  { title: 'Homologation', guides: [fr('homologation')] },
  {
    title: 'Contribuer · Contributing',
    guides: [en('architecture'), en('recipes'), top('CONTRIBUTING.md')],
  },
];

/** Every guide, in reading order. */
export const guides = chapters.flatMap(({ title, guides: own }) => own.map((guide) => ({ ...guide, chapter: title })));
