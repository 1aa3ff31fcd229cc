import { attributeValue, text } from '../../internal/xml/index.ts';
import type { DossierState } from '../state/state.ts';

const style =
  'body{font:1rem/1.5 system-ui,sans-serif;margin:0 auto;max-width:46rem;padding:1rem}' +
  'li{margin:.25rem 0}nav a{margin-right:1rem}';

/** The policy of every page of the portal: nothing from elsewhere, and no script. */
export const pagePolicy = "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; frame-ancestors 'none'";

function page(title: string, body: string): string {
  return (
    `<!doctype html><html lang="fr"><head><meta charset="utf-8"><title>${text(title)}</title>` +
    `<meta name="viewport" content="width=device-width"><style>${style}</style></head>` +
    `<body><main><h1>${text(title)}</h1>${body}</main></body></html>`
  );
}

function listOf(items: readonly string[], none: string): string {
  if (items.length === 0) return `<p>${text(none)}</p>`;
  return `<ul>${items.map((item) => `<li>${text(item)}</li>`).join('')}</ul>`;
}

/** What a professional sees of a dossier. */
export function dossierPage(dossier: DossierState, nameId: string, opened: string): string {
  const { birthName = '', firstName = '' } = dossier.traits;
  const documents = dossier.documents
    .filter(({ status, hiddenFromProfessionals, author }) => {
      return status === 'approved' && (!hiddenFromProfessionals || author === nameId);
    })
    .map(({ title }) => title);

  return page(
    `Dossier de ${firstName} ${birthName}`,
    `<p>Terr-eSanté (simulateur), page <code>${text(opened)}</code></p>` +
      `<h2>Documents</h2>${listOf(documents, 'Aucun document.')}` +
      `<h2>Cercle de soins</h2>${listOf([...dossier.members], 'Personne.')}`,
  );
}

export function homePage(names: readonly string[]): string {
  return page('Tableau de bord', `<h2>Vos dossiers</h2>${listOf(names, 'Aucun dossier.')}`);
}

/** A sentence, and the way back to the dashboard. */
export function refusedPage(sentence: string, home: string): string {
  return page(
    'Terr-eSanté ne s’ouvre pas',
    `<p role="alert">${text(sentence)}</p><nav><a href="${attributeValue(home)}">Tableau de bord</a></nav>`,
  );
}
