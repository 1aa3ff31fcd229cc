import { attributeOf, childElement, element, fragment, type ReadElement, type Xml } from '../../internal/xml/index.ts';
import { xdsNames } from '../../transport/registry/names.ts';
import { currentNode } from '../registry/register.ts';
import { writeRim } from '../registry/rim.ts';
import { assertionRefusal } from '../soap/caller.ts';
import { dossiersOf } from '../state/patient-id.ts';
import type { RegisteredObject } from '../state/registered.ts';
import type { DossierState } from '../state/state.ts';
import { cxIdentity } from '../../internal/hl7.ts';
import { mayList, namedDossiers, readableDossiers, type XdsContext } from './context.ts';
import { errorList, RefusedRequest, statusUrn, type Problem, type ResponseStatus } from './problem.ts';
import { queryPath, QueryValues } from './query-values.ts';
import { storedQueries, type ShownRegistry, type StoredQuery } from './stored-queries.ts';

/**
 * Answers an `AdhocQueryRequest` with a stored query.
 *
 * @see IHE ITI TF-2, section 3.18.4
 * @throws RefusedRequest, SoapRefusal
 */
export function query(payload: ReadElement, context: XdsContext): Xml {
  const returnType = attributeOf(childElement(payload, 'ResponseOption', xdsNames.query), 'returnType');
  if (returnType !== 'LeafClass' && returnType !== 'ObjectRef') {
    const reason = 'returnType : LeafClass ou ObjectRef attendu.';
    throw new RefusedRequest({
      code: 'XDSRegistryError',
      context: reason,
      location: '/AdhocQueryRequest/ResponseOption',
    });
  }

  const asked = childElement(payload, 'AdhocQuery', xdsNames.rim);
  const stored = asked && storedQueryOf(attributeOf(asked, 'id'));
  if (!stored) {
    const reason = "Cette requête n'est pas une de celles que le registre connaît.";
    throw new RefusedRequest({ code: 'XDSUnknownStoredQuery', context: reason, location: queryPath });
  }

  const values = new QueryValues(asked);
  values.check(stored);
  const registries = dossiersAsked(stored, values, context).map((dossier) => shownRegistry(dossier, context));
  const found = registries.map((registry) => stored.find(registry, values)).filter(({ length }) => length > 0);
  if (returnType === 'LeafClass' && found.length > 1) {
    const reason = 'Les objets trouvés sont de plusieurs patients : demander ObjectRef.';
    throw new RefusedRequest({ code: 'XDSResultNotSinglePatient', context: reason, location: queryPath });
  }

  const shown = new Set(
    registries.flatMap((registry) =>
      Object.values(registry)
        .flat()
        .map(({ id }) => id),
    ),
  );
  const objects = [...new Set(found.flat())].filter((object) => !leadsAside(object, shown));
  return queryResponse('Success', [], returnType === 'ObjectRef' ? objects.map(reference) : objects.map(leaf));
}

function storedQueryOf(id: string | undefined): StoredQuery | undefined {
  const key = id?.trim().toLowerCase() ?? '';
  return Object.hasOwn(storedQueries, key) ? storedQueries[key] : undefined;
}

/** The dossiers that a query is about: that of its patient, else all that the caller may read. */
function dossiersAsked({ patient }: StoredQuery, values: QueryValues, context: XdsContext): readonly DossierState[] {
  if (patient === null) return readableDossiers(context);

  const cx = values.one(patient) ?? '';
  if (!cxIdentity(cx)) {
    const reason = `${patient} : identifiant CX attendu (valeur^^^&OID&ISO).`;
    throw new RefusedRequest({ code: 'XDSRegistryError', context: reason, location: queryPath });
  }
  const asked = dossiersOf(context.state, cx);
  const isNamed = asked.every((dossier) => namedDossiers(context).includes(dossier));
  if (!isNamed) throw assertionRefusal('assertion-rejected');
  return readableDossiers(context).filter((dossier) => asked.includes(dossier));
}

function shownRegistry({ registry }: DossierState, context: XdsContext): ShownRegistry {
  return { ...registry, entries: registry.entries.filter((entry) => mayList(entry, context)) };
}

/** A link to a document that may not be seen would tell that it is there. */
function leadsAside(object: RegisteredObject, shown: ReadonlySet<string>): boolean {
  if (object.kind !== 'association') return false;

  const { source, target } = object.association;
  return !shown.has(source) || !shown.has(target);
}

const leaf = (object: RegisteredObject): Xml => writeRim(currentNode(object));
const reference = ({ id }: RegisteredObject): Xml => element('rim:ObjectRef', { id });

/** @see ebXML Registry Services 3.0, section 6.1 */
export function queryResponse(status: ResponseStatus, problems: readonly Problem[], objects: readonly Xml[]): Xml {
  return element(
    'query:AdhocQueryResponse',
    { 'xmlns:query': xdsNames.query, status: statusUrn(status) },
    errorList(problems),
    element('rim:RegistryObjectList', { 'xmlns:rim': xdsNames.rim }, fragment(...objects)),
  );
}
