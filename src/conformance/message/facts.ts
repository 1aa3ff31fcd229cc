import {
  clarkName,
  namesOf,
  readSoapMessage,
  soapNames,
  type SoapFault,
  type SoapMessage,
} from '../../internal/soap/index.ts';
import { attributeOf, childElement, childElements, type ReadElement } from '../../internal/xml/index.ts';
import { xdsNames } from '../../transport/registry/names.ts';
import { readRegistryResponse } from '../../transport/registry/response.ts';
import { attachedDocuments, retrievedDocuments } from './content.ts';
import { queryFacts, registryFacts, requestedDocuments } from './ebrim.ts';
import { findInteraction, interactionFacts } from './hl7v3.ts';
import { assertionFacts, protocolFacts, trustFacts } from './saml.ts';
import { facts, type Facts } from './values.ts';

/** What a message says, read by namespaces and never judged. */
export function messageFacts(root: ReadElement): Facts {
  const soap = readSoapMessage(root);
  const payload = soap ? soap.body : [root];
  const assertions = assertionFacts(root);

  return {
    root: clarkName(root),
    ...(soap ? soapFacts(soap) : {}),
    ...payload.map(payloadFacts).reduce<Facts>((all, part) => ({ ...all, ...part }), {}),
    ...(assertions.length > 0 ? { assertions } : {}),
  };
}

function soapFacts(message: SoapMessage): Facts {
  const { addressing, mandatory, notUnderstood, fault } = message;
  return facts({
    soap: message.version,
    mustUnderstand: mandatory.length > 0 ? namesOf(mandatory) : undefined,
    notUnderstood: notUnderstood.length > 0 ? notUnderstood.map(({ written }) => written) : undefined,
    wsaAction: addressing.action,
    wsaNamespace: addressing.namespace,
    wsaMessageID: addressing.messageId,
    wsaRelatesTo: addressing.relatesTo,
    wsaTo: addressing.to,
    body: namesOf(message.body),
    fault: fault && faultFacts(fault, message.version),
  });
}

/** In the words of its version. */
function faultFacts(fault: SoapFault, version: SoapMessage['version']): Facts {
  const detail = namesOf(fault.detail);
  const common = { code: fault.code, detail: detail.length > 0 ? detail : undefined };
  if (version === '1.1') return facts({ ...common, reason: fault.reasons[0]?.text, actor: fault.role });

  return facts({
    ...common,
    subcodes: fault.subcodes.length > 0 ? fault.subcodes : undefined,
    reasons: fault.reasons.map(({ language, text }) => ({ lang: language, text })),
    node: fault.node,
    role: fault.role,
  });
}

/** What one element of a body, or the root of a file, carries. */
function payloadFacts(payload: ReadElement): Facts {
  const interaction = findInteraction(payload);

  return {
    ...registryFacts(payload),
    ...answerFacts(payload),
    ...requestFacts(payload),
    ...facts({
      hl7: interaction && interactionFacts(interaction),
      samlp: protocolFacts(payload),
      trust: trustFacts(payload),
    }),
  };
}

/** Status and errors, wherever the answer carries them. */
function answerFacts(payload: ReadElement): Facts {
  const response = registryResponseOf(payload);
  if (!response) return {};

  const { statusName, errors, highestSeverity } = readRegistryResponse(response);
  const documents = retrievedDocuments(payload);
  return {
    status: statusName,
    errors: errors.map(({ code, severityName, context, location }) =>
      facts({ code, severity: severityName, context, location }),
    ),
    ...facts({
      highestSeverity,
      totalResultCount: attributeOf(payload, 'totalResultCount'),
      documents: documents.length > 0 ? documents : undefined,
    }),
  };
}

/** The part of a payload that says how it went. */
export function registryResponseOf(payload: ReadElement): ReadElement | undefined {
  const { localName, namespace } = payload;
  if (localName === 'RegistryResponse' && namespace === xdsNames.registry) return payload;
  if (localName === 'AdhocQueryResponse' && namespace === xdsNames.query) return payload;
  return childElement(payload, 'RegistryResponse', xdsNames.registry);
}

function requestFacts(payload: ReadElement): Facts {
  const { localName, namespace } = payload;
  if (localName === 'AdhocQueryRequest' && namespace === xdsNames.query) return { query: queryFacts(payload) };
  if (namespace === xdsNames.lifeCycle && localName === 'RemoveObjectsRequest') return { removes: removed(payload) };
  if (namespace !== xdsNames.xds) return {};

  if (localName === 'RetrieveDocumentSetRequest') return { documentRequests: requestedDocuments(payload) };
  if (localName === 'ProvideAndRegisterDocumentSetRequest') return { attachedDocuments: attachedDocuments(payload) };
  return {};
}

function removed(request: ReadElement): string[] {
  return childElements(request, 'ObjectRefList', xdsNames.rim)
    .flatMap((list) => childElements(list, 'ObjectRef', xdsNames.rim))
    .flatMap((reference) => attributeOf(reference, 'id') ?? []);
}

const families = /^(?:urn:oasis:names:tc:(?:ebxml-regrep|SAML):|urn:ihe:iti:|http:\/\/docs\.oasis-open\.org\/ws)/;

/** Whether XML that is no envelope is a part of these wires, or an envelope of an unknown kind. */
export function isMessage(root: ReadElement): boolean {
  // Without any namespace its body tells that it was meant for SOAP.
  const isNamed = root.namespace !== '' || childElement(root, 'Body') !== undefined;
  const isEnvelope = (root.localName === 'Envelope' && isNamed) || root.namespace === soapNames.soap11;
  return isEnvelope || families.test(root.namespace) || findInteraction(root) !== undefined;
}
