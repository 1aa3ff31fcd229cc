import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import type { DocumentEntry, Submission } from '../../../src/documents/index.ts';
import { isTerrESanteError } from '../../../src/errors.ts';
import {
  createHttpClient,
  createXdsClient,
  RegistryRefusal,
  type HttpClient,
  type QueryResult,
  type RegistryError,
  type XdsClient,
} from '../../../src/transport/index.ts';
import { submission } from '../../client/world.ts';
import { foreignAnswers, serveAnswer, type ForeignAnswer } from '../../helpers/foreign-answers.ts';

/** What other people's servers, gateways and proxies answered to clients like this one. */
const cases = foreignAnswers(['ITI-18', 'ITI-41', 'ITI-43']);

const lastWord = (text: string | null): string | null => text?.slice(text.lastIndexOf(':') + 1) ?? null;
const short = (errors: readonly RegistryError[], wanted: string): unknown[] =>
  errors.filter(({ severity }) => severity === wanted).map(({ code, severity }) => ({ code, severity }));

type Facts = Readonly<Record<string, unknown>>;

function ofQuery({ documents, objectRefs, status, told, oddities }: QueryResult): Facts {
  const each = (name: keyof DocumentEntry): unknown[] => documents.map((entry) => entry[name]);
  return {
    outcome: 'result',
    status,
    entries: documents.length,
    objectRefs: objectRefs.length,
    uniqueIds: each('uniqueId'),
    statuses: documents.map(({ availabilityStatus }) => lastWord(availabilityStatus)),
    entryIds: [...each('entryUuid'), ...objectRefs],
    titles: each('title'),
    languageCodes: each('languageCode'),
    sourcePatientIds: each('sourcePatientId'),
    repositoryUniqueIds: each('repositoryUniqueId'),
    told: [...told, ...[...oddities.values()].flat()],
  };
}

async function queryFacts(xds: XdsClient, { asked, options }: ForeignAnswer): Promise<Facts> {
  const patientId = asked?.patientId ?? '279035121518989^^^&1.2.250.1.213.1.4.10&ISO^NH';
  const query = { query: 'FindDocuments', patientId, returnType: asked?.returnType } as const;
  const result = await xds.query(query, { timeoutMs: options?.timeoutMs }).all();
  return ofQuery(result);
}

/** Bytes of documents that were read, one count for each document, whatever came of it. */
type Given = number[];

async function retrieveFacts(xds: XdsClient, { asked, known, options }: ForeignAnswer, given: Given): Promise<Facts> {
  const requests = (asked?.documents ?? []).map((document) => ({
    ...document,
    ...known?.find(({ uniqueId }) => uniqueId === document.uniqueId),
  }));
  const answer = await xds.retrieveDocuments(requests, { timeoutMs: options?.timeoutMs });

  const documents = [];
  for await (const document of answer.documents) {
    given.push(0);
    for await (const chunk of document.content()) given[given.length - 1]! += chunk.length;
    const { uniqueId, sha1, mimeType } = document;
    documents.push({ uniqueId, sha1, mimeType, size: given.at(-1) });
  }

  const place = ({ uniqueId }: { readonly uniqueId: string }): number =>
    requests.findIndex((request) => request.uniqueId === uniqueId);
  return {
    outcome: 'result',
    status: answer.status,
    documents: documents.toSorted((one, other) => place(one) - place(other)),
    partial: answer.partial,
    errors: short(answer.errors, 'Error'),
    told: answer.told,
  };
}

async function registerFacts(xds: XdsClient, sent: Submission, { options }: ForeignAnswer): Promise<Facts> {
  const { status, warnings, told } = await xds.registerDocuments(sent, { timeoutMs: options?.timeoutMs });
  return { outcome: 'result', status, warnings: short(warnings, 'Warning'), told };
}

function ofError(error: unknown, given: Given): Facts {
  if (!isTerrESanteError(error)) throw error;
  const { details, code, retryable, message } = error;
  const lines = error instanceof RegistryRefusal ? error.errors : [];
  const fault = {
    code: details['faultCode'],
    subcode: details['subcode'],
    reason: details['reason'],
    header: details['headers'],
  };
  return {
    code,
    retryable,
    status: details['status'],
    retryAfterMs: details['retryAfterMs'],
    unknownOutcome: details['unknownOutcome'],
    errors: short(lines, 'Error'),
    warnings: short(lines, 'Warning'),
    fault,
    header: details['headers'],
    partialBytes: given.some((bytes) => bytes > 0),
    message,
  };
}

/** Each fact that is expected; an outcome that is an error is known by its other facts. */
function compare(wanted: Facts, facts: Facts): void {
  for (const [key, value] of Object.entries(wanted)) {
    if (key === 'defaultList' || key === 'requests' || (key === 'outcome' && value !== 'result')) continue;
    if (key === 'messageMax') expect(String(facts['message']).length).toBeLessThanOrEqual(Number(value));
    else if (key === 'code') expect([value].flat()).toContain(facts['code']);
    else if (key === 'told') expect(facts['told']).toEqual(expect.arrayContaining(value as string[]));
    else if (key === 'fault') {
      const { soap: _version, ...fault } = value as Record<string, unknown>;
      expect(facts[key]).toMatchObject(fault);
    } else if (key === 'documents') expect(facts[key]).toMatchObject(value as object[]);
    else expect({ [key]: facts[key] }).toEqual({ [key]: value });
  }
}

describe.skipIf(cases.length === 0)('an answer of another writer', () => {
  let http: HttpClient;
  let sent: Submission;
  beforeAll(async () => {
    http = createHttpClient({ timeoutMs: 10_000, allowClearLoopback: true });
    sent = await submission();
  });
  afterAll(() => http.close());

  it.each(cases.map((one) => [one.request, one.file, one] as const))('%s %s', async (_transaction, _file, one) => {
    const server = await serveAnswer(one);
    const { url } = server;
    const xds = createXdsClient({
      http,
      endpoints: { register: url, query: url, retrieve: url },
      maxResponseBytes: one.options?.maxResponseBytes,
    });

    const call = async (): Promise<Facts> => {
      const given: Given = [];
      try {
        if (one.request === 'ITI-18') return await queryFacts(xds, one);
        if (one.request === 'ITI-43') return await retrieveFacts(xds, one, given);
        return await registerFacts(xds, sent, one);
      } catch (error) {
        return ofError(error, given);
      }
    };

    try {
      const facts = await call();
      compare(one.expect, facts);
      if (one.expect['outcome'] !== 'result') expect(facts['outcome']).toBeUndefined();
      if (one.request === 'ITI-41' && facts['outcome'] === undefined)
        expect(facts['unknownOutcome']).toBeTypeOf('boolean');
      if (one.options?.second) compare(one.options.second, await call());
      if (one.expect['requests'] !== undefined) expect(server.requests).toHaveLength(Number(one.expect['requests']));
    } finally {
      server.stop();
    }
  });
});
