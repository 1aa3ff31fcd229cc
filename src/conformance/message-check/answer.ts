import type { Finding } from '../../errors.ts';
import { finding, type CaseOf } from '../../internal/finding.ts';
import { childElement, childElements, type ReadElement } from '../../internal/xml/index.ts';
import { xdsNames } from '../../transport/registry/names.ts';
import { readRegistryResponse, type RegistryResponse } from '../../transport/registry/response.ts';
import { registryFindings } from '../../transport/registry/rules.ts';
import { registryResponseOf } from '../message/facts.ts';
import { messageRules } from '../rules/message/index.ts';
import { shown, type Payload } from './place.ts';

type StatusCase = CaseOf<(typeof messageRules)['MESSAGE-STATUS']>;

/** Status and errors of an answer of a registry or a repository. */
export function answerFindings({ node, path }: Payload): Finding[] {
  const response = registryResponseOf(node);
  if (!response) return [];

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
      return !child || child.children.length === 0;
    };
    const cases = [
      ['DocumentUniqueId', 'document'],
      ['RepositoryUniqueId', 'repository'],
      ['mimeType', 'type'],
      ['Document', 'content'],
    ] as const;
    return cases
      .filter(([name]) => lacks(name))
      .map(([name, fault]) => finding(messageRules, 'MESSAGE-RETRIEVE', { path: `${at}/${name}`, case: fault }));
  });
}
