import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';

import { partnerOf } from '../../../src/transport/fhir/partner.ts';
import type { FhirPartner } from '../../../src/transport/fhir/exchange.ts';
import { listAlerts } from '../../../src/transport/nde/alerts.ts';
import { readAlert, subscriptionsOf } from '../../../src/transport/nde/read-alert.ts';
import { readSubscription } from '../../../src/transport/nde/read-subscription.ts';
import { createSubscription, endSubscription } from '../../../src/transport/nde/subscriptions.ts';
import { skipBecause } from '../../helpers/require-tool.ts';
import { bodyOf, outcome, scriptedServer, type Scripted } from '../fhir/scripted-server.ts';

const examples = join(process.env['TERR_DATA'] ?? '', 'fhir/ans-nde-3.0.0/examples');
const example = (name: string): Record<string, unknown> =>
  JSON.parse(readFileSync(join(examples, name), 'utf8')) as Record<string, unknown>;
if (!existsSync(examples)) skipBecause('TERR_DATA has no examples of Notification d’événements');

const patient = { system: '2.999.1.10', value: 'PAT-000123' };
const ours = { subscriptions: [{ id: 'sub-9', patient }], since: null };
const event = 'https://mos.esante.gouv.fr/NOS/TRE_R254-TypeEvenement/FHIR/TRE-R254-TypeEvenement';
const nde = 'https://interop.esante.gouv.fr/ig/fhir/nde/StructureDefinition';

function message(id: string, more: object = {}, code = 'ADM', system = event): object {
  return {
    resourceType: 'CommunicationRequest',
    id,
    meta: { versionId: '1', lastUpdated: '2026-03-01T09:00:00.123Z' },
    extension: [
      { url: `${nde}/event-type`, valueCodeableConcept: { coding: [{ system, code }] } },
      { url: `${nde}/event-time`, valueDateTime: '2026-02-28T22:10:00+01:00' },
    ],
    basedOn: [{ reference: 'Subscription/sub-9' }],
    status: 'active',
    subject: { reference: 'Patient/pat-1' },
    ...more,
  };
}

const bundle = (resources: readonly object[], more: object = {}): object => ({
  resourceType: 'Bundle',
  type: 'searchset',
  total: resources.length,
  entry: resources.map((resource) => ({ resource, search: { mode: 'match' } })),
  ...more,
});

function server(...answers: Scripted[]): { partner: FhirPartner; asked: ReturnType<typeof scriptedServer>['asked'] } {
  const { http, asked } = scriptedServer(...answers);
  return { partner: partnerOf({ http, baseUrl: 'https://plateforme.example/fhir' }), asked };
}

describe.runIf(existsSync(examples))('official examples of the guide, without loss', () => {
  const facility = {
    ids: [],
    name: 'Service de pneumologie, Hôpital Test',
    contacts: [
      { system: 'phone', value: '0199001234' },
      { system: 'email', value: 'essai@essai.example' },
    ],
    address: "1 RUE DE L'ESSAI",
  };

  it('a notification', () => {
    const resource = example('CommunicationRequest-com1.json');
    expect(subscriptionsOf(resource)).toEqual(['sub1']);
    expect(readAlert(resource, 'sub1')).toEqual({
      id: 'com1',
      subscription: 'sub1',
      type: 'discharge',
      facility,
      occurredAt: '2019-01-01T00:00:00Z',
      emittedAt: '2019-01-01T02:00:00Z',
      receivedAt: null,
      title: null,
      text: 'Notifications de sortie du patient Camille PATIENT-ESSAI',
      isCancelled: false,
      replaces: [],
    });
  });

  it('a declaration, with an attachment', () => {
    const alert = readAlert(example('CommunicationRequest-com2.json'), '');
    expect(alert).toMatchObject({ id: 'com2', type: 'discharge', facility, occurredAt: '2019-01-01T00:00:00Z' });
    expect(alert).toMatchObject({
      title: "Sortie du patient Camille PATIENT-ESSAI de l'établissement de santé",
      text: 'Hello',
      emittedAt: null,
    });
  });

  it('a subscription', () => {
    expect(readSubscription(example('Subscription-sub1.json'), 'sub1')).toEqual({
      id: 'sub1',
      status: 'requested',
      problem: null,
      type: 'discharge',
      facility,
      reason: 'Abonnement pour recevoir des notifications de sortie du patient Camille PATIENT-ESSAI',
      mailbox: 'dr.essai@essai.example',
      askedAt: '2019-10-01T00:30:00Z',
      from: '2019-02-01T00:30:00Z',
      until: '2020-02-07T18:28:17Z',
    });
  });
});

describe('messages of a FHIR server', () => {
  it('are asked for by their subscriptions, twenty at a time, by POST, from a second on', async () => {
    const { partner, asked } = server({ body: bundle([]) });
    const subscriptions = Array.from({ length: 21 }, (_, index) => ({ id: `sub-${String(index)}`, patient }));
    const found = await listAlerts(partner, { subscriptions, since: '2026-03-01T09:00:00Z' }, { allowsGet: false });
    expect(found).toEqual({ messages: [], unread: 0, isComplete: true });
    expect(asked.map(({ method, url }) => `${method} ${url}`)).toEqual([
      'POST https://plateforme.example/fhir/CommunicationRequest/_search',
      'POST https://plateforme.example/fhir/CommunicationRequest/_search',
    ]);
    const forms = asked.map((request) => new URLSearchParams(bodyOf(request)));
    expect(forms.map((form) => form.get('based-on')?.split(',').length)).toEqual([20, 1]);
    expect(forms[1]?.get('based-on')).toBe('Subscription/sub-20');
    expect(forms[0]?.get('_lastUpdated')).toBe('ge2026-03-01T09:00:00Z');
    expect(asked.every(({ headers }) => headers?.['Cache-Control'] === 'no-cache')).toBe(true);
  });

  it('that are no alert are counted, those of other subscriptions are nobody’s business here', async () => {
    const { partner } = server({
      body: bundle([
        message('in'),
        message('out', {}, 'SOR'),
        message('revoked', { status: 'revoked' }),
        message('error', { status: 'entered-in-error' }),
        message('draft', { status: 'draft' }),
        message('not', { doNotPerform: true }),
        message('document', {}, 'DOC'),
        message('foreign', {}, 'ADM', 'http://ailleurs.example'),
        message('modified', { modifierExtension: [{ url: 'x', valueBoolean: true }] }),
        message('theirs', { basedOn: [{ reference: 'Subscription/sub-8' }] }),
        message('nobodys', { basedOn: undefined }),
        message('absolute', { basedOn: [{ reference: 'http://interne.example/fhir/Subscription/sub-9/_history/2' }] }),
      ]),
    });
    const { messages, unread, isComplete } = await listAlerts(partner, ours, { allowsGet: false });
    expect(messages.map(({ id, isCancelled }) => (isCancelled ? `-${id}` : id))).toEqual([
      'in',
      'out',
      '-revoked',
      '-error',
      'absolute',
    ]);
    expect([unread, isComplete]).toEqual([5, true]);
    expect(messages[0]).toMatchObject({ occurredAt: '2026-02-28T21:10:00Z', receivedAt: '2026-03-01T09:00:00Z' });
  });

  it.each<[unknown, string | null]>([
    ['2026-02-28', '2026-02-28'],
    ['2026-02', '2026-02'],
    ['2026-02-28T22:10:00.999+01:00', '2026-02-28T21:10:00Z'],
    ['2026-02-28T22:10:00', null],
    ['28/02/2026', null],
    ['2026-13-41', null],
    [20260228, null],
  ])('the time %s of an event is %s', (valueDateTime, occurredAt) => {
    const extension = [
      { url: `${nde}/event-type`, valueCodeableConcept: { coding: [{ system: event, code: 'ADM' }] } },
      { url: `${nde}/event-time`, valueDateTime },
    ];
    expect(readAlert(message('x', { extension }) as never, 'sub-9')?.occurredAt).toBe(occurredAt);
  });

  it('about somebody else are refused as a whole', async () => {
    const named = (system: string, value: string): object =>
      message('x', {
        subject: { reference: '#p' },
        contained: [{ resourceType: 'Patient', id: 'p', identifier: [{ system, value }] }],
      });
    const list = (resource: object) =>
      listAlerts(server({ body: bundle([resource]) }).partner, ours, { allowsGet: false });
    await expect(list(named('urn:oid:2.999.1.10', 'PAT-AUTRE'))).rejects.toMatchObject({
      code: 'TE_PROTOCOL',
      details: { reason: 'other-patient' },
    });
    expect((await list(named('urn:oid:2.999.1.10', 'PAT-000123'))).messages.length).toBe(1);
    expect((await list(named('urn:oid:2.999.1.1', 'IDF-1'))).messages.length).toBe(1);
  });

  it('that fail on page two of three give no list, and fewer than announced are told', async () => {
    const next = { link: [{ relation: 'next', url: 'CommunicationRequest?page=2' }], total: 3 };
    const failing = server(
      { body: bundle([message('a')], next) },
      { status: 500, body: outcome({ severity: 'error', code: 'exception', diagnostics: 'PATIENT-ESSAI' }) },
    );
    const failure = await listAlerts(failing.partner, ours, { allowsGet: false }).catch((error: unknown) => error);
    expect(failure).toMatchObject({ code: 'TE_UNAVAILABLE' });
    expect(String(failure) + JSON.stringify(failure)).not.toContain('PATIENT-ESSAI');
    const short = server({ body: bundle([message('a')], { total: 2 }) });
    expect(await listAlerts(short.partner, ours, { allowsGet: false })).toMatchObject({ isComplete: false });
  });
});

describe('a subscription at a FHIR server', () => {
  const sent = { resourceType: 'Subscription', status: 'requested' };
  const kept = (status: string, versionId?: string): object => ({
    resourceType: 'Subscription',
    id: 'sub-9',
    meta: versionId === undefined ? {} : { versionId },
    status,
    error: status === 'error' ? 'mail refused' : undefined,
    _inconnu: { id: 'x' },
  });

  it('is created once, then read again: 201 is not active', async () => {
    const location = { location: 'http://interne.example/fhir/Subscription/sub-9/_history/1' };
    const { partner, asked } = server({ status: 201, headers: location }, { body: kept('error') });
    expect(await createSubscription(partner, sent, {})).toMatchObject({
      id: 'sub-9',
      status: 'error',
      problem: 'mail refused',
    });
    expect(asked.map(({ method, url }) => `${method} ${url}`)).toEqual([
      'POST https://plateforme.example/fhir/Subscription',
      'GET https://plateforme.example/fhir/Subscription/sub-9',
    ]);

    const unread = server({ status: 201, body: kept('requested') }, { status: 405, body: '' });
    expect(await createSubscription(unread.partner, sent, {})).toMatchObject({ id: 'sub-9', status: 'requested' });
  });

  it('without an id, or after an answer that was lost, is told as one that may exist', async () => {
    const unknown = { details: { unknownOutcome: true } };
    await expect(createSubscription(server({ status: 201 }).partner, sent, {})).rejects.toMatchObject(unknown);
    const lost = server({ status: 504 });
    await expect(createSubscription(lost.partner, sent, {})).rejects.toMatchObject(unknown);
    expect(lost.asked.length).toBe(1);
  });

  it.each([200, 202, 204, 404, 410])('ends with %i', async (status) => {
    const { partner, asked } = server({ status });
    await endSubscription(partner, 'sub-9', {});
    expect(asked.map(({ method }) => method)).toEqual(['DELETE']);
  });

  it('that is referred to is switched off, whole, and once more when it changed meanwhile', async () => {
    const { partner, asked } = server(
      { status: 409 },
      { body: kept('active', '3') },
      { status: 412 },
      { body: kept('active', '4') },
      { body: kept('off', '5') },
    );
    await endSubscription(partner, 'sub-9', {});
    const puts = asked.filter(({ method }) => method === 'PUT');
    expect(puts.map(({ headers }) => headers?.['If-Match'])).toEqual(['W/"3"', 'W/"4"']);
    expect(JSON.parse(bodyOf(puts[1]))).toMatchObject({ status: 'off', id: 'sub-9', _inconnu: { id: 'x' } });

    const stale = server(
      { status: 409 },
      { body: kept('active', '3') },
      { status: 409 },
      { body: kept('active', '4') },
      { status: 409 },
    );
    await expect(endSubscription(stale.partner, 'sub-9', {})).rejects.toMatchObject({ code: 'TE_CONFLICT' });
    const blind = server({ status: 409 }, { body: kept('active') });
    await expect(endSubscription(blind.partner, 'sub-9', {})).rejects.toMatchObject({ code: 'TE_PROTOCOL' });
    const off = server({ status: 409 }, { body: kept('off') });
    await endSubscription(off.partner, 'sub-9', {});
    await expect(endSubscription(server({ status: 403 }).partner, 'sub-9', {})).rejects.toMatchObject({
      code: 'TE_FORBIDDEN',
    });
  });
});
