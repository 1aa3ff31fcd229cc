/*
 * The parts that make a report, by their content type: in ASCII (RFC 3464, RFC 8098) or in UTF-8
 * (RFC 6533).
 */

export function isDeliveryStatus(contentType: string): boolean {
  return /^message\/(?:global-)?delivery-status$/i.test(contentType);
}

export function isDisposition(contentType: string): boolean {
  return /^message\/(?:global-)?disposition-notification$/i.test(contentType);
}

/** A message within the message, of which a server can give the headers alone. */
export function isEmbeddedMessage(contentType: string): boolean {
  return /^message\/(?:rfc822|global)$/i.test(contentType);
}

/** The original goes back whole, as its headers alone, or as an attached `.eml`. */
export function isOriginal(contentType: string, fileName: string | null): boolean {
  return (
    isEmbeddedMessage(contentType) ||
    /^(?:text\/rfc822-headers|message\/(?:global|rfc822)-headers)$/i.test(contentType) ||
    (fileName !== null && /(?:\.eml|headers?[^/\\]{0,40}\.txt)$/i.test(fileName))
  );
}
