import { createHash } from 'node:crypto';
import { soapNames } from '../../internal/soap/index.ts';
import { attributeOf, childElement, childElements, textOf, type ReadElement } from '../../internal/xml/index.ts';
import { xdsNames } from '../../transport/registry/names.ts';
import { placeFacts } from './ebrim.ts';
import { facts, type Facts } from './values.ts';

/** The content of a document element: a reference to a part, or the bytes themselves. */
function contentFacts(document: ReadElement | undefined): Facts {
  if (!document) return {};

  const include = childElement(document, 'Include', soapNames.xop);
  if (include) return facts({ xop: attributeOf(include, 'href') });

  const bytes = Buffer.from(textOf(document).replaceAll(/\s+/g, ''), 'base64');
  return { bytes: bytes.length, sha1: createHash('sha1').update(bytes).digest('hex') };
}

/** Documents of a deposit. */
export function attachedDocuments(request: ReadElement): Facts[] {
  return childElements(request, 'Document', xdsNames.xds).map((document) => ({
    ...facts({ id: attributeOf(document, 'id') }),
    ...contentFacts(document),
  }));
}

/** Documents of a retrieve answer. */
export function retrievedDocuments(answer: ReadElement): Facts[] {
  return childElements(answer, 'DocumentResponse', xdsNames.xds).map((document) => ({
    ...placeFacts(document),
    ...contentFacts(childElement(document, 'Document', xdsNames.xds)),
  }));
}
