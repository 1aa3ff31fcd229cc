import type { IncomingMessage, ServerResponse } from 'node:http';

import { utf8Bytes } from '../../internal/bytes.ts';
import { writeJson, type Json } from '../../internal/json/index.ts';
import { textAt } from './elements.ts';
import { fhirNames } from './names.ts';

/** An answer of the FHIR side. */
export interface FhirReply {
  readonly status: number;
  readonly contentType: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Uint8Array;
}

const none = new Uint8Array();

export function jsonReply(status: number, resource: Json | null, headers: FhirReply['headers'] = {}): FhirReply {
  const body = resource === null ? none : utf8Bytes(writeJson(resource));
  return { status, contentType: `${fhirNames.json}; charset=utf-8`, headers, body };
}

/** The version of a resource, as a header has it. */
export function etagOf(resource: Json): string {
  return `W/"${textAt(resource, 'meta.versionId') ?? '1'}"`;
}

function lastModifiedOf(resource: Json): Record<string, string> {
  const at = Date.parse(textAt(resource, 'meta.lastUpdated') ?? '');
  return Number.isNaN(at) ? {} : { 'Last-Modified': new Date(at).toUTCString() };
}

/** A resource with its version. */
export function resourceReply(status: number, resource: Json, headers: FhirReply['headers'] = {}): FhirReply {
  return jsonReply(status, resource, { ETag: etagOf(resource), ...lastModifiedOf(resource), ...headers });
}

/** Sends an answer. What was left unread of the request ends the connection. */
export function sendReply(request: IncomingMessage, response: ServerResponse, reply: FhirReply, now: number): void {
  response.writeHead(reply.status, {
    ...(reply.body.length > 0 && { 'Content-Type': reply.contentType }),
    'Content-Length': reply.body.length,
    'Cache-Control': 'no-store',
    Date: new Date(now).toUTCString(),
    ...reply.headers,
    ...(!request.complete && { Connection: 'close' }),
  });
  request.resume();
  response.end(reply.body);
}
