import { readXml, textOf, type ReadElement } from '../../../src/internal/xml/index.ts';
import { documents } from '../documents.ts';
import { secrets } from '../people.ts';
import { must, type Target } from '../target.ts';

export const xmlWords: readonly string[] = [
  '<?xml version="1.0" encoding="UTF-8"?>',
  '<?xml version="1.1" encoding="ISO-8859-1"?>',
  '<!DOCTYPE a [<!ENTITY b SYSTEM "file:///etc/passwd">]>',
  '<!ENTITY % x "y">',
  '&amp;',
  '&#0;',
  '&#x1F600;',
  '&b;',
  '<![CDATA[',
  ']]>',
  '<!--',
  '-->',
  '--',
  '<?a b?>',
  ' xmlns="urn:x"',
  ' xmlns:a="urn:hl7-org:v3"',
  ' xmlns:xml="urn:x"',
  ' xml:space="preserve"',
  ' a="1" a="2"',
  ' nullFlavor="UNK"',
  '/>',
  '</',
  '<a>',
  '</a>',
  '="',
];

/** Deepest nesting and number of elements. */
function shapeOf(node: ReadElement, depth = 1): { depth: number; count: number } {
  let deepest = depth;
  let count = 1;
  for (const child of node.children) {
    if (typeof child === 'string') continue;
    const inner = shapeOf(child, depth + 1);
    deepest = Math.max(deepest, inner.depth);
    count += inner.count;
  }
  return { depth: deepest, count };
}

export const xml: Target = {
  name: 'xml',
  seeds: async () => (await documents()).flatMap(({ cda, metadata }) => [cda, metadata]),
  dictionary: xmlWords,
  secrets,
  read(bytes) {
    const root = readXml(bytes);
    const shape = shapeOf(root);
    must(shape.depth <= 200, 'nesting is bounded');
    return { shape, text: textOf(root) };
  },
};
