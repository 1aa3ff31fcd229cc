import { TerrESanteError } from '../errors.ts';
import { encodingOf } from '../internal/text.ts';

/** What a file is, by its content and never by its name. @group Checks */
export type FileKind = 'identity' | 'cda' | 'metadata' | 'xdm' | 'vihf' | 'mail' | 'message';

const rootElement = /<(?![?!])(?:[\w.-]+:)?([\w.-]+)/;
const xmlKinds: Readonly<Record<string, FileKind>> = {
  ClinicalDocument: 'cda',
  // What carries registry objects: a deposit, an update, the answer to a query, a bare list.
  ProvideAndRegisterDocumentSetRequest: 'metadata',
  SubmitObjectsRequest: 'metadata',
  AdhocQueryResponse: 'metadata',
  RegistryObjectList: 'metadata',
  ExtrinsicObject: 'metadata',
  RegistryPackage: 'metadata',
  Assertion: 'vihf',
};
/** A header field of RFC 5322 that every mail has, whoever sent it. */
const mailHeader =
  /^(?:return-path|received|from|to|subject|date|message-id|mime-version|x-mss-[a-z]+|delivered-to):/im;

/** A key of `PatientInput`: tells an identity from any other JSON. */
const identityKey = /"(?:traits|localId|ins|identityStatus)"\s*:/;

/** What may stand before the root element, and how it ends. */
const prologEnds = [
  ['<?', '?>'],
  ['<!--', '-->'],
] as const;

function withoutProlog(source: string): string {
  let rest = source.trimStart();
  for (;;) {
    const opening = rest;
    const end = prologEnds.find(([start]) => opening.startsWith(start))?.[1];
    if (end === undefined) return rest;

    const at = rest.indexOf(end);
    if (at < 0) return '';
    rest = rest.slice(at + end.length).trimStart();
  }
}

/** The source without its comments: what they say is no element. Ends where one is not closed. */
function withoutComments(source: string): string {
  let out = '';
  let from = 0;
  for (let at = source.indexOf('<!--'); at >= 0; at = source.indexOf('<!--', from)) {
    out += source.slice(from, at);
    const end = source.indexOf('-->', at + 4);
    if (end < 0) return out;
    from = end + 3;
  }
  return out + source.slice(from);
}

/**
 * What a SOAP envelope is about: metadata when its body holds registry objects, whoever signed its
 * header; an assertion otherwise.
 */
function envelopeKind(source: string): FileKind {
  const xml = withoutComments(source);
  const body = /<(?:[\w.-]+:)?Body(?:\s[^<>]*)?>/.exec(xml);
  const payload = body && rootElement.exec(xml.slice(body.index + body[0].length))?.[1];
  return payload && Object.hasOwn(xmlKinds, payload) && xmlKinds[payload] === 'metadata' ? 'metadata' : 'vihf';
}

/** Names of the families of messages that may be told without reading them. */
const messageNames =
  /urn:oasis:names:tc:(?:ebxml-regrep|SAML):|urn:ihe:iti:|urn:hl7-org:v3|http:\/\/(?:schemas\.xmlsoap\.org\/soap|www\.w3\.org\/2003\/05\/soap-envelope|docs\.oasis-open\.org\/ws)/;

/** Whether XML that cannot be read was meant for a message. */
export function looksLikeMessage(head: Uint8Array): boolean {
  return messageNames.test(new TextDecoder(encodingOf(head)).decode(head.subarray(0, 65_536)));
}

/**
 * Recognises a file from its first bytes; `null` when it is none of those the SDK can check.
 * A content that is recognised may still be malformed, or be in UTF-16 where UTF-8 is asked for:
 * that is for the check. An envelope is told here by what it seems to hold; read, it may turn out
 * to be a `message`.
 *
 * @param head - The first bytes, 64 kB are plenty.
 *
 * @group Checks
 */
export function detectKind(head: Uint8Array): FileKind | null {
  if (head[0] === 0x50 && head[1] === 0x4b) return 'xdm';
  const source = new TextDecoder(encodingOf(head)).decode(head.subarray(0, 65_536));

  const start = withoutProlog(source);
  // Another JSON file is not a patient whose traits are all missing.
  if (start.startsWith('{')) return identityKey.test(start) ? 'identity' : null;

  if (start.startsWith('<')) {
    const root = rootElement.exec(start)?.[1] ?? '';
    if (root === 'Envelope') return envelopeKind(start);
    if (Object.hasOwn(xmlKinds, root)) return xmlKinds[root] ?? null;

    // A CDA may stand inside its style sheet or under a signature.
    return /<(?:[\w.-]+:)?ClinicalDocument[\s>]/.test(start) ? 'cda' : null;
  }

  return mailHeader.test(source.slice(0, 8192)) ? 'mail' : null;
}

/**
 * Refuses a mail that a shell wrote again: its bytes are not those of the message any more.
 *
 * @throws TerrESanteError `TE_INPUT_INVALID` when the bytes are UTF-16
 */
export function refuseRewrittenMail(bytes: Uint8Array): void {
  if (encodingOf(bytes) === 'utf-8') return;
  throw new TerrESanteError(
    'TE_INPUT_INVALID',
    "Ce message a été réécrit en UTF-16 (par exemple par « > » de PowerShell) : prenez le fichier d'origine.",
  );
}
