import type { IncomingMessage, ServerResponse } from 'node:http';

import { utf8Bytes } from '../../internal/bytes.ts';
import { writeJson } from '../../internal/json/index.ts';
import type { VerifyOptions } from '../assertion/model.ts';
import { absent } from './absent.ts';
import { readBinary } from './binary.ts';
import { batch, transaction } from './bundle.ts';
import { fhirCallerOf } from './caller.ts';
import { capabilityStatement, interactions } from './capability.ts';
import type { BundleEntry } from './deposit.ts';
import { textAt } from './elements.ts';
import { feed } from './feed.ts';
import { conditionalMatch, requireVersion } from './conditions.ts';
import { history } from './history.ts';
import { crossReference, identifierOf, matchPatient } from './identity.ts';
import { fhirNames } from './names.ts';
import { SearchPages } from './pages.ts';
import { identifiesPatient, isSearched } from './parameters.ts';
import { FhirRefusal, outcomeOf, refused } from './refusal.ts';
import { jsonReply, resourceReply, sendReply, type FhirReply } from './reply.ts';
import {
  baseOf,
  headOf,
  parseJson,
  readBody,
  requireAccepted,
  requireContent,
  resourceIn,
  type FhirHead,
} from './request.ts';
import { search } from './search.ts';
import { FhirView } from './view.ts';
import { patchVisibility } from './visibility.ts';
import { deleteResource, written } from './written.ts';
import { createResource, updateResource } from './write.ts';
import type { FhirWorld } from './world.ts';

export interface FhirServiceOptions {
  readonly world: FhirWorld;
  readonly requireAssertion: boolean;
  /** Largest request but for a transaction. */
  readonly maxBytes: number;
  /** Largest transaction, documents included. */
  readonly maxBundleBytes: number;
  /** Longest time until a request is whole, in milliseconds. */
  readonly bodyTimeoutMs: number;
  /** Whether an address may name a patient. */
  readonly allowsIdentifiers: boolean;
  /** Without the time, which is the simulator's. */
  readonly assertion: Omit<VerifyOptions, 'now'>;
}

/** One request, and what it is answered with. */
interface Call {
  readonly head: FhirHead;
  readonly view: FhirView;
  readonly body: (maxBytes?: number) => Promise<Uint8Array>;
}

/**
 * The FHIR R4 base of the simulator, on the state of its other sides.
 *
 * @see HL7 FHIR R4, RESTful API
 */
export class FhirService {
  readonly #options: FhirServiceOptions;
  readonly #pages: SearchPages;

  constructor(options: FhirServiceOptions) {
    this.#options = options;
    this.#pages = new SearchPages(options.world.runtime);
  }

  /** Whether a request is for the base. */
  has(request: IncomingMessage): boolean {
    return headOf(request) !== null;
  }

  /** Answers a request; never throws. */
  async answer(request: IncomingMessage): Promise<FhirReply> {
    try {
      const head = headOf(request);
      if (!head) throw refused('SIM-FHIR-ADDRESS');
      const reply = await this.#answer(head, request);
      const id = head.header('x-request-id');
      return id !== null && /^[\w.-]{1,64}$/.test(id)
        ? { ...reply, headers: { ...reply.headers, 'X-Request-Id': id } }
        : reply;
    } catch (error) {
      const { status, issues } = error instanceof FhirRefusal ? error : refused('SIM-FHIR-INTERNAL');
      const challenge: Record<string, string> =
        status === 401 ? { 'WWW-Authenticate': 'Bearer realm="simulateur"' } : {};
      return jsonReply(status, outcomeOf(issues), challenge);
    }
  }

  send(request: IncomingMessage, response: ServerResponse, reply: FhirReply): void {
    sendReply(request, response, reply, this.#options.world.state.now);
  }

  async #answer(head: FhirHead, request: IncomingMessage): Promise<FhirReply> {
    const { world, requireAssertion, assertion, maxBytes, bodyTimeoutMs } = this.#options;
    const base = baseOf(request);
    const isBinary = head.segments[0] === 'Binary';
    if (!isBinary) requireAccepted(head);
    if (head.segments[0] === 'metadata') return this.#metadata(head, base);

    const caller = await fhirCallerOf(head.header('authorization'), requireAssertion, {
      ...assertion,
      now: world.state.now,
    });
    const view = new FhirView(world, caller, base);
    const body = (max = maxBytes): Promise<Uint8Array> =>
      readBody(request, { maxBytes: max, timeoutMs: bodyTimeoutMs });
    return this.#route({ head, view, body });
  }

  #metadata({ method, segments }: FhirHead, base: string): FhirReply {
    if (segments.length > 1) throw refused('SIM-FHIR-ADDRESS');
    if (method !== 'GET') throw refused('SIM-FHIR-METHOD');
    return jsonReply(200, capabilityStatement(base, this.#options.world.now));
  }

  async #route(call: Call): Promise<FhirReply> {
    const { head, view } = call;
    const [type, second, ...rest] = head.segments;
    if (type === undefined) return this.#onBase(call);
    if (!Object.hasOwn(interactions, type)) throw refused('SIM-FHIR-TYPE');

    if (second === undefined) return this.#onType(type, call);
    if (second === '_search' && rest.length === 0) return this.#searchByPost(type, call);
    if (type === 'Patient' && second === '$ihe-pix' && rest.length === 0) return this.#crossReference(call);
    if (type === 'Patient' && second === '$match' && rest.length === 0) return this.#match(call);
    if (!/^(?!\.+$)[A-Za-z0-9.-]{1,64}$/.test(second)) throw refused('SIM-FHIR-ADDRESS');

    if (rest.length === 0 && head.method === 'PUT') return this.#update(type, second, call);
    if (rest.length === 0 && head.method === 'PATCH') return this.#patch(type, second, call);
    if (rest.length === 0 && head.method === 'DELETE') return deleteResource(view, type, second);
    if (head.method !== 'GET') throw refused('SIM-FHIR-METHOD');
    if (type === 'Binary' && rest.length === 0) return readBinary(view, head, second);
    if (rest.length === 0) return this.#read(view, type, second);
    if (rest[0] === '_history' && rest.length <= 2) return history(view, type, second, rest[1]);
    throw refused('SIM-FHIR-ADDRESS');
  }

  async #onBase({ head, view, body }: Call): Promise<FhirReply> {
    const { maxBundleBytes } = this.#options;
    if (head.method === 'GET' && head.parameters.has('_getpages')) {
      const { parameters } = head;
      const [token, offset] = [parameters.get('_getpages') ?? '', parameters.get('_getpagesoffset') ?? ''];
      return jsonReply(200, this.#pages.next(token, offset, view));
    }
    if (head.method !== 'POST') throw refused('SIM-FHIR-METHOD');

    requireContent(head, 'json');
    const bundle = resourceIn(parseJson(await body(maxBundleBytes)), 'Bundle');
    if (bundle['type'] === 'transaction') return jsonReply(200, await transaction(view, bundle));
    if (bundle['type'] !== 'batch') throw refused('SIM-FHIR-BUNDLE', 'Bundle.type');
    return jsonReply(200, await batch(view, bundle, (entry) => this.#entry(head, view, entry)));
  }

  async #onType(type: string, call: Call): Promise<FhirReply> {
    const { head, view } = call;
    if (head.method === 'GET') return this.#searchByGet(type, head, view);
    if (head.method === 'PUT' && type === 'Patient') return this.#feed(call);
    if (head.method === 'POST') return this.#create(type, call);
    if (head.method === 'PATCH') return this.#patch(type, null, call);
    throw refused('SIM-FHIR-METHOD');
  }

  async #create(type: string, { head, view, body }: Call): Promise<FhirReply> {
    if (!(interactions[type] ?? []).includes('create')) throw refused('SIM-FHIR-METHOD');
    requireContent(head, 'json');
    const parsed = resourceIn(parseJson(await body()), type);
    const { resource, isNew } = createResource(view, parsed, head.header('if-none-exist'));
    const version = textAt(resource, 'meta.versionId') ?? '1';
    const location = `${view.base}/${type}/${String(resource['id'])}/_history/${version}`;
    return written(head, isNew ? 201 : 200, resource, { Location: location });
  }

  async #update(type: string, id: string, { head, view, body }: Call): Promise<FhirReply> {
    const isOffered = type !== 'Patient' && (interactions[type] ?? []).includes('update');
    if (!isOffered) throw refused('SIM-FHIR-METHOD');
    requireContent(head, 'json');
    const parsed = resourceIn(parseJson(await body()), type);
    if (!view.byId(type, id)) throw absent(view, type, id);
    const { resource } = updateResource(view, id, parsed, head.header('if-match'));
    return written(head, 200, resource);
  }

  /** @param id - `null`: of the one that the criterion of the address finds */
  async #patch(type: string, id: string | null, { head, view, body }: Call): Promise<FhirReply> {
    if (type !== 'DocumentReference') throw refused('SIM-FHIR-METHOD');
    requireContent(head, 'patch');
    const patch = parseJson(await body());
    const named = id ?? conditionalMatch(view, type, head.parameters.toString())?.['id'];
    const current = typeof named === 'string' ? view.byId(type, named) : undefined;
    if (!current) throw id === null ? refused('SIM-FHIR-NOT-FOUND') : absent(view, type, id);

    const ifMatch = head.header('if-match');
    if (ifMatch !== null) requireVersion(current, ifMatch);
    patchVisibility(view, String(named), patch);
    view.refresh();
    return written(head, 200, view.byId(type, String(named)) ?? current);
  }

  /** One request of a batch. */
  async #entry(head: FhirHead, view: FhirView, entry: BundleEntry): Promise<FhirReply> {
    const [path = '', query = ''] = entry.url.split('?');
    const headers: Readonly<Record<string, string | null>> = {
      'if-none-exist': entry.ifNoneExist,
      'if-match': entry.ifMatch,
      'content-type': fhirNames.json,
    };
    const own: FhirHead = {
      method: entry.method,
      segments: path.split('/').filter((segment) => segment !== ''),
      parameters: new URLSearchParams(query),
      header: (name) => (Object.hasOwn(headers, name) ? (headers[name] ?? null) : head.header(name)),
    };
    const body = async (): Promise<Uint8Array> => utf8Bytes(writeJson(entry.resource));
    try {
      // A batch does not hold another one, and gives no bytes.
      if (own.segments.length === 0 || own.segments[0] === 'Binary') throw refused('SIM-FHIR-ENTRY', 'Bundle.entry');
      return await this.#route({ head: own, view, body });
    } catch (error) {
      if (!(error instanceof FhirRefusal)) throw error;
      return jsonReply(error.status, outcomeOf(error.issues));
    }
  }

  #searchByGet(type: string, head: FhirHead, view: FhirView): FhirReply {
    const parameters = [...head.parameters];
    const isOpen = parameters.some(([name]) => identifiesPatient(type, name));
    if (isOpen && !this.#options.allowsIdentifiers) throw refused('SIM-FHIR-IDENTIFIER-IN-ADDRESS');
    return this.#search(type, parameters, head, view);
  }

  async #searchByPost(type: string, { head, view, body }: Call): Promise<FhirReply> {
    if (head.method !== 'POST') throw refused('SIM-FHIR-METHOD');
    requireContent(head, 'form');
    const form = new URLSearchParams(new TextDecoder().decode(await body()));
    return this.#search(type, [...head.parameters, ...form], head, view);
  }

  #search(type: string, parameters: readonly (readonly [string, string])[], head: FhirHead, view: FhirView): FhirReply {
    if (!isSearched(type)) throw refused('SIM-FHIR-METHOD');
    requireDomains(view, type, parameters);
    const isStrict = /(?:^|[,;\s])handling=strict(?:$|[,;\s])/.test(head.header('prefer') ?? '');
    const result = search(view, { type, parameters, handling: isStrict ? 'strict' : 'lenient' });
    const query = result.applied.map((pair) => pair.map(encodeURIComponent).join('=')).join('&');
    return jsonReply(200, this.#pages.first(result, `${view.base}/${type}${query === '' ? '' : '?'}${query}`, view));
  }

  #read(view: FhirView, type: string, id: string): FhirReply {
    const resource = view.byId(type, id);
    if (resource) return resourceReply(200, resource);
    throw absent(view, type, id);
  }

  #crossReference({ head, view }: Call): FhirReply {
    if (head.method !== 'GET') throw refused('SIM-FHIR-METHOD');
    if (!this.#options.allowsIdentifiers) throw refused('SIM-FHIR-IDENTIFIER-FORBIDDEN');
    return jsonReply(200, crossReference(view.world, head.parameters));
  }

  async #match({ head, view, body }: Call): Promise<FhirReply> {
    if (head.method !== 'POST') throw refused('SIM-FHIR-METHOD');
    requireContent(head, 'json');
    return jsonReply(200, matchPatient(view, resourceIn(parseJson(await body()), 'Parameters')));
  }

  async #feed({ head, view, body }: Call): Promise<FhirReply> {
    if (!this.#options.allowsIdentifiers) throw refused('SIM-FHIR-IDENTIFIER-FORBIDDEN');
    requireContent(head, 'json');
    const criteria = [...head.parameters];
    const [system, value, ...others] = (head.parameters.get('identifier') ?? '').split('|');
    const named = others.length === 0 && criteria.length === 1 ? identifierOf({ system, value }) : null;
    if (!named) throw refused('SIM-FHIR-CRITERIA', 'identifier');

    const { isNew, patientId } = feed(view.world, named, resourceIn(parseJson(await body()), 'Patient'));
    view.refresh();
    const resource = patientId === null ? undefined : view.byId('Patient', patientId);
    const headers = patientId === null ? {} : { 'Content-Location': `${view.base}/Patient/${patientId}` };
    return resource ? resourceReply(isNew ? 201 : 200, resource, headers) : jsonReply(isNew ? 201 : 200, null);
  }
}

/** A domain that nobody knows. @see IHE ITI PDQm, section 2:3.78.4.1.3 */
function requireDomains(view: FhirView, type: string, parameters: readonly (readonly [string, string])[]): void {
  if (type !== 'Patient') return;
  for (const [name, value] of parameters) {
    const domains = name === 'identifier' ? value.split(',').filter((token) => token.endsWith('|')) : [];
    const isKnown = domains.every((token) =>
      view.world.identities.hasDomain(token.slice(0, -1).replace(/^urn:oid:/, '')),
    );
    if (!isKnown) throw refused('SIM-FHIR-DOMAIN-UNKNOWN', 'identifier');
  }
}
