import type { DocumentRequest, XdsClient } from '../../../src/transport/index.ts';

/** What was read of one document. */
export interface ReadDocument {
  readonly uniqueId: string;
  readonly mimeType: string | null;
  readonly sha1: string | null;
  readonly content: Buffer;
}

/** Fetches documents and reads each of them whole, in the order in which they come. */
export async function fetchAll(
  xds: XdsClient,
  requests: readonly DocumentRequest[],
  options?: Parameters<XdsClient['retrieveDocuments']>[1],
): Promise<{
  readonly answer: Awaited<ReturnType<XdsClient['retrieveDocuments']>>;
  readonly documents: readonly ReadDocument[];
}> {
  const answer = await xds.retrieveDocuments(requests, options);
  const documents: ReadDocument[] = [];

  for await (const document of answer.documents) {
    const content = Buffer.from(await document.bytes());
    const { uniqueId, mimeType, sha1 } = document;
    documents.push({ uniqueId, mimeType, sha1, content });
  }
  return { answer, documents };
}
