import { detached, ObjectReader, type ReadObjects } from '../../documents/metadata/object-reader.ts';
import { attributeOf, type ReadElement } from '../../internal/xml/index.ts';
import type { SoapAnswer } from '../soap/answer.ts';
import { payloadOf } from '../soap/call.ts';
import type { SoapList } from '../soap/list.ts';
import { protocolFailure } from '../soap/outcome.ts';
import { registryResponseName, xdsNames } from '../registry/names.ts';
import { oddities } from './oddities.ts';
import type { ItemStream } from './gathered-answer.ts';
import type { QuerySummary, RegistryItem } from './query-model.ts';
import { registryError } from '../registry/refusal.ts';
import { readRegistryResponse, type RegistryResponse } from '../registry/response.ts';

/** Where the objects of an answer stand: in the list of the payload of the body of the envelope. */
export const objectList = { localName: 'RegistryObjectList', namespace: xdsNames.rim, depth: 4 } as const;

const payloadNames = [{ localName: 'AdhocQueryResponse', namespace: xdsNames.query }, registryResponseName];

/**
 * Reads the answer of a stored query while it comes. Its status stands on its first element, its
 * errors before or after its objects: nothing is given of a failure, and what was given of an
 * answer that ends in an error is no complete list.
 *
 * @param patientId - the one that was asked for, `null` when none was
 * @see IHE ITI TF-2, section 3.18.4.1.3
 * @throws RegistryRefusal; TerrESanteError `TE_PROTOCOL`
 */
export async function* readQueryAnswer({ beginning, items }: SoapList, patientId: string | null): ItemStream {
  const answer = new ListAnswer(patientId);
  const isPromising = canGive(responseOf(beginning));
  try {
    for (;;) {
      const next = await items.next();
      if (next.done === true) {
        const rest = answer.rest();
        if (rest.length > 0) yield rest;
        return answer.close(next.value);
      }

      const { found, fault } = answer.readAll(next.value);
      if (isPromising && found.length > 0) yield found;
      if (fault) throw fault.error;
    }
  } finally {
    await items.return(beginning);
  }
}

function responseOf(answer: SoapAnswer): RegistryResponse {
  return readRegistryResponse(payloadOf(answer, payloadNames));
}

/** Whether what is known so far speaks of no failure. */
function canGive({ status, errors }: RegistryResponse): boolean {
  return status === 'PartialSuccess' || (status === 'Success' && !errors.some(({ severity }) => severity === 'Error'));
}

interface Fault {
  readonly error: unknown;
}

/** The objects of one answer, and what they tell about it. */
class ListAnswer {
  readonly #patientId: string | null;
  readonly #objects = new ObjectReader();
  readonly #references = new Set<string>();
  readonly #told = new Set<string>();
  #associations = 0;
  #found = 0;

  constructor(patientId: string | null) {
    this.#patientId = patientId;
  }

  /** What stands before a fault is right, and given. */
  readAll(nodes: readonly ReadElement[]): { readonly found: readonly RegistryItem[]; readonly fault: Fault | null } {
    const found: RegistryItem[] = [];
    try {
      for (const node of nodes) found.push(...this.#read(node));
    } catch (error) {
      return { found, fault: { error } };
    }
    return { found, fault: null };
  }

  #read(node: ReadElement): readonly RegistryItem[] {
    const id = attributeOf(node, 'id') ?? '';
    if (node.localName === 'ObjectRef') return this.#reference(detached(id));

    if (this.#objects.hasGiven(id)) this.#told.add('repeated');
    return this.#itemsOf(this.#objects.read(node));
  }

  rest(): readonly RegistryItem[] {
    return this.#itemsOf(this.#objects.rest());
  }

  /** Judges the whole. @throws TerrESanteError when it is no success */
  close(answer: SoapAnswer): QuerySummary {
    const response = responseOf(answer);
    if (response.status === null) {
      throw protocolFailure('status', 'La réponse ne dit pas si elle est un succès.');
    }

    const isPart = response.status === 'PartialSuccess' && this.#found + this.#associations > 0;
    if (!isPart && !(response.status === 'Success' && canGive(response))) throw registryError(response);

    const total = attributeOf(payloadOf(answer, payloadNames), 'totalResultCount');
    if (total !== undefined && Number(total) !== this.#found) this.#told.add('total');
    return { status: response.status, errors: response.errors, told: [...answer.told, ...this.#told] };
  }

  /** An identifier that comes twice is one object. */
  #reference(entryUuid: string): readonly RegistryItem[] {
    if (this.#references.has(entryUuid)) {
      this.#told.add('repeated');
      return [];
    }
    this.#references.add(entryUuid);
    this.#found += 1;
    return [{ kind: 'reference', entryUuid }];
  }

  #itemsOf(read: ReadObjects | null): readonly RegistryItem[] {
    if (read === null) return [];

    const { documents, submissionSets, folders, associations } = read.objects;
    this.#found += documents.length + submissionSets.length + folders.length;
    this.#associations += associations.length;
    return [
      ...documents.map((document, place): RegistryItem => {
        const node = read.documentNodes[place];
        const odd = node ? oddities(node, document, this.#patientId) : [];
        for (const oddity of odd) this.#told.add(oddity);
        return { kind: 'document', document, oddities: odd };
      }),
      ...submissionSets.map((submissionSet): RegistryItem => ({ kind: 'submission-set', submissionSet })),
      ...folders.map((folder): RegistryItem => ({ kind: 'folder', folder })),
      ...associations.map((association): RegistryItem => ({ kind: 'association', association })),
    ];
  }
}
