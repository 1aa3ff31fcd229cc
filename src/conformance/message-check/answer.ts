import type { Finding } from '../../errors.ts';
import { finding, type CaseOf } from '../../internal/finding.ts';
import { isBase64 } from '../../internal/mime/index.ts';
import { childElement, childElements, textOf, type ReadElement } from '../../internal/xml/index.ts';
import { xdsNames } from '../../transport/registry/names.ts';
import { readRegistryResponse, type RegistryResponse } from '../../transport/registry/response.ts';
import { registryFindings } from '../../transport/registry/rules.ts';
import { registryResponseOf } from '../message/facts.ts';
import { messageRules } from '../rules/message/index.ts';
import { isInline } from './deposit.ts';
import { shown, type Payload } from './place.ts';

type StatusCase = CaseOf<(typeof messageRules)['MESSAGE-STATUS']>;

/** Status and errors of an answer of a registry or a repository. */
export function answerFindings({ node, path }: Payload): Finding[] {
  const response = registryResponseOf(node);
  if (!response) {
    // Documents without a word on how it went are no success.
    const absent = { path: `${path}/RegistryResponse/@status`, case: 'absent', found: null } as const;
    return [finding(messageRules, 'MESSAGE-STATUS', absent), ...documentFindings(node, path)];
  }

  const at = response === node ? path : `${path}/RegistryResponse`;
  const read = readRegistryResponse(response);
  const fault = statusOf(read);
  const status = fault && [
    finding(messageRules, 'MESSAGE-STATUS', {
      path: `${at}/@status`,
      case: fault,
      found: read.statusName === null ? null : shown(read.statusName),
      ...(fault === 'partial' && { severity: 'warning' as const }),
    }),
  ];
  const lines = registryFindings(read.errors).map((line) => ({ ...line, path: `${at}${line.path}` }));
  return [...(status ?? []), ...lines, ...documentFindings(node, path)];
}

function statusOf({ status, statusName, errors }: RegistryResponse): StatusCase | null {
  const hasError = errors.some(({ severity }) => severity === 'Error');
  if (statusName === null) return 'absent';
  if (status === null) return 'unknown';
  if (status === 'PartialSuccess') return 'partial';
  if (status === 'Success') return hasError ? 'success' : null;
  return errors.length === 0 ? 'failure' : null;
}

/** Documents of an answer: each has its identifiers, its nature and its content. */
function documentFindings(node: ReadElement, path: string): Finding[] {
  return childElements(node, 'DocumentResponse', xdsNames.xds).flatMap((document, index) => {
    const at = `${path}/DocumentResponse[${String(index + 1)}]`;
    const lacks = (name: string): boolean => {
      const child = childElement(document, name, xdsNames.xds);
      return !child || (childElements(child).length === 0 && textOf(child).trim() === '');
    };
    const content = childElement(document, 'Document', xdsNames.xds);
    const isOther = !lacks('Document') && isInline(content) && !isBase64(textOf(content));
    const cases = [
      ['DocumentUniqueId', 'document'],
      ['RepositoryUniqueId', 'repository'],
      ['mimeType', 'type'],
      ['Document', 'content'],
    ] as const;
    const faulty = (name: string, fault: CaseOf<(typeof messageRules)['MESSAGE-RETRIEVE']>): Finding =>
      finding(messageRules, 'MESSAGE-RETRIEVE', { path: `${at}/${name}`, case: fault });
    return [
      ...cases.filter(([name]) => lacks(name)).map(([name, fault]) => faulty(name, fault)),
      ...(isOther ? [faulty('Document', 'base64')] : []),
    ];
  });
}
