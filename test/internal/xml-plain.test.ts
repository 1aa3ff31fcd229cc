import { describe, expect, it } from 'vitest';
import { isTerrESanteError } from '../../src/errors.ts';
import { defaultXmlLimits, XmlFeed } from '../../src/internal/xml/index.ts';

const place = { localName: 'a', namespace: '', depth: 1 };

/** The items and the rest of the tree, or the reason of a refusal. */
function outcome(pieces: Iterable<string>): unknown {
  const feed = new XmlFeed({ ...defaultXmlLimits, maxAttributes: 3 }, place);
  try {
    const items = [...pieces].flatMap((piece) => feed.write(piece));
    return { items, root: feed.close() };
  } catch (error) {
    if (!isTerrESanteError(error)) throw error;
    return error.details['reason'];
  }
}

const documents = ['<a>x<b c="1">t<e/></b><!-- f --></a>', "<p:a xmlns:p='p' p:c='1'>]]</p:a>"];

/** What changes what is around it. */
const words = [
  ...['<', '>', '/', '=', '"', "'", '&', ' ', '\t', '\r', '\n', ']', ']]>', '--', '-->', '\0', '\u007F'],
  ...['é', '·', ':', '-', '1', '\u0085', '\u2028', '\uD83D\uDE00', '\uFFFE', '\uFEFF'],
  ...['&amp;', '&#9;', '&x;', ' c="3"', ' p:c="3"', ' xmlns=""', ' xmlns:p=""', '<a>', '</a>', '</b>', '<e/>'],
];

describe('what is read at once', () => {
  // No tag and no text is whole in a piece of one character: there the parser alone reads.
  it.each(documents)('is what the parser reads step by step, whatever stands anywhere in %s', (document) => {
    const different: string[] = [];
    let refused = 0;
    for (let at = 0; at <= document.length; at += 1) {
      for (const word of words) {
        const source = document.slice(0, at) + word + document.slice(at);
        const whole = outcome([source]);
        if (JSON.stringify(whole) !== JSON.stringify(outcome(source))) different.push(source);
        if (typeof whole === 'string') refused += 1;
      }
    }

    expect(different).toEqual([]);
    expect(refused).toBeGreaterThan(500);
  });
});
