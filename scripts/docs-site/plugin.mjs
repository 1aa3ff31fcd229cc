// What the documentation site adds to typedoc: guides in reading order, titled, with their language;
// stable addresses; links from each module to its guides.
import { readFileSync } from 'node:fs';
import { dirname, relative, resolve } from 'node:path';
import { Converter, KindRouter, PageEvent, ReflectionKind } from 'typedoc';
import { chapters, guides } from './guides.mjs';

const root = resolve(import.meta.dirname, '../..');
const reference = 'Référence · Reference';
const byFile = new Map(guides.map((guide) => [guide.file, guide]));

const fileOf = (project, reflection) => {
  const path = project.files.getReflectionPath(reflection);
  return path === undefined ? undefined : relative(root, path);
};

/** `docs/transactions/insi.md` is the page `transactions-insi`. */
const pageOf = (file) =>
  file
    .replace(/^docs\//, '')
    .replace(/\.md$/, '')
    .replaceAll('/', '-');

/** A page of a guide is named after its file, whatever its title becomes. */
class GuideRouter extends KindRouter {
  getIdealBaseName(reflection) {
    const file = reflection.isDocument() ? fileOf(reflection.project, reflection) : undefined;
    return file === undefined ? super.getIdealBaseName(reflection) : `documents/${pageOf(file)}`;
  }
}

/** The first heading of a Markdown file, without its marks. */
export function titleOf(markdown) {
  return (/^# (.+)$/m.exec(markdown)?.[1] ?? '').replaceAll(/[`*]/g, '');
}

function introduce(_context, document) {
  const file = fileOf(document.project, document);
  const guide = byFile.get(file);
  if (!guide) throw new Error(`scripts/docs-site/guides.mjs does not name ${file}`);

  document.name = `${titleOf(readFileSync(resolve(root, file), 'utf8'))} [${guide.lang}]`;
  document.frontmatter['category'] = guide.chapter;
}

/** `docs/vihf.md`, written as code in the comment of a module, becomes a link to the guide. */
function linkGuides(context) {
  const documents = context.project.getReflectionsByKind(ReflectionKind.Document);
  const pages = new Map(documents.map((document) => [fileOf(context.project, document), document]));
  const linked = (part) => {
    const target = part.kind === 'code' ? pages.get(part.text.replaceAll('`', '')) : undefined;
    return target ? { kind: 'inline-tag', tag: '@link', text: target.name, target } : part;
  };

  for (const module of [context.project, ...context.project.getReflectionsByKind(ReflectionKind.Module)]) {
    if (module.comment) module.comment.summary = module.comment.summary.map(linked);
  }
}

/** What opens and closes holds nothing else to press: the link to a section is beside it, in the page's contents. */
const withoutAnchor = (summary) => summary.replaceAll(/<a [^>]*tsd-anchor-icon[^>]*>(?:(?!<\/a>).)*<\/a>/gs, '');

/** The page says its language, and where the same guide is in the other one. */
function marked(event, html) {
  const guide = event.model.isDocument?.() ? byFile.get(fileOf(event.project, event.model)) : undefined;
  const twin = guide?.twin && pageOf(guide.twin);
  const other = guide?.lang === 'fr' ? ['en', 'In English'] : ['fr', 'En français'];
  const link = twin ? `<p class="twin"><a href="${twin}.html" lang="${other[0]}">${other[1]}</a></p>` : '';

  return html
    .replaceAll(/<summary[^>]*>(?:(?!<\/summary>).)*<\/summary>/gs, withoutAnchor)
    .replace(/<div class="tsd-page-title">\s*<h1>terr-esante-sdk<\/h1><\/div>/, '')
    .replace('<div class="col-content">', '<div class="col-content" role="main">')
    .replace('<html class="default" lang="en"', `<html class="default" lang="${guide?.lang ?? 'en'}"`)
    .replace('<div class="tsd-panel tsd-typography">', `<div class="tsd-panel tsd-typography">${link}`);
}

/** `…/src/identity/wire/index.ts` is the module `identity/wire`. */
function moduleName(path) {
  const folder = relative(resolve(root, 'src'), dirname(path));
  return folder === '' ? 'terr-esante-sdk' : folder;
}

export function load(app) {
  app.renderer.defineRouter('guides', GuideRouter);
  app.on('bootstrapEnd', () => {
    const set = (name, value) => app.options.setValue(name, value);
    set('router', 'guides');
    set(
      'projectDocuments',
      guides.map(({ file }) => file),
    );
    set('categoryOrder', [...chapters.map(({ title }) => title), reference]);
    set('defaultCategory', reference);
    set('categorizeByGroup', false);
    set('navigation', { includeCategories: true, includeGroups: false, includeFolders: false });
    // The page of a module lists its members; an entry of the menu either opens or leads somewhere.
    set('navigationLeaves', app.options.getValue('entryPoints').map(moduleName));
    set('searchInDocuments', true);
    set('markdownItOptions', { html: true, linkify: false });
    for (const [name, file] of [
      ['customCss', 'site.css'],
      ['customJs', 'site.js'],
      ['favicon', 'favicon.svg'],
    ]) {
      set(name, resolve(dirname(import.meta.filename), file));
    }
  });

  app.converter.on(Converter.EVENT_CREATE_DOCUMENT, introduce);
  app.converter.on(Converter.EVENT_RESOLVE_END, linkGuides);
  app.renderer.on(PageEvent.END, (event) => {
    if (event.contents) event.contents = marked(event, event.contents);
  });
}
