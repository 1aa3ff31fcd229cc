import type { Finding } from '../../errors.ts';
import { finding, type CaseOf } from '../../internal/finding.ts';
import { attributeOf, childElement, childElements, textOf, type ReadElement } from '../../internal/xml/index.ts';
import { xdsNames } from '../../transport/registry/names.ts';
import { storedQueries } from '../../transport/xds/stored-query.ts';
import { messageRules } from '../rules/message/index.ts';
import { shown, type Payload } from './place.ts';

type QueryCase = CaseOf<(typeof messageRules)['MESSAGE-QUERY']>;
type QueryName = keyof typeof storedQueries;

const document = '$XDSDocumentEntry';
const set = '$XDSSubmissionSet';
const folder = '$XDSFolder';
const identified = (object: string): string => `${object}EntryUUID ${object}UniqueId`;

/**
 * Parameters that a query must have; of several in one text, one is enough.
 *
 * @see IHE ITI TF-2, section 3.18.4.1.2.3.7
 */
const required: Readonly<Record<QueryName, readonly string[]>> = {
  FindDocuments: [`${document}PatientId`, `${document}Status`],
  FindDocumentsByReferenceId: [`${document}PatientId`, `${document}Status`, `${document}ReferenceIdList`],
  FindSubmissionSets: [`${set}PatientId`, `${set}Status`],
  FindFolders: [`${folder}PatientId`, `${folder}Status`],
  GetAll: ['$patientId', `${document}Status`, `${set}Status`, `${folder}Status`],
  GetDocuments: [identified(document)],
  GetFolders: [identified(folder)],
  GetAssociations: ['$uuid'],
  GetDocumentsAndAssociations: [identified(document)],
  GetSubmissionSets: ['$uuid'],
  GetSubmissionSetAndContents: [identified(set)],
  GetFolderAndContents: [identified(folder)],
  GetFoldersForDocument: [identified(document)],
  GetRelatedDocuments: [identified(document), '$AssociationTypes'],
};

const names: ReadonlyMap<string, QueryName> = new Map(
  (Object.keys(storedQueries) as QueryName[]).map((name) => [storedQueries[name].id, name]),
);

/** A stored query: which one, the parameters it needs, how their values are written. */
export function queryFindings({ node, path }: Payload): Finding[] {
  const [query, ...others] = childElements(node, 'AdhocQuery', xdsNames.rim);
  if (!query) return [faulty('absent', `${path}/AdhocQuery`)];

  const at = `${path}/AdhocQuery`;
  const id = attributeOf(query, 'id') ?? '';
  const name = names.get(id.toLowerCase());
  const returnType = attributeOf(childElement(node, 'ResponseOption', xdsNames.query), 'returnType') ?? '';
  const slots = childElements(query, 'Slot', xdsNames.rim);

  return [
    ...(others.length > 0 ? [faulty('several', at)] : []),
    // A community may have queries of its own.
    ...(name ? [] : [faulty('id', `${at}/@id`, shown(id) || null, 'warning')]),
    ...(/^LeafClass(?:WithRepositoryItem)?$|^ObjectRef$/.test(returnType)
      ? []
      : [faulty('return-type', `${path}/ResponseOption/@returnType`, shown(returnType) || null)]),
    ...(name ? missingOf(name, slots, at) : []),
    ...slots.flatMap((slot) => valueFindings(slot, at)),
  ];
}

function faulty(fault: QueryCase, path: string, found: string | null = null, severity?: 'warning'): Finding {
  return finding(messageRules, 'MESSAGE-QUERY', { path, case: fault, found, severity });
}

function missingOf(name: QueryName, slots: readonly ReadElement[], path: string): Finding[] {
  const given = new Set(slots.map((slot) => attributeOf(slot, 'name')));
  return required[name]
    .filter((choice) => !choice.split(' ').some((slot) => given.has(slot)))
    .map((choice) =>
      finding(messageRules, 'MESSAGE-QUERY', { path: `${path}/Slot`, case: 'missing', expected: choice }),
    );
}

/** A number, a text between apostrophes, or a list of them between brackets. */
const term = String.raw`\s*(?:'(?:[^']|'')*'|-?\d+(?:\.\d+)?)\s*`;
const value = new RegExp(String.raw`^(?:${term}|\s*\(${term}(?:,${term})*\)\s*)$`);

function valueFindings(slot: ReadElement, path: string): Finding[] {
  const at = `${path}/Slot[@name='${shown(attributeOf(slot, 'name') ?? '')}']`;
  const values = childElements(slot, 'ValueList', xdsNames.rim).flatMap((list) =>
    childElements(list, 'Value', xdsNames.rim).map((item) => textOf(item)),
  );

  if (values.length === 0) return [faulty('empty', at)];
  return values.every((text) => value.test(text)) ? [] : [faulty('quotes', at)];
}
