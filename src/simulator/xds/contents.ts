import { collect, utf8Bytes } from '../../internal/bytes.ts';
import { fromBase64 } from '../../internal/mime/index.ts';
import { soapNames } from '../../internal/soap/index.ts';
import { attributeOf, childElements, textOf, type ReadElement } from '../../internal/xml/index.ts';
import { SoapRefusal } from '../soap/refusal.ts';
import type { SoapRequest } from '../soap/request.ts';

/**
 * The bytes of an element of type `xs:base64Binary`: in a part of the message, or in place. Nothing
 * is ever fetched from elsewhere.
 *
 * @see XOP 1.0, sections 3.1 and 4
 * @throws SoapRefusal
 */
export async function contentOf(node: ReadElement, { parts }: Pick<SoapRequest, 'parts'>): Promise<Uint8Array> {
  const [include, ...others] = childElements(node);
  if (!include) return inlineContent(node);

  const isInclude = include.localName === 'Include' && include.namespace === soapNames.xop;
  if (!isInclude || others.length > 0 || textOf(node).trim() !== '') {
    throw new SoapRefusal('Sender', "Un document n'est ni en base64 ni une seule référence xop:Include.");
  }

  const [, reference] = /^cid:(.+)$/i.exec(attributeOf(include, 'href') ?? '') ?? [];
  if (reference === undefined) {
    throw new SoapRefusal('Sender', 'Une référence xop:Include ne désigne pas une partie du message (cid:).');
  }
  const bytes = parts.get(reference) ?? parts.get(decoded(reference));
  if (!bytes) throw new SoapRefusal('Sender', "La partie qu'une référence xop:Include désigne manque.");
  return bytes;
}

/** @see RFC 2392: a reference is percent-encoded, the header of the part is not */
function decoded(reference: string): string {
  try {
    return decodeURIComponent(reference);
  } catch {
    return reference;
  }
}

async function inlineContent(node: ReadElement): Promise<Uint8Array> {
  try {
    return await collect(fromBase64(once(utf8Bytes(textOf(node)))));
  } catch {
    throw new SoapRefusal('Sender', "Le base64 d'un document est invalide.");
  }
}

async function* once(bytes: Uint8Array): AsyncGenerator<Uint8Array> {
  yield bytes;
}
