import type { Finding } from '../../errors.ts';
import { finding, type CaseOf } from '../../internal/finding.ts';
import { clarkName, soapNames, type SoapMessage } from '../../internal/soap/index.ts';
import { childElements, xmlnsNamespace, type ReadElement } from '../../internal/xml/index.ts';
import { messageRules } from '../rules/message/index.ts';
import { shown } from './place.ts';

type Structure = CaseOf<(typeof messageRules)['SOAP-STRUCTURE']>;

/** What an envelope breaks of the grammar of SOAP. */
export function envelopeFindings(root: ReadElement, message: SoapMessage, path: string): Finding[] {
  const structure = structureOf(root).map((fault) =>
    finding(messageRules, 'SOAP-STRUCTURE', { path: `${path}/Envelope`, case: fault }),
  );
  return [...structure, ...message.headers.flatMap((header) => headerFindings(header, path))];
}

/** An envelope of no version of SOAP. */
export function versionFinding(root: ReadElement, path: string): Finding {
  return finding(messageRules, 'SOAP-VERSION', { path: `${path}/Envelope`, found: shown(root.namespace) });
}

function structureOf(root: ReadElement): Structure[] {
  const children = childElements(root);
  const isPart = (name: string) => (node: ReadElement) => node.localName === name && node.namespace === root.namespace;
  const [isHeader, isBody] = [isPart('Header'), isPart('Body')];
  const bodies = children.filter(isBody);
  const headers = children.filter(isHeader);

  return [
    ...(bodies.length === 0 ? (['no-body'] as const) : []),
    ...(bodies.length > 1 ? (['several-bodies'] as const) : []),
    ...(headers.length > 1 ? (['several-headers'] as const) : []),
    ...(bodies.length > 0 && headers.length > 0 && children.findIndex(isHeader) > children.findIndex(isBody)
      ? (['order'] as const)
      : []),
    ...(children.every((node) => isHeader(node) || isBody(node)) ? [] : (['other'] as const)),
    ...(bodies.some((body) => childElements(body).length > 1) ? (['payloads'] as const) : []),
  ];
}

/** Attributes that say, or were meant to say, that a header must be understood. */
function headerFindings(header: ReadElement, path: string): Finding[] {
  const spaces: readonly string[] = [soapNames.soap11, soapNames.soap12];
  const wrong = header.attributes.filter(
    ({ localName, namespace, value }) =>
      localName === 'mustUnderstand' &&
      namespace !== xmlnsNamespace &&
      !(spaces.includes(namespace) && /^(?:0|1|true|false)$/.test(value.trim())),
  );
  return wrong.map(({ namespace, localName, value }) =>
    finding(messageRules, 'SOAP-MUST-UNDERSTAND', {
      path: `${path}/Envelope/Header/${shown(header.localName)}/@mustUnderstand`,
      found: spaces.includes(namespace) ? shown(value) : shown(clarkName({ namespace, localName })),
    }),
  );
}
