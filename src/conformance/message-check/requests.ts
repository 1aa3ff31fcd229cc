import type { Finding } from '../../errors.ts';
import { finding } from '../../internal/finding.ts';
import { isOid } from '../../internal/oid.ts';
import { childElement, childElements, descendants, textOf } from '../../internal/xml/index.ts';
import { bareOid, xdsNames } from '../../transport/registry/names.ts';
import { messageRules } from '../rules/message/index.ts';
import type { Payload } from './place.ts';

/** A retrieve: which documents, of which repositories. */
export function retrieveFindings({ node, path }: Payload): Finding[] {
  const requests = childElements(node, 'DocumentRequest', xdsNames.xds);
  if (requests.length === 0) {
    return [finding(messageRules, 'MESSAGE-RETRIEVE', { path: `${path}/DocumentRequest`, case: 'absent' })];
  }

  return requests.flatMap((request, index) => {
    const at = `${path}/DocumentRequest[${String(index + 1)}]`;
    const text = (name: string): string => textOf(childElement(request, name, xdsNames.xds)).trim();
    const out: Finding[] = [];
    if (!isOid(bareOid(text('RepositoryUniqueId')))) {
      out.push(finding(messageRules, 'MESSAGE-RETRIEVE', { path: `${at}/RepositoryUniqueId`, case: 'repository' }));
    }
    if (text('DocumentUniqueId') === '') {
      out.push(finding(messageRules, 'MESSAGE-RETRIEVE', { path: `${at}/DocumentUniqueId`, case: 'document' }));
    }
    return out;
  });
}

/** A removal names what it removes. */
export function removalFindings({ node, path }: Payload): Finding[] {
  const names = [...descendants(node)].some(
    ({ localName, namespace }) => localName === 'ObjectRef' && namespace === xdsNames.rim,
  );
  return names ? [] : [finding(messageRules, 'MESSAGE-OBJECTS', { path: `${path}/ObjectRefList` })];
}
