/*
 * Answers of a repository, to be sent byte by byte.
 */

const success = 'urn:oasis:names:tc:ebxml-regrep:ResponseStatusType:Success';
const statuses = { success, failure: success.replace('Success', 'Failure') };

export const boundary = 'frontiere_7f3a';

const bytesOf = (text: Buffer | string): Buffer => (typeof text === 'string' ? Buffer.from(text) : text);

export const multipartType = `multipart/related; type="application/xop+xml"; boundary="${boundary}"; start="<root@x>"`;

/** A header block and a body, with the length of the body unless told otherwise. */
export function http(
  body: Buffer | string,
  headers: Readonly<Record<string, string>> = {},
  { status = '200 OK', withLength = true } = {},
): Buffer {
  const bytes = bytesOf(body);
  const lines = Object.entries({
    'Content-Type': multipartType,
    ...(withLength ? { 'Content-Length': String(bytes.length) } : { Connection: 'close' }),
    ...headers,
  }).map(([name, value]) => `${name}: ${value}`);
  return Buffer.concat([Buffer.from(`HTTP/1.1 ${status}\r\n${lines.join('\r\n')}\r\n\r\n`), bytes]);
}

export const xml = { 'Content-Type': 'application/soap+xml; charset=UTF-8' };

/** A root part that refers to documents by the identifiers of their parts, or holds them. */
export function envelope(
  documents: readonly { readonly id: string; readonly href?: string; readonly inline?: string }[],
  { relatesTo = '', status = 'success' }: { readonly relatesTo?: string; readonly status?: keyof typeof statuses } = {},
): string {
  const responses = documents.map(({ id, href, inline = '' }) => {
    const content =
      href === undefined ? inline : `<i:Include xmlns:i="http://www.w3.org/2004/08/xop/include" href="${href}"/>`;
    return `<x:DocumentResponse><x:RepositoryUniqueId>2.999.1</x:RepositoryUniqueId><x:DocumentUniqueId>${id}</x:DocumentUniqueId><x:mimeType>text/xml</x:mimeType><x:Document>${content}</x:Document></x:DocumentResponse>`;
  });
  return soap(
    `<x:RetrieveDocumentSetResponse xmlns:x="urn:ihe:iti:xds-b:2007"><rs:RegistryResponse xmlns:rs="urn:oasis:names:tc:ebxml-regrep:xsd:rs:3.0" status="${statuses[status]}"/>${responses.join('')}</x:RetrieveDocumentSetResponse>`,
    relatesTo,
  );
}

export function soap(body: string, relatesTo = ''): string {
  const header =
    relatesTo === '' ? '' : `<a:RelatesTo xmlns:a="http://www.w3.org/2005/08/addressing">${relatesTo}</a:RelatesTo>`;
  return `<s:Envelope xmlns:s="http://www.w3.org/2003/05/soap-envelope"><s:Header>${header}</s:Header><s:Body>${body}</s:Body></s:Envelope>`;
}

/** One part with its delimiter. */
export function part(id: string | null, content: Buffer | string, type = 'application/octet-stream'): Buffer {
  const name = id === null ? '' : `Content-ID: <${id}>\r\n`;
  return Buffer.concat([
    Buffer.from(`--${boundary}\r\nContent-Type: ${type}\r\n${name}\r\n`),
    bytesOf(content),
    Buffer.from('\r\n'),
  ]);
}

export const root = (text: string): Buffer => part('root@x', text, 'application/xop+xml; type="application/soap+xml"');

export function multipart(...parts: readonly Buffer[]): Buffer {
  return Buffer.concat([...parts, Buffer.from(`--${boundary}--\r\n`)]);
}
