/* eslint-disable @typescript-eslint/no-explicit-any -- answers are looked into as they came */
import { request as httpsRequest } from 'node:https';

import type { SimulatorOptions } from '../../../src/simulator/index.ts';
import {
  createFhirDocuments,
  createFhirPatientIdentityClient,
  createFhirTransport,
  type FhirDocuments,
  type FhirTransport,
  type PatientIdentityClient,
} from '../../../src/transport/index.ts';
import { openScene, type Scene } from '../xds/scene.ts';

/** An answer of the FHIR side, as it came. */
export interface FhirAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly text: string;
  /** The resource; `null` when the body is none. */
  readonly json: any;
  /** Rules of the outcome. */
  readonly rules: readonly string[];
}

export interface FhirSide extends Scene {
  readonly base: string;
  readonly patients: PatientIdentityClient;
  readonly documents: FhirDocuments;
  readonly transport: FhirTransport;
  /** The value of `Authorization`. */
  bearer(change?: Parameters<Scene['assertion']>[0]): Promise<string>;
  /** Any request; with the usual assertion unless `authorization` says otherwise. */
  ask(method: string, path: string, options?: AskOptions): Promise<FhirAnswer>;
  /** A search by POST. */
  find(type: string, form: Record<string, string> | string, headers?: Record<string, string>): Promise<FhirAnswer>;
}

export interface AskOptions {
  readonly body?: string | Uint8Array | object | undefined;
  readonly headers?: Readonly<Record<string, string>> | undefined;
  readonly authorization?: string | null | undefined;
}

const encoded = (xml: string): string => `Bearer ${Buffer.from(xml, 'utf8').toString('base64url')}`;

export async function openFhirSide(options: SimulatorOptions = {}): Promise<FhirSide> {
  const scene = await openScene({ patientInAddress: 'allowed', ...options });
  const base = `${scene.simulator.httpUrl}/fhir`;
  const bearer: FhirSide['bearer'] = async (change) => encoded(await scene.assertion(change));
  const partner = { http: scene.http, baseUrl: base, authorization: () => bearer() };

  const ask: FhirSide['ask'] = async (method, path, { body, headers, authorization } = {}) => {
    const token = authorization === undefined ? await bearer() : authorization;
    const isObject = typeof body === 'object' && !(body instanceof Uint8Array);
    const sent = isObject ? JSON.stringify(body) : body;
    return exchange(scene, path.startsWith('https:') ? path : `${base}${path}`, method, sent, {
      ...(sent !== undefined && { 'Content-Type': 'application/fhir+json' }),
      ...(token !== null && { Authorization: token }),
      ...headers,
    });
  };

  return {
    ...scene,
    base,
    bearer,
    ask,
    find: (type, form, headers) =>
      ask('POST', `/${type}/_search`, {
        body: typeof form === 'string' ? form : new URLSearchParams(form).toString(),
        headers: { 'Content-Type': 'application/x-www-form-urlencoded', ...headers },
      }),
    patients: createFhirPatientIdentityClient({ ...partner, allowPatientInAddress: true, environment: 'test' }),
    documents: createFhirDocuments({ ...partner, environment: 'test' }),
    transport: createFhirTransport(partner),
  };
}

function exchange(
  { simulator }: Pick<Scene, 'simulator'>,
  url: string,
  method: string,
  body: string | Uint8Array | undefined,
  headers: Readonly<Record<string, string>>,
): Promise<FhirAnswer> {
  return new Promise((resolve, reject) => {
    const request = httpsRequest(url, { method, ca: simulator.caPem, agent: false, headers }, (response) => {
      const chunks: Buffer[] = [];
      response.on('data', (chunk: Buffer) => chunks.push(chunk));
      response.on('error', reject);
      response.on('end', () => {
        const text = Buffer.concat(chunks).toString('utf8');
        const json = parsed(text);
        resolve({ status: response.statusCode ?? 0, headers: response.headers, text, json, rules: rulesOf(json) });
      });
    });
    request.on('error', reject);
    request.end(body);
  });
}

function parsed(text: string): any {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}

const rulesOf = (json: any): string[] =>
  json?.resourceType === 'OperationOutcome' ? json.issue.map((issue: any) => issue.details.coding[0].code) : [];

/** The resources of a searchset. */
export const found = ({ json }: FhirAnswer, mode = 'match'): any[] =>
  (json.entry ?? []).filter((entry: any) => entry.search.mode === mode).map((entry: any) => entry.resource);
