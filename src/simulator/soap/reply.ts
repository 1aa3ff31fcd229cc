import { bytesSource, utf8Bytes, type ByteSource } from '../../internal/bytes.ts';
import { writeMultipart, type PartToWrite } from '../../internal/mime/index.ts';

/** An answer as it goes out. */
export interface SoapReply {
  readonly status: number;
  readonly contentType: string;
  readonly body: ByteSource;
}

/** An envelope alone. */
export function plainReply(status: number, envelope: string): SoapReply {
  const body = bytesSource(utf8Bytes(envelope));
  return { status, contentType: 'application/soap+xml; charset=utf-8', body };
}

/**
 * An envelope with documents beside it.
 *
 * @param unique - a UUID
 * @see RFC 2387; XOP 1.0, section 4; SOAP MTOM, section 3.2
 */
export function multipartReply(envelope: string, documents: readonly PartToWrite[], unique: string): SoapReply {
  const root: PartToWrite = {
    contentType: 'application/xop+xml; charset=UTF-8; type="application/soap+xml"',
    contentId: `root.${unique}@terr-esante-simulator`,
    content: bytesSource(utf8Bytes(envelope)),
  };
  const { boundary, body } = writeMultipart([root, ...documents], unique);
  const contentType = `multipart/related; type="application/xop+xml"; boundary="${boundary}"; start="<${root.contentId}>"; start-info="application/soap+xml"`;
  return { status: 200, contentType, body };
}
