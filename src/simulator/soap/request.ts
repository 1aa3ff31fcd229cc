import type { IncomingMessage } from 'node:http';
import { isTerrESanteError } from '../../errors.ts';
import { collect } from '../../internal/bytes.ts';
import { faultOf } from '../../internal/fault.ts';
import { idOf, mimeFaults, mimeParts, parseHeaderValue, type HeaderValue } from '../../internal/mime/index.ts';
import { readSoapMessage, soapNames, type SoapMessage } from '../../internal/soap/index.ts';
import { element, readXml, xmlFaults, type ReadElement } from '../../internal/xml/index.ts';
import { SoapRefusal } from './refusal.ts';

/** A request as it came: its envelope, and what came beside it. */
export interface SoapRequest {
  readonly message: SoapMessage;
  readonly root: ReadElement;
  /** The envelope, with the very bytes of an assertion in it. */
  readonly envelope: Uint8Array;
  /** Documents by Content-ID. */
  readonly parts: ReadonlyMap<string, Uint8Array>;
  readonly isMultipart: boolean;
  /** The `action` of the content type, `null` without. */
  readonly httpAction: string | null;
}

const envelopeLimits = { maxDepth: 60, maxElements: 200_000, maxAttributes: 64 };

/**
 * Reads a SOAP 1.2 request, alone or as the root of a multipart (MTOM). Everything is in memory, up
 * to a limit: so is what the simulator keeps.
 *
 * @throws SoapRefusal
 */
export async function readSoapRequest(request: IncomingMessage, maxBytes: number): Promise<SoapRequest> {
  const type = parseHeaderValue(request.headers['content-type'] ?? '');
  const coding = request.headers['content-encoding'] ?? 'identity';
  if (coding.toLowerCase() !== 'identity') {
    throw new SoapRefusal('Sender', 'Le corps de la requête ne doit pas être compressé.', { status: 415 });
  }
  if (Number(request.headers['content-length'] ?? '0') > maxBytes) throw tooLarge();

  // Who is refused half-way still gets an answer: the connection stays open under it.
  const body = limited(request.iterator({ destroyOnReturn: false }) as AsyncIterable<Uint8Array>, maxBytes);
  if (type.value === 'multipart/related') return readMultipart(body, type);

  // The type of SOAP 1.1 is read as well, so that the answer can say which version is asked for.
  if (type.value !== 'application/soap+xml' && type.value !== 'text/xml') {
    const reason = 'Content-Type attendu : application/soap+xml, ou multipart/related pour MTOM.';
    throw new SoapRefusal('Sender', reason, { status: 415 });
  }
  const httpAction = type.parameters.get('action') ?? null;
  return { ...readEnvelope(await collect(body)), parts: new Map(), isMultipart: false, httpAction };
}

function tooLarge(): SoapRefusal {
  return new SoapRefusal('Sender', 'La requête est trop longue.', { status: 413 });
}

async function* limited(body: AsyncIterable<Uint8Array>, maxBytes: number): AsyncGenerator<Uint8Array> {
  let total = 0;
  for await (const chunk of body) {
    total += chunk.length;
    if (total > maxBytes) throw tooLarge();
    yield chunk;
  }
}

interface Part {
  readonly id: string | null;
  readonly type: HeaderValue;
  readonly bytes: Uint8Array;
}

/** @see RFC 2387; XOP 1.0, section 4 */
async function readMultipart(body: AsyncIterable<Uint8Array>, type: HeaderValue): Promise<SoapRequest> {
  const boundary = type.parameters.get('boundary') ?? '';
  if (boundary === '') throw unreadableMultipart('no-boundary');
  if (type.parameters.get('type')?.toLowerCase() !== 'application/xop+xml') {
    throw new SoapRefusal('Sender', 'multipart/related attendu avec type="application/xop+xml".', { status: 415 });
  }

  const parts: Part[] = [];
  try {
    for await (const part of mimeParts(body, boundary)) {
      const { contentId: id, headers } = part;
      const bytes = await collect(part.content());
      parts.push({ id, type: parseHeaderValue(headers.get('content-type') ?? ''), bytes });
    }
  } catch (error) {
    throw refusalOfMime(error);
  }

  const root = rootOf(parts, idOf(type.parameters.get('start')));
  const action = type.parameters.get('action') ?? root.type.parameters.get('action') ?? null;
  return { ...readEnvelope(root.bytes), parts: namedParts(parts, root), isMultipart: true, httpAction: action };
}

/** The part that `start` names; without a `start`, the first. */
function rootOf(parts: readonly Part[], start: string | null): Part {
  const root = start === null ? parts[0] : parts.find(({ id }) => id === start);
  if (!root) throw unreadableMultipart('no-root');
  if (root.type.value !== 'application/xop+xml') {
    throw new SoapRefusal('Sender', 'La partie principale doit être de type application/xop+xml.');
  }
  return root;
}

function namedParts(parts: readonly Part[], root: Part): ReadonlyMap<string, Uint8Array> {
  const named = new Map<string, Uint8Array>();
  for (const part of parts) {
    if (part.id === null) continue;
    if (named.has(part.id) || (part !== root && part.id === root.id)) throw unreadableMultipart('same-id');
    if (part !== root) named.set(part.id, part.bytes);
  }
  return named;
}

function refusalOfMime(error: unknown): unknown {
  if (!isTerrESanteError(error)) return error;
  const reason = faultOf(error, mimeFaults);
  return reason === null ? error : unreadableMultipart(reason);
}

function unreadableMultipart(reason: keyof typeof mimeFaults): SoapRefusal {
  return new SoapRefusal('Sender', `Requête en plusieurs parties illisible : ${mimeFaults[reason].fr}.`);
}

function readEnvelope(bytes: Uint8Array): Pick<SoapRequest, 'message' | 'root' | 'envelope'> {
  let root: ReadElement;
  try {
    root = readXml(bytes, { ...envelopeLimits, maxBytes: Math.max(1, bytes.length) });
  } catch (error) {
    const reason = faultOf(error, xmlFaults);
    const why = reason === null ? 'XML refusé' : xmlFaults[reason].fr;
    throw new SoapRefusal('Sender', `L'enveloppe ne se lit pas : ${why}.`);
  }

  const message = readSoapMessage(root);
  if (!message) throw new SoapRefusal('Sender', "Le corps de la requête n'est pas une enveloppe SOAP.");
  if (message.version === '1.1') throw otherVersion();
  if (message.fault) throw new SoapRefusal('Sender', "Une faute n'est pas une demande.");
  return { message, root, envelope: bytes };
}

/** @see SOAP 1.2 part 1, section 5.4.7 */
function otherVersion(): SoapRefusal {
  const blocks = element(
    'env:Upgrade',
    null,
    element('env:SupportedEnvelope', { 'xmlns:s': soapNames.soap12, qname: 's:Envelope' }),
  );
  return new SoapRefusal('VersionMismatch', 'Ce service parle SOAP 1.2.', { blocks });
}
