/* eslint-disable @typescript-eslint/no-explicit-any -- answers are looked into as they came */
import { connect as tlsConnect } from 'node:tls';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { fictivePatient } from '../../../src/testing/index.ts';
import { found, openFhirSide, type AskOptions, type FhirSide } from './side.ts';

const patient = fictivePatient();
const other = fictivePatient({
  localId: 'CANARI-AUTRE',
  traits: { birthName: 'AUTRE-ESSAI', birthDate: '1951-02-03' },
});
const token = `urn:oid:${patient.localId.system}|${patient.localId.value}`;

let side: FhirSide;
let own: string;
beforeAll(async () => {
  side = await openFhirSide({
    patientInAddress: 'refused',
    limits: { maxRequestBytes: 50_000, maxRegistryBytes: 200_000 },
  });
  side.simulator.addDossier({ ...other });
  for (let index = 0; index < 5; index += 1) {
    const traits = { birthName: 'FRATRIE-ESSAI', birthDate: `198${String(index)}-01-01` };
    side.simulator.addDossier({ ...fictivePatient({ localId: `PAGE-${String(index)}`, traits }) });
  }
  own = `Patient/${String(found(await side.find('Patient', { identifier: token }))[0].id)}`;
});
afterAll(() => side.close());

const deep = (depth: number): string => `${'{"a":'.repeat(depth)}1${'}'.repeat(depth)}`;
const bundle = (entries: number): object => ({
  resourceType: 'Bundle',
  type: 'transaction',
  entry: Array.from({ length: entries }, () => ({ request: { method: 'POST', url: 'List' } })),
});

describe('a hostile request to the FHIR base', () => {
  it.each<[name: string, rule: string, status: number, method: string, path: string, options?: AskOptions]>([
    ['no assertion', 'SIM-FHIR-TOKEN-ABSENT', 401, 'GET', '/Patient', { authorization: null }],
    ['no bearer', 'SIM-FHIR-TOKEN-REJECTED', 401, 'GET', '/Patient', { authorization: 'Basic YTpi' }],
    ['no assertion in it', 'SIM-FHIR-TOKEN-REJECTED', 401, 'GET', '/Patient', { authorization: 'Bearer _____w' }],
    ['an address that is none', 'SIM-FHIR-TYPE', 404, 'GET', '/__proto__'],
    ['a way up', 'SIM-FHIR-ADDRESS', 404, 'GET', '/Patient/..%2F..'],
    ['a type that is none', 'SIM-FHIR-TYPE', 404, 'GET', '/constructor/1'],
    ['another method', 'SIM-FHIR-METHOD', 405, 'DELETE', '/CareTeam/1'],
    ['XML back', 'SIM-FHIR-ACCEPT', 406, 'GET', '/Patient', { headers: { Accept: 'application/fhir+xml' } }],
    ['XML', 'SIM-FHIR-CONTENT-TYPE', 415, 'POST', '', { body: '<a/>', headers: { 'Content-Type': 'text/xml' } }],
    ['compressed', 'SIM-FHIR-CODING', 415, 'POST', '', { body: '{}', headers: { 'Content-Encoding': 'gzip' } }],
    ['no JSON', 'SIM-FHIR-JSON-SYNTAX', 400, 'POST', '', { body: '{"a":' }],
    ['no UTF-8', 'SIM-FHIR-JSON-ENCODING', 400, 'POST', '', { body: Uint8Array.of(0x22, 0xff, 0x22) }],
    ['very deep', 'SIM-FHIR-JSON-DEPTH', 400, 'POST', '', { body: deep(10_000) }],
    ['a key twice', 'SIM-FHIR-JSON-KEY', 400, 'POST', '', { body: '{"resourceType":"A","resourceType":"Bundle"}' }],
    ['a prototype', 'SIM-FHIR-RESOURCE', 400, 'POST', '', { body: '{"__proto__":{"resourceType":"Bundle"}}' }],
    ['long', 'SIM-FHIR-TOO-LARGE', 413, 'POST', '/Consent', { body: `"${'x'.repeat(60_000)}"` }],
    ['a long bundle', 'SIM-FHIR-TOO-LARGE', 413, 'POST', '', { body: `"${'x'.repeat(300_000)}"` }],
    ['a thousand entries', 'SIM-FHIR-TOO-MANY', 413, 'POST', '', { body: bundle(1_000) }],
    ['no entries', 'SIM-FHIR-BUNDLE', 400, 'POST', '', { body: bundle(0) }],
    ['a set of nothing', 'SIM-FHIR-ENTRY', 422, 'POST', '', { body: bundle(1) }],
    ['an identifier in the address', 'SIM-FHIR-IDENTIFIER-IN-ADDRESS', 405, 'GET', '/Patient?identifier=a%7Cb'],
    ['a chained one', 'SIM-FHIR-IDENTIFIER-IN-ADDRESS', 405, 'GET', '/CareTeam?patient.identifier=a%7Cb'],
    ['ITI-83', 'SIM-FHIR-IDENTIFIER-FORBIDDEN', 403, 'GET', '/Patient/$ihe-pix?sourceIdentifier=a%7Cb'],
    ['pages that are none', 'SIM-FHIR-PAGE-EXPIRED', 410, 'GET', '?_getpages=constructor&_getpagesoffset=0'],
    ['nothing there', 'SIM-FHIR-NOT-FOUND', 404, 'GET', '/DocumentReference/inconnu'],
  ])('%s', async (_name, rule, status, method, path, options) => {
    const answer = await side.ask(method, path, options);
    expect([answer.status, answer.rules], answer.text).toEqual([status, [rule]]);
    expect(answer.json.issue[0].diagnostics).toMatch(/\.$/);
  });

  it.each<[type: string, form: string, rule: string]>([
    ['DocumentReference', 'status=current', 'SIM-FHIR-PATIENT-NEEDED'],
    ['DocumentReference', 'patient=Patient/x', 'SIM-FHIR-STATUS-NEEDED'],
    ['List', 'patient=Patient/x&status=current', 'SIM-FHIR-CODE-NEEDED'],
    ['Patient', 'birthdate=2026-02-30', 'SIM-FHIR-PARAMETER-VALUE'],
    ['Patient', 'birthdate=zz2026', 'SIM-FHIR-PARAMETER-VALUE'],
    ['Patient', '_count=-1', 'SIM-FHIR-PARAMETER-VALUE'],
    ['Patient', '_sort=__proto__', 'SIM-FHIR-PARAMETER-VALUE'],
    ['Patient', '_include=Patient:__proto__', 'SIM-FHIR-PARAMETER-VALUE'],
    ['Patient', 'family:sounds=x', 'SIM-FHIR-MODIFIER-UNKNOWN'],
    ['Patient', 'identifier=urn:oid:2.999.777|', 'SIM-FHIR-DOMAIN-UNKNOWN'],
    ['AuditEvent', 'outcome=0', 'SIM-FHIR-DATE-NEEDED'],
    ['Patient', 'active=true&'.repeat(200), 'SIM-FHIR-TOO-MANY'],
  ])('a search for %s by %s', async (type, form, rule) => {
    const answer = await side.find(type, form);
    expect([answer.rules, answer.text.includes('777')], answer.text).toEqual([[rule], false]);
  });

  it('has a parameter that nobody knows: told, or refused when it is asked to', async () => {
    const lenient = await side.find('Patient', { toString: 'x', family: 'fratrie' });
    expect([lenient.json.total, found(lenient, 'outcome')[0].issue[0].severity]).toEqual([5, 'warning']);
    const strict = await side.find('Patient', { toString: 'x' }, { Prefer: 'handling=strict' });
    expect([strict.status, strict.rules]).toEqual([400, ['SIM-FHIR-PARAMETER']]);
  });

  it('reads page after page, each person once', async () => {
    const first = await side.find('Patient', { family: 'FRATRIE', _count: '2' });
    const seen = found(first).map(({ id }) => id);
    let next = first.json.link.find(({ relation }: any) => relation === 'next')?.url;
    while (next) {
      const page = await side.ask('GET', next);
      seen.push(...found(page).map(({ id }) => id));
      next = page.json.link.find(({ relation }: any) => relation === 'next')?.url;
    }
    expect([seen.length, new Set(seen).size, first.json.total]).toEqual([5, 5, 5]);
  });

  it('asks for the dossier of another patient, who stays unknown', async () => {
    const [stranger] = found(await side.find('Patient', { family: 'AUTRE' }));
    const form = { patient: `Patient/${String(stranger.id)}`, status: 'current' };
    const answer = await side.find('DocumentReference', form);
    expect([answer.status, answer.rules]).toEqual([403, ['SIM-FHIR-OTHER-PATIENT']]);
    expect(answer.text).not.toContain('CANARI');
    expect((await side.find('CareTeam', form)).rules).toEqual(['SIM-FHIR-OTHER-PATIENT']);
    expect((await side.find('DocumentReference', { patient: own, status: 'current' })).status).toBe(200);
  });

  it('leaves the base answering after a connection that ends half-way', async () => {
    const { hostname, port } = new URL(side.base);
    const authorization = await side.bearer();
    await new Promise<void>((resolve, reject) => {
      const socket = tlsConnect(
        { host: hostname, port: Number(port), ca: side.simulator.caPem, servername: 'localhost' },
        () => {
          socket.write(
            `POST /fhir HTTP/1.1\r\nHost: localhost\r\nAuthorization: ${authorization}\r\n` +
              'Content-Type: application/fhir+json\r\nContent-Length: 100000\r\n\r\n{"resourceType":',
            () => socket.destroy(),
          );
        },
      );
      socket.on('close', () => resolve()).on('error', reject);
    });
    expect((await side.ask('GET', '/metadata')).status).toBe(200);
  });
});
