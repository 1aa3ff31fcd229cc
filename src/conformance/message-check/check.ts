import type { Finding } from '../../errors.ts';
import { checkMetadata } from '../../documents/index.ts';
import { finding } from '../../internal/finding.ts';
import { clarkName, readSoapMessage, soapNames } from '../../internal/soap/index.ts';
import { descendants, type ReadElement } from '../../internal/xml/index.ts';
import { xdsNames } from '../../transport/registry/names.ts';
import { findInteraction } from '../message/hl7v3.ts';
import type { MessageFile } from '../message/read.ts';
import { messageRules } from '../rules/message/index.ts';
import { addressingFindings } from './addressing.ts';
import { answerFindings } from './answer.ts';
import { depositFindings } from './deposit.ts';
import { envelopeFindings, versionFinding } from './envelope.ts';
import { faultFindings } from './fault.ts';
import { interactionFindings } from './interaction.ts';
import { operationOf } from '../message/operations.ts';
import { includeFindings, partFindings } from './parts.ts';
import { payloadAt, shown, type Payload, type PayloadCheck } from './place.ts';
import { queryFindings } from './query.ts';
import { removalFindings, retrieveFindings } from './requests.ts';

/**
 * What is wrong in a message of SOAP, XDS, PIX or PDQ: its parts, its envelope, its operation, and
 * the metadata it carries. A refusal is told by its codes; no text of a server is repeated.
 */
export async function messageFindings(file: MessageFile): Promise<Finding[]> {
  const { root, mime } = file;
  const out = mime ? partFindings(mime) : [];
  if (!root) {
    const fault = file.unreadable ?? 'malformed';
    return [...out, finding(messageRules, 'MESSAGE-XML', { path: '/', case: fault })];
  }

  out.push(...envelopeAndPayloads(root, file), ...includeFindings(root, mime));
  return [...out, ...(await metadataFindings(file, root))];
}

function envelopeAndPayloads(root: ReadElement, file: MessageFile): Finding[] {
  const soap = readSoapMessage(root);
  if (!soap) {
    const isEnvelope = root.localName === 'Envelope' || root.namespace === soapNames.soap11;
    return isEnvelope ? [versionFinding(root, '')] : [...payloadFindings(payloadAt('', root), file)];
  }

  const out = [...envelopeFindings(root, soap, ''), ...faultFindings(soap, '')];
  const payloads = soap.body.map((node) => payloadAt('/Envelope/Body', node));
  for (const payload of payloads) {
    const operation = operationOf(payload.node, payload.name);
    if (!operation) continue;

    if (soap.version === '1.1') out.push(versionFinding(root, ''));
    out.push(...addressingFindings(soap, operation, ''));
  }

  const isOther = soap.fault === null && payloads.length > 0;
  return [...out, ...(isOther ? payloads.flatMap((payload) => payloadFindings(payload, file)) : [])];
}

/** What is looked at in each payload, by its name. */
function checkOf(name: string, { mime }: MessageFile): PayloadCheck | undefined {
  const { xds, query, registry, lifeCycle } = xdsNames;
  const checks = new Map<string, PayloadCheck>([
    [`{${query}}AdhocQueryRequest`, queryFindings],
    [`{${query}}AdhocQueryResponse`, answerFindings],
    [`{${registry}}RegistryResponse`, answerFindings],
    [`{${xds}}RetrieveDocumentSetResponse`, answerFindings],
    [`{${xds}}RetrieveDocumentSetRequest`, retrieveFindings],
    [`{${xds}}ProvideAndRegisterDocumentSetRequest`, (payload) => depositFindings(payload, mime?.parts ?? null)],
    [`{${lifeCycle}}RemoveObjectsRequest`, removalFindings],
    // Judged by the rules of metadata.
    [`{${lifeCycle}}SubmitObjectsRequest`, () => []],
  ]);
  return checks.get(name);
}

const ebrim = /^urn:oasis:names:tc:ebxml-regrep:(?:rim:|registry:|query:)?xsd:2\./;

function payloadFindings(payload: Payload, file: MessageFile): readonly Finding[] {
  const { node, path, name } = payload;
  if (isOldEbrim(node)) {
    return [finding(messageRules, 'MESSAGE-EBRIM', { path, found: shown(node.namespace) })];
  }

  const interaction = findInteraction(node);
  const operation = interaction && operationOf(interaction, clarkName(interaction));
  if (interaction && operation) {
    const at = interaction === node ? payload : payloadAt(path, interaction);
    return interactionFindings(at, operation);
  }

  const check = checkOf(name, file);
  if (check) return check(payload);
  // Registry objects outside of any request are judged by the rules of metadata.
  return node.namespace === xdsNames.rim ? [] : [finding(messageRules, 'MESSAGE-OTHER', { path, found: shown(name) })];
}

/** Another version of ebRIM, which looks like metadata and is not. */
function isOldEbrim({ namespace }: ReadElement): boolean {
  return ebrim.test(namespace);
}

/** Objects of metadata, and the request that is nothing without them. */
const carriers = new Set(['ExtrinsicObject', 'RegistryPackage', 'Association', 'SubmitObjectsRequest']);

/** Rules that speak of a whole submission, or of files on a medium. */
const ofSubmissions: ReadonlySet<string> = new Set(['XDS-SET', 'XDS-MEMBER', 'XDS-LINK']);
const ofMedia: ReadonlySet<string> = new Set(['XDS-URI']);

/** The metadata that a message carries, by the rules of metadata. */
async function metadataFindings({ bytes }: MessageFile, root: ReadElement): Promise<readonly Finding[]> {
  const nodes = [...descendants(root)];
  const isCarrying = nodes.some(({ localName }) => carriers.has(localName));
  if (!isCarrying || nodes.some(isOldEbrim)) return [];

  const isAnswer = nodes.some(({ localName }) => localName === 'AdhocQueryResponse');
  const isBare = root.localName === 'SubmitObjectsRequest';
  const { findings } = await checkMetadata(bytes);
  return findings.filter(({ rule }) => !(isAnswer && ofSubmissions.has(rule)) && !(!isBare && ofMedia.has(rule)));
}
