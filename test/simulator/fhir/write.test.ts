/* eslint-disable @typescript-eslint/no-explicit-any -- answers are looked into as they came */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { localPatientCx } from '../../../src/platform/config/people.ts';
import { writeFhirPatient } from '../../../src/identity/wire/index.ts';
import { fictiveConfig } from '../../../src/simulator/index.ts';
import { fictivePatient, fictiveProfessional } from '../../../src/testing/index.ts';
import { partnerOf } from '../../../src/transport/fhir/partner.ts';
import { listAlerts } from '../../../src/transport/nde/alerts.ts';
import { createSubscription, endSubscription } from '../../../src/transport/nde/subscriptions.ts';
import { writeSubscription } from '../../../src/transport/nde/write-subscription.ts';
import { rppsHolder } from '../../client/world.ts';
import { found, openFhirSide, type FhirSide } from './side.ts';

/** Has a dossier, whose circle holds the professional. */
const known = fictivePatient();
/** Has none. */
const fresh = fictivePatient({
  localId: 'PAT-FHIR-1',
  traits: { birthName: 'NOUVEAU-ESSAI', birthDate: '1971-04-09' },
});
/** Has a dossier, and nobody in its circle. */
const alone = fictivePatient({ localId: 'PAT-FHIR-2', traits: { birthName: 'SEUL-ESSAI', birthDate: '1961-07-19' } });

let side: FhirSide;
let tokens: Record<'fresh' | 'alone' | 'anybody', string>;
beforeAll(async () => {
  side = await openFhirSide();
  side.simulator.addDossier({ ...alone });
  const of = (patient: typeof known) => side.bearer({ localPatient: localPatientCx(fictiveConfig(), patient.localId) });
  tokens = { fresh: await of(fresh), alone: await of(alone), anybody: await side.bearer({ localPatient: undefined }) };
});
afterAll(() => side.close());

const at = '2026-03-01T10:14:00+01:00';
const token = ({ localId }: typeof known) => `urn:oid:${localId.system}|${localId.value}`;
const idOfPatient = async (patient: typeof known): Promise<string> =>
  found(await side.find('Patient', { identifier: token(patient) }))[0].id;

const consent = (patient: string, kinds: readonly string[], change: object = {}): object => ({
  resourceType: 'Consent',
  meta: { profile: ['https://profiles.ihe.net/ITI/PCF/StructureDefinition/IHE.PCF.consentBasic'] },
  status: 'active',
  scope: { coding: [{ system: 'http://terminology.hl7.org/CodeSystem/consentscope', code: 'patient-privacy' }] },
  category: [{ coding: [{ system: 'http://loinc.org', code: '59284-0' }] }],
  patient: { reference: patient },
  dateTime: at,
  performer: [{ reference: patient }],
  organization: [{ identifier: { system: 'https://finess.esante.gouv.fr', value: '990000010' } }],
  sourceAttachment: { contentType: 'text/plain', data: 'b3JhbA==', title: 'Trace' },
  policy: kinds.map((kind) => ({ uri: `https://platform.example/policies/${kind}` })),
  provision: { type: 'permit' },
  ...change,
});

const urls = ['team', 'patient', 'role', 'practitioner', 'consent'].map((name, index) => ({
  [name]: `urn:uuid:0d6f6c0e-8f30-4f58-8a55-00000000000${String(index)}`,
}));
const url = Object.assign({}, ...urls) as Record<'team' | 'patient' | 'role' | 'practitioner' | 'consent', string>;
const teamIdentifier = { system: 'urn:ietf:rfc:3986', value: 'urn:uuid:0d6f6c0e-8f30-4f58-8a55-0000000000aa' };

function creation(kinds = ['dossier-creation', 'join-circle'], change: object = {}): object {
  const entry = (fullUrl: string, resource: object, request: object) => ({ fullUrl, resource, request });
  const rpps = rppsHolder.slice(1);
  return {
    resourceType: 'Bundle',
    meta: {
      profile: ['https://interop.esante.gouv.fr/ig/fhir/cds/StructureDefinition/cds-bundle-transaction-creation'],
    },
    type: 'transaction',
    entry: [
      entry(
        url.team,
        {
          resourceType: 'CareTeam',
          meta: { profile: ['https://interop.esante.gouv.fr/ig/fhir/cds/StructureDefinition/cds-ihe-careteam'] },
          identifier: [teamIdentifier],
          status: 'active',
          name: 'Cercle de soins',
          subject: { reference: url.patient },
          period: { start: '2026-03-01' },
          participant: [{ member: { reference: url.role }, period: { start: '2026-03-01' } }],
          ...change,
        },
        { method: 'POST', url: 'CareTeam', ifNoneExist: `identifier=${teamIdentifier.system}|${teamIdentifier.value}` },
      ),
      entry(url.patient, writeFhirPatient(fresh, { dialect: 'v2-0445' }), {
        method: 'PUT',
        url: `Patient?identifier=${token(fresh)}`,
      }),
      entry(
        url.role,
        {
          resourceType: 'PractitionerRole',
          identifier: [{ system: 'urn:oid:2.999.1.10.8', value: 'ROLE-1' }],
          practitioner: { reference: url.practitioner },
        },
        { method: 'POST', url: 'PractitionerRole', ifNoneExist: 'identifier=urn:oid:2.999.1.10.8|ROLE-1' },
      ),
      entry(
        url.practitioner,
        { resourceType: 'Practitioner', identifier: [{ system: 'https://rpps.esante.gouv.fr', value: rpps }] },
        { method: 'POST', url: 'Practitioner', ifNoneExist: `identifier=https://rpps.esante.gouv.fr|${rpps}` },
      ),
      entry(url.consent, consent(url.patient, kinds), { method: 'POST', url: 'Consent' }),
    ],
  };
}

describe('a care circle of the FHIR base', () => {
  it('is not opened without the consent of the patient', async () => {
    const { status, rules } = await side.ask('POST', '', {
      body: creation(['dossier-creation']),
      authorization: tokens.fresh,
    });
    expect([status, rules]).toEqual([403, ['SIM-FHIR-CONSENT']]);
    expect(side.simulator.dossier(fresh.localId)).toBeUndefined();
  });

  it('is opened with its dossier in one transaction, once', async () => {
    const created = await side.ask('POST', '', { body: creation(), authorization: tokens.fresh });
    expect(created.status, created.text).toBe(200);
    expect(created.json.entry.map(({ response }: any) => response.status.slice(0, 3))).toEqual([
      '201',
      '200',
      '201',
      '200',
      '201',
    ]);
    expect(side.simulator.dossier(fresh.localId)).toMatchObject({
      state: 'open',
      sharing: 'shared',
      members: [rppsHolder],
    });

    const again = await side.ask('POST', '', { body: creation(), authorization: tokens.fresh });
    expect(again.json.entry[0].response).toMatchObject({
      status: '200 OK',
      location: created.json.entry[0].response.location,
    });
    const other = creation(undefined, { identifier: [{ ...teamIdentifier, value: 'urn:uuid:another' }] });
    const bundle = JSON.parse(JSON.stringify(other));
    delete bundle.entry[0].request.ifNoneExist;
    const twice = await side.ask('POST', '', { body: bundle, authorization: tokens.fresh });
    expect([twice.status, twice.rules, twice.json.issue[0].code]).toEqual([
      500,
      ['SIM-FHIR-DOSSIER-EXISTS'],
      'duplicate',
    ]);
  });

  it('is found with who is in it, by the patient and by the professional', async () => {
    const own = await side.find('CareTeam', {
      'patient.identifier': token(known),
      status: 'proposed,active,suspended,inactive',
      _include: 'CareTeam:subject',
      '_include:iterate': 'PractitionerRole:practitioner',
    });
    expect(found(own)).toHaveLength(1);
    expect(found(own, 'include').map(({ resourceType }) => resourceType)).toEqual(['Patient']);

    const rpps = `https://rpps.esante.gouv.fr|${rppsHolder.slice(1)}`;
    const mine = await side.ask('POST', '/CareTeam/_search', {
      body: new URLSearchParams({
        'participant:PractitionerRole.practitioner:Practitioner.identifier': rpps,
        status: 'active',
        _include: 'CareTeam:participant',
      }).toString(),
      headers: { 'Content-Type': 'application/x-www-form-urlencoded' },
      authorization: tokens.anybody,
    });
    expect(mine.json.total, mine.text).toBe(2);
    expect(found(mine, 'include').every(({ resourceType }) => resourceType === 'PractitionerRole')).toBe(true);
  });

  it('is joined with a consent, left, and joined again', async () => {
    const authorization = tokens.alone;
    const patient = `Patient/${await idOfPatient(alone)}`;
    const read = async (): Promise<any> => {
      const answer = await side.ask('POST', '/CareTeam/_search', {
        body: `patient=${patient}`,
        headers: { 'Content-Type': 'application/x-www-form-urlencoded' },
        authorization,
      });
      return found(answer)[0];
    };
    const put = async (team: any, headers: Record<string, string> = { 'If-Match': `W/"${team.meta.versionId}"` }) =>
      side.ask('PUT', `/CareTeam/${team.id}`, { body: team, headers, authorization });

    const role = found(await side.find('PractitionerRole', { identifier: 'urn:oid:2.999.1.10.8|ROLE-1' }))[0];
    const before = await read();
    const joined = {
      ...before,
      participant: [{ member: { reference: `PractitionerRole/${role.id}` }, period: { start: at } }],
    };
    expect((await put(joined)).rules).toEqual(['SIM-FHIR-CONSENT']);

    const given = await side.ask('POST', '/Consent', { body: consent(patient, ['join-circle']), authorization });
    expect(given.status, given.text).toBe(201);
    expect((await put(joined, {})).status).toBe(412);
    const after = await put(joined);
    expect([after.status, after.json.meta.versionId], after.text).toEqual([200, '2']);
    expect(side.simulator.dossier(alone.localId)?.members).toEqual([rppsHolder]);
    expect([(await put(joined)).status, (await put(joined)).rules]).toEqual([412, ['SIM-FHIR-VERSION']]);

    // An entry is never taken away.
    expect((await put({ ...after.json, participant: undefined })).rules).toEqual(['SIM-FHIR-PARTICIPANT-KEPT']);
    const [entry] = after.json.participant;
    const ended = { ...entry, period: { ...entry.period, end: '2026-04-01' } };
    const left = await put({ ...after.json, participant: [ended] });
    expect([left.status, side.simulator.dossier(alone.localId)?.members], left.text).toEqual([200, []]);
    const back = await put({ ...left.json, participant: [ended, { ...entry, period: { start: '2026-05-02' } }] });
    expect([back.status, side.simulator.dossier(alone.localId)?.members], back.text).toEqual([200, [rppsHolder]]);

    const history = await side.ask('GET', `/CareTeam/${before.id}/_history`, { authorization });
    expect(history.json.entry.map(({ resource }: any) => resource.meta.versionId)).toEqual(['4', '3', '2', '1']);
  });

  it('keeps a consent, and takes its withdrawal alone', async () => {
    const patient = `Patient/${await idOfPatient(known)}`;
    const late = await side.ask('POST', '/Consent', {
      body: consent(patient, ['document-share'], { dateTime: '2099-01-01T00:00:00Z' }),
    });
    expect(late.rules).toEqual(['SIM-FHIR-CONSENT-TIME']);
    const given = await side.ask('POST', '/Consent', { body: consent(patient, ['document-share']) });
    const current = given.json;
    const put = (resource: any) =>
      side.ask('PUT', `/Consent/${current.id}`, {
        body: resource,
        headers: { 'If-Match': `W/"${current.meta.versionId}"` },
      });
    expect((await put({ ...current, dateTime: '2026-01-01T00:00:00Z' })).rules).toEqual(['SIM-FHIR-CONSENT-FIXED']);
    await expect(put({ ...current, status: 'inactive' })).resolves.toMatchObject({
      status: 200,
      json: { status: 'inactive' },
    });
    const left = await side.find('Consent', { patient, status: 'active' });
    expect(found(left).map(({ id }) => id)).not.toContain(current.id);
  });
});

describe('hospital events of the simulator', () => {
  it('reach who subscribed: late, twice, and taken back', async () => {
    const partner = partnerOf({ http: side.http, baseUrl: side.base, authorization: () => side.bearer() });
    const facility = { finess: '990000028', name: "Hôpital d'essai" };
    const resource = writeSubscription({
      type: 'admission',
      facility,
      from: '2026-01-01T00:00:00Z',
      until: null,
      mailbox: 'dr.essai@medecin.mssante.fr',
      patient: writeFhirPatient(known, { dialect: 'v2-0445' }),
      professional: fictiveProfessional(),
      now: '2026-01-01T00:00:00Z',
    });
    const elsewhere = { ...resource, channel: { type: 'email', endpoint: 'mailto:a@b.example' } };
    await expect(createSubscription(partner, elsewhere, {})).rejects.toMatchObject({ code: 'TE_VALIDATION' });

    const { id, status } = await createSubscription(partner, resource, {});
    expect(status).toBe('active');
    const list = () =>
      listAlerts(
        partner,
        { subscriptions: [{ id, patient: known.localId }], since: null },
        {
          allowsGet: false,
        },
      );

    side.simulator.announce(known.localId, { type: 'discharge' });
    side.simulator.announce(known.localId, { type: 'admission', facility: { finess: '990000099', name: 'Ailleurs' } });
    await expect(list()).resolves.toMatchObject({ messages: [] });
    const event = { type: 'admission', occurredAt: '2026-02-27T22:10:00Z' } as const;
    const first = side.simulator.announce(known.localId, event);
    side.simulator.announce(known.localId, event);
    side.simulator.retract(first);
    const { messages } = await list();
    expect(messages.map(({ occurredAt, isCancelled }) => [occurredAt, isCancelled])).toEqual([
      ['2026-02-27T22:10:00Z', true],
      ['2026-02-27T22:10:00Z', false],
    ]);

    await endSubscription(partner, id, {});
    await endSubscription(partner, id, {});
    expect((await side.ask('GET', `/Subscription/${id}`)).status).toBe(410);
  });
});
