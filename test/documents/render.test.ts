import { describe, expect, it } from 'vitest';
import { readCda, renderCda } from '../../src/documents/index.ts';
import { attacked, letter, summary } from './render-fixtures.ts';

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
