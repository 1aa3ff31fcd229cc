import type { HttpClient, HttpRequest, PlatformBinding } from '../../../src/transport/index.ts';
import { playedBinding } from './played-binding.ts';
import { scriptedServer, type Scripted } from './scripted-server.ts';

export const base = 'https://fhir.example/r4';

/** Requests that a pattern fits, as `METHOD path`, and their answers in turn, the last one for ever. */
export type Route = readonly [pattern: RegExp, ...answers: Scripted[]];

const patient = {
  resourceType: 'Patient',
  id: 'pat-1',
  identifier: [{ system: 'urn:oid:2.999.1.10', value: 'PAT-000123' }],
};

/** The answer of a search. */
export const searchset = (resources: readonly object[], more: object = {}): Scripted => ({
  body: { resourceType: 'Bundle', type: 'searchset', entry: resources.map((resource) => ({ resource })), ...more },
});

/** A link to a next page. */
export const next = (url: string): object => ({ link: [{ relation: 'next', url }] });

/** A platform that answers by routes, the first that fits, and what it was asked. It knows one patient. */
export function played(...routes: readonly Route[]): {
  readonly binding: PlatformBinding;
  readonly asked: readonly HttpRequest[];
} {
  const known: readonly Route[] = [
    ...routes,
    [/^POST Patient\/_search/, searchset([patient])],
    [/^GET Patient\/pat-1/, { body: patient }],
  ];
  const servers = known.map(([pattern, ...answers]) => ({ pattern, ...scriptedServer(...answers) }));
  const asked: HttpRequest[] = [];
  const http: HttpClient = {
    ...scriptedServer().http,
    stream: async (request) => {
      asked.push(request);
      const line = `${request.method} ${request.url.replace(`${base}/`, '').replace(base, '')}`;
      const found = servers.find(({ pattern }) => pattern.test(line));
      if (!found) throw new Error(`nothing answers ${line}`);
      return found.http.stream(request);
    },
  };
  return { binding: playedBinding(base, http, { patientInAddress: false, authorization: 'none' }), asked };
}
