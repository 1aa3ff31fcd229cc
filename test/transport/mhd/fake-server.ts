import { collect } from '../../../src/internal/bytes.ts';
import type { HttpClient, HttpRequest } from '../../../src/transport/index.ts';
import { outcome, type Scripted } from '../fhir/scripted-server.ts';

type Resource = Readonly<Record<string, unknown>> & {
  readonly resourceType: string;
  readonly masterIdentifier?: { readonly value: string };
  readonly content?: readonly { readonly attachment: { readonly hash: string } }[];
};

interface Entry {
  readonly resource: Resource;
  readonly request: { readonly method: string; readonly url: string };
}

/** A FHIR server of a test, in memory: it knows one patient, and takes a document once. */
export class FakeServer {
  /** Descriptions of the documents that it has. */
  readonly documents: Resource[] = [];
  readonly deposits: string[] = [];
  readonly searches: string[] = [];
  readonly urls: string[] = [];
  readonly authorizations: unknown[] = [];
  /** What the next deposits get instead; `after` takes the documents all the same. */
  readonly refusals: { readonly answer: Scripted | Error; readonly after?: boolean }[] = [];
  patients: readonly string[] = ['pat-1'];
  answersSearches = true;

  get http(): HttpClient {
    const stream: HttpClient['stream'] = async (request) => {
      const { status = 200, headers = {}, body = '' } = await this.#answer(request);
      async function* bytes(): AsyncGenerator<Uint8Array> {
        yield Buffer.from(typeof body === 'string' ? body : JSON.stringify(body));
      }
      const type = { 'content-type': 'application/fhir+json' };
      return { status, headers: { ...type, ...headers }, body: bytes(), discard: () => undefined };
    };
    return { stream, send: () => Promise.reject(new Error('not used')), close: () => Promise.resolve() };
  }

  async #answer({ url, body, headers }: HttpRequest): Promise<Scripted> {
    const sent = body === undefined ? '' : await textOf(body);
    this.urls.push(url);
    this.authorizations.push(headers?.['Authorization']);
    if (!url.endsWith('/_search')) return this.#deposit(sent);

    this.searches.push(sent);
    if (!this.answersSearches) return { status: 503 };
    return url.endsWith('/Patient/_search') ? this.#patients(sent) : searchset(this.#found(sent));
  }

  #patients(sent: string): Scripted {
    const [system = '', value = ''] = (new URLSearchParams(sent).get('identifier') ?? '').split('|');
    return searchset(this.patients.map((id) => ({ resourceType: 'Patient', id, identifier: [{ system, value }] })));
  }

  #found(sent: string): readonly Resource[] {
    const wanted = new URLSearchParams(sent).get('identifier') ?? '';
    return this.documents.filter((document) => {
      const { masterIdentifier, identifier } = document;
      return [masterIdentifier, ...((identifier as { value: string }[] | undefined) ?? [])].some(
        (item) => item !== undefined && wanted.includes(item.value),
      );
    });
  }

  #deposit(sent: string): Scripted {
    this.deposits.push(sent);
    const refusal = this.refusals.shift();
    const { entry } = JSON.parse(sent) as { readonly entry: readonly Entry[] };
    if (refusal === undefined || refusal.after === true) this.#take(entry);
    if (refusal?.answer instanceof Error) throw refusal.answer;
    if (refusal) return refusal.answer;

    const response = entry.map(({ resource }, index) => ({
      response: { status: '201 Created', location: `${resource.resourceType}/${String(index)}/_history/1` },
    }));
    return { body: { resourceType: 'Bundle', type: 'transaction-response', entry: response } };
  }

  #take(entries: readonly Entry[]): void {
    for (const { resource } of entries) {
      if (resource.resourceType === 'DocumentReference') {
        this.documents.push({ ...resource, id: `doc-${String(this.documents.length + 1)}` });
      }
    }
  }
}

async function textOf(body: NonNullable<HttpRequest['body']>): Promise<string> {
  return Buffer.from(body instanceof Uint8Array ? body : await collect(body.open())).toString('utf8');
}

const searchset = (resources: readonly object[]): Scripted => ({
  body: {
    resourceType: 'Bundle',
    type: 'searchset',
    total: resources.length,
    entry: resources.map((resource) => ({ resource })),
  },
});

/** A refusal with a code of XDS in its details. */
export const xdsRefusal = (code: string, status = 400): Scripted => ({
  status,
  body: outcome({
    severity: 'error',
    code: 'processing',
    details: { coding: [{ code }] },
    diagnostics: 'CANARICONTEXTE',
  }),
});
