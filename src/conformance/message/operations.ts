import type { ReadElement } from '../../internal/xml/index.ts';
import { hl7v3 } from '../../transport/patients/interaction.ts';
import { xdsNames } from '../../transport/registry/names.ts';
import { isInteraction } from './hl7v3.ts';

/** The operation a payload belongs to. */
export interface Operation {
  readonly isAnswer: boolean;
  /** The action of the commonest transaction that has this payload. */
  readonly action: string;
  /** Every action it may have. */
  readonly actions: RegExp;
}

/** Transactions by the element of their body; an answer may also come asynchronously. */
const xdsOperations: Readonly<
  Record<string, { readonly action: string; readonly names: string; readonly isAnswer?: true }>
> = {
  [`{${xdsNames.xds}}ProvideAndRegisterDocumentSetRequest`]: {
    action: 'urn:ihe:iti:2007:ProvideAndRegisterDocumentSet-b',
    names: 'ProvideAndRegisterDocumentSet-b|CrossGatewayDocumentProvide',
  },
  [`{${xdsNames.lifeCycle}}SubmitObjectsRequest`]: {
    action: 'urn:ihe:iti:2010:UpdateDocumentSet',
    names: '(?:Restricted)?UpdateDocumentSet|RegisterDocumentSet-b|RegisterOnDemandDocumentEntry',
  },
  [`{${xdsNames.lifeCycle}}RemoveObjectsRequest`]: {
    action: 'urn:ihe:iti:2010:DeleteDocumentSet',
    names: 'DeleteDocumentSet|RemoveMetadata|RemoveDocuments',
  },
  [`{${xdsNames.query}}AdhocQueryRequest`]: {
    action: 'urn:ihe:iti:2007:RegistryStoredQuery',
    names: 'RegistryStoredQuery|CrossGatewayQuery|MultiPatientStoredQuery',
  },
  [`{${xdsNames.xds}}RetrieveDocumentSetRequest`]: {
    action: 'urn:ihe:iti:2007:RetrieveDocumentSet',
    names: 'RetrieveDocumentSet|CrossGatewayRetrieve|RemoveDocuments',
  },
  [`{${xdsNames.query}}AdhocQueryResponse`]: {
    action: 'urn:ihe:iti:2007:RegistryStoredQueryResponse',
    names: '(?:RegistryStoredQuery|CrossGatewayQuery|MultiPatientStoredQuery)(?:Async)?Response',
    isAnswer: true,
  },
  [`{${xdsNames.xds}}RetrieveDocumentSetResponse`]: {
    action: 'urn:ihe:iti:2007:RetrieveDocumentSetResponse',
    names: '(?:RetrieveDocumentSet|CrossGatewayRetrieve)(?:Async)?Response',
    isAnswer: true,
  },
  [`{${xdsNames.registry}}RegistryResponse`]: {
    action: 'urn:ihe:iti:2007:ProvideAndRegisterDocumentSet-bResponse',
    names: '[\\w-]+Response',
    isAnswer: true,
  },
};

/** The HL7 v3 interactions that answer another one. @see IHE ITI TF-2, sections 3.44 to 3.47 */
const answers: ReadonlySet<string> = new Set(['MCCI_IN000002UV01', 'PRPA_IN201306UV02', 'PRPA_IN201310UV02']);

/** The operation of a payload, `null` for one of other services. */
export function operationOf(node: ReadElement, name: string): Operation | null {
  if (isInteraction(node)) {
    const action = `${hl7v3}:${node.localName}`;
    return {
      isAnswer: answers.has(node.localName),
      action,
      actions: new RegExp(`^${action}(?:[:_][A-Za-z]+)?$`),
    };
  }

  const row = Object.hasOwn(xdsOperations, name) ? xdsOperations[name] : undefined;
  if (!row) return null;
  return {
    isAnswer: row.isAnswer ?? false,
    action: row.action,
    actions: new RegExp(`^urn:ihe:iti:20\\d\\d:(?:${row.names})$`),
  };
}
