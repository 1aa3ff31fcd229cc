import { inspect } from 'node:util';
import { connect } from 'node:net';
import { request as httpsRequest } from 'node:https';

import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';

import type { AuditEvent } from '../../../src/client/audit/model.ts';
import type { PortalLaunch, TerrESanteClient } from '../../../src/index.ts';
import { simulatorDescriptor } from '../../../src/platform/index.ts';
import type { Simulator } from '../../../src/simulator/index.ts';
import { fictivePatient } from '../../../src/testing/index.ts';
import { createWorld, rppsHolder, submission, type World } from '../world.ts';
import { navigation, portOf, raw, statusOf, withPortal, type PortalParts } from './portal-scene.ts';

interface Answer {
  readonly status: number;
  readonly location: string | null;
  readonly body: string;
}

/** What a browser does with an address, or with a form. */
function browse(simulator: Simulator, url: string, form?: string): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const headers = form === undefined ? {} : { 'content-type': 'application/x-www-form-urlencoded' };
    const sent = httpsRequest(
      url,
      { method: form === undefined ? 'GET' : 'POST', ca: simulator.caPem, headers },
      (answer) => {
        const chunks: Buffer[] = [];
        answer.on('data', (chunk: Buffer) => chunks.push(chunk));
        answer.on('end', () => {
          const { statusCode = 0, headers: got } = answer;
          resolve({ status: statusCode, location: got.location ?? null, body: Buffer.concat(chunks).toString('utf8') });
        });
      },
    );
    sent.on('error', reject);
    sent.end(form);
  });
}

const patient = fictivePatient();
let world: World;
const events: AuditEvent[] = [];
let te: TerrESanteClient;
const open: PortalLaunch[] = [];

beforeAll(async () => {
  world = await createWorld();
  world.simulator.addDossier({ ...patient, members: [rppsHolder] });
});
beforeEach(() => {
  events.length = 0;
  te = world.client({ audit: { write: async (event) => void events.push(event) } });
});
afterEach(async () => {
  await Promise.all(open.splice(0).map((launch) => launch.close()));
});
afterAll(() => world.close());

const dossier = { page: 'dossier', patient } as const;

async function launched(window: 'embedded' | 'default' = 'default', client = te): Promise<PortalLaunch> {
  const launch = await client.portal.launch(dossier, { window });
  open.push(launch);
  return launch;
}

describe('portal.launch in an embedded window', () => {
  it('gives a form that opens the dossier once, and writes it in the journal first', async () => {
    const launch = await launched('embedded');
    expect(launch).toMatchObject({ kind: 'form-post', findings: [] });
    expect(events.map(({ action, object, binding, outcome }) => [action, object, binding, outcome])).toEqual([
      ['dossier.status', null, 'simulator-http', 'ok'],
      ['portal.launch', 'dossier', 'portal', 'ok'],
    ]);
    expect(events[1]).toMatchObject({ correlationId: launch.correlationId, patient: patient.localId });

    const entered = await browse(world.simulator, launch.url, launch.body!);
    expect(entered.status).toBe(303);
    const page = await browse(world.simulator, entered.location!);
    expect(page.status).toBe(200);
    expect(page.body).toContain('<h1>Dossier de ');
    expect(entered.location).not.toContain(patient.localId.value);

    // The same form again: the assertion was spent.
    expect((await browse(world.simulator, launch.url, launch.body!)).status).toBe(409);
  });

  it('signs for one address, five minutes and one use', async () => {
    const [first, second] = [await launched('embedded'), await launched('embedded')];
    const xml = Buffer.from(first.fields!['SAMLResponse']!, 'base64').toString('utf8');
    expect(first.fields!['SAMLResponse']).toMatch(/^[A-Za-z0-9+/]+={0,2}$/);
    expect(xml).toContain(`Recipient="${first.url}"`);
    expect(xml).toContain('<saml2:OneTimeUse></saml2:OneTimeUse></saml2:Conditions>');
    expect(xml).toContain('<saml2:Audience>urn:terr-esante:simulateur:portail</saml2:Audience>');
    expect(xml).toContain(`>${patient.localId.value}^^^CABINET-FICTIF&amp;${patient.localId.system}&amp;ISO^PI<`);

    const [, issued = '', until = ''] =
      /IssueInstant="([^"]+)".*NotOnOrAfter="([^"]+)" Recipient/s.exec(xml.slice(xml.indexOf('<saml2:Assertion'))) ??
      [];
    expect(Date.parse(until) - Date.parse(issued)).toBeLessThanOrEqual(300_000);
    expect(first.expiresAt).toBe(until);

    const ids = [first, second].map(
      ({ fields }) =>
        /<saml2:Assertion [^>]*ID="([^"]+)"/.exec(
          Buffer.from(fields!['SAMLResponse']!, 'base64').toString('utf8'),
        )?.[1],
    );
    expect(new Set(ids).size).toBe(2);
  });

  it.each([
    ['another page', (form: URLSearchParams) => form.set('RelayState', '/ailleurs'), 400],
    ['an address instead', (form: URLSearchParams) => form.set('RelayState', 'https://ailleurs.example/'), 400],
    ['no page', (form: URLSearchParams) => form.delete('RelayState'), 400],
    ['another field twice', (form: URLSearchParams) => form.append('RelayState', '/dossier'), 400],
    [
      'a changed response',
      (form: URLSearchParams) => {
        const xml = Buffer.from(form.get('SAMLResponse')!, 'base64').toString('utf8');
        form.set('SAMLResponse', Buffer.from(xml.replace(patient.localId.value, 'AUTRE'), 'utf8').toString('base64'));
      },
      403,
    ],
    [
      'a response for another address',
      (form: URLSearchParams) => {
        const xml = Buffer.from(form.get('SAMLResponse')!, 'base64').toString('utf8');
        form.set(
          'SAMLResponse',
          Buffer.from(xml.replace(/Destination="[^"]+"/, 'Destination="https://autre.example/acs"'), 'utf8').toString(
            'base64',
          ),
        );
      },
      403,
    ],
  ])('is refused by the portal with %s', async (_what, change, status) => {
    const { url, body } = await launched('embedded');
    const form = new URLSearchParams(body!);
    change(form);
    const answer = await browse(world.simulator, url, form.toString());
    expect(answer.status).toBe(status);
    expect(answer.body).not.toContain(patient.traits.birthName);
  });

  it('starts the counts again, from the local cut-off too', async () => {
    const written = new Map<string, string>();
    const cutOffs = {
      read: async (scope: string) => written.get(scope) ?? null,
      write: async (scope: string, at: string) => void written.set(scope, at),
    };
    const client = world.client({ cutOffs });
    await client.documents.deposit(patient, await submission(), { patientConsent: true });
    await world.simulator.settled();
    const before = await client.notifications.countForPatient(patient, { since: '2020-01-01T00:00:00Z' });
    expect(before.count).toBeGreaterThan(0);

    const { url, body } = await launched('embedded', client);
    const opened = await browse(world.simulator, url, body!);
    expect(opened.status).toBe(303);
    expect(await client.notifications.countForPatient(patient)).toMatchObject({ count: 0, sinceSource: 'platform' });
    expect(written.size).toBe(2);
    expect([...written.keys()].join()).not.toContain(patient.localId.value);
  });
});

describe('the page for the default browser', () => {
  it('is given once, to a navigation of our name only', async () => {
    const launch = await launched();
    expect(launch).toMatchObject({ kind: 'loopback', fields: null, body: null });
    expect(launch.url).toMatch(/^http:\/\/127\.0\.0\.1:[0-9]{1,5}\/[A-Za-z0-9_-]{22,}$/);

    const port = portOf(launch);
    const tries: readonly (readonly [Readonly<Record<string, string | null>>, number])[] = [
      [{ ':path': '/favicon.ico', 'Sec-Fetch-Mode': 'no-cors', 'Sec-Fetch-Dest': 'image' }, 404],
      [{ Host: `ailleurs.example:${String(port)}` }, 403],
      [{ Host: `localhost:${String(port)}` }, 403],
      [{ ':method': 'HEAD' }, 405],
      [{ ':method': 'OPTIONS', Origin: 'https://ailleurs.example' }, 405],
      [{ 'Sec-Purpose': 'prefetch;prerender' }, 403],
      [{ Purpose: 'prefetch' }, 403],
      [{ 'Sec-Fetch-Mode': 'cors', 'Sec-Fetch-Dest': 'empty' }, 403],
      [{ 'Sec-Fetch-Dest': 'iframe' }, 403],
      [{ Origin: 'https://ailleurs.example' }, 403],
    ];
    for (const [changes, status] of tries) expect(statusOf(await raw(port, navigation(launch, changes)))).toBe(status);

    // Older browsers tell nothing of what they fetch for.
    const page = await raw(
      port,
      navigation(launch, { 'Sec-Fetch-Site': null, 'Sec-Fetch-Mode': null, 'Sec-Fetch-Dest': null }),
    );
    expect(statusOf(page)).toBe(200);
    expect(page).toContain('Cache-Control: no-store');
    expect(page).toContain('form-action https://127.0.0.1:* https://localhost:*');
    expect(page).toContain('Referrer-Policy: strict-origin');
    expect(await launch.handedOver()).toMatch(/Z$/);
    await expect(launch.handedOver({ timeoutMs: 5 } as never)).rejects.toMatchObject({ code: 'TE_INPUT_INVALID' });
    expect(statusOf(await raw(port, navigation(launch)))).toBe(410);
  });

  it('escapes what the form holds', async () => {
    const relayState = '/contexte/a"b<c&d';
    const descriptor = withPortal({ pages: { dossier: relayState } });
    const launch = await launched('default', world.client({ descriptor }));
    const page = await raw(portOf(launch), navigation(launch));
    expect(page).toContain('name="RelayState" value="/contexte/a&quot;b&lt;c&amp;d"');
  });

  it('that nobody opens expires, tells so, and leaves the cut-off alone', async () => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
    try {
      const write = vi.fn(async () => undefined);
      const launch = await launched('default', world.client({ cutOffs: { read: async () => null, write } }));
      const waiting = expect(launch.handedOver()).rejects.toMatchObject({ code: 'TE_TIMEOUT' });
      await vi.advanceTimersByTimeAsync(60_000);
      await waiting;
      expect(write).not.toHaveBeenCalled();
      await expect(raw(portOf(launch), navigation(launch))).rejects.toMatchObject({ code: 'ECONNREFUSED' });
    } finally {
      vi.useRealTimers();
    }
  });

  it('is taken away by close, whoever is connected, and by the end of the client', async () => {
    const launch = await launched();
    const silent = connect(portOf(launch), '127.0.0.1');
    silent.on('error', () => undefined);
    await new Promise((resolve) => silent.once('connect', resolve));
    await launch.close();
    await expect(launch.handedOver()).rejects.toMatchObject({ code: 'TE_CLOSED' });

    const { auth } = world;
    const own = world.client({
      auth: { kind: auth.kind, certificates: (call) => auth.certificates(call), sign: (...a) => auth.sign(...a) },
      deposit: async () => ({ deposit: async () => ({}) as never, close: async () => undefined }),
    });
    const other = await launched('default', own);
    await own.close();
    await expect(other.handedOver()).rejects.toMatchObject({ code: 'TE_CLOSED' });
  });

  it('is given to nobody when the journal does not take its line', async () => {
    let writes = 0;
    const client = world.client({
      audit: {
        write: async () => {
          writes += 1;
          if (writes === 2) throw new Error('disk full');
        },
      },
    });
    await expect(client.portal.launch(dossier, { window: 'default' })).rejects.toMatchObject({ code: 'TE_AUDIT' });
  });
});

describe('the other ways to open a portal', () => {
  const qualified = { ...patient, identityStatus: 'QUAL' } as const;

  it('url-path: page and INS in the address that the host receives, and nowhere else', async () => {
    const descriptor = withPortal({
      mode: 'url-path',
      address: 'portal/AccesDirect',
      pages: { home: 'TableauDeBord', dossier: 'DossierPatient' },
    });
    const client = world.client({ descriptor, audit: { write: async (event) => void events.push(event) } });
    const launch = await client.portal.launch({ page: 'dossier', patient: qualified }, { window: 'default' });
    expect(launch).toMatchObject({ kind: 'url', fields: null, expiresAt: null });
    expect(launch.url).toBe(`${world.simulator.httpUrl}/portal/AccesDirect/DossierPatient/${patient.ins.value}`);
    expect((await browse(world.simulator, launch.url)).body).toContain('<h1>Dossier de ');

    const seen = JSON.stringify([launch, events]) + inspect(launch, { depth: 9 });
    expect(seen).not.toContain(patient.ins.value);

    const home = await client.portal.launch({ page: 'home', patient: qualified }, { window: 'default' });
    expect(home.url).not.toContain(patient.ins.value);
    expect((await browse(world.simulator, home.url)).body).toContain('Tableau de bord');
  });

  it('form-context: every parameter filled, and the consent of the patient', async () => {
    const descriptor = withPortal({ mode: 'form-context', address: 'portal/context', pages: { dossier: '' } });
    const client = world.client({ descriptor });
    const target = { page: 'dossier', patient: qualified } as const;
    await expect(client.portal.launch(target, { window: 'embedded' })).rejects.toMatchObject({
      code: 'TE_CONSENT_REQUIRED',
    });

    const launch = await client.portal.launch(target, { window: 'embedded', patientConsent: true });
    expect(Object.values(launch.fields!).every((value) => value !== '')).toBe(true);
    const entered = await browse(world.simulator, launch.url, launch.body!);
    expect((await browse(world.simulator, entered.location!)).status).toBe(200);
    expect((await browse(world.simulator, launch.url, `${launch.body!}&Autre=1`)).status).toBe(400);
  });

  it('an INS that may not leave opens neither', async () => {
    for (const parts of [
      { mode: 'url-path', address: 'portal/AccesDirect' },
      { mode: 'form-context', address: 'portal/context' },
    ] as const) {
      const client = world.client({ descriptor: withPortal(parts) });
      const target = { page: 'dossier', patient: { ...patient, identityStatus: 'PROV' } } as const;
      await expect(client.portal.launch(target, { window: 'embedded', patientConsent: true })).rejects.toMatchObject({
        code: 'TE_IDENTITY_STATUS',
      });
    }
  });
});

describe('a launch that is refused before anything is signed', () => {
  const refusals: readonly (readonly [string, PortalParts | null, string])[] = [
    ['no portal is described', null, 'TE_UNSUPPORTED'],
    ['the page is not offered', { pages: { home: '/accueil' } }, 'TE_UNSUPPORTED'],
    ['the host is foreign', { address: 'https://ailleurs.example/acs' }, 'TE_CONFIG_INVALID'],
    [
      'the host only ends alike',
      { allowedHosts: ['portail.example'], address: 'https://faux-portail.example/acs' },
      'TE_CONFIG_INVALID',
    ],
    [
      'the port is another',
      { allowedHosts: ['portail.example'], address: 'https://portail.example:8443/acs' },
      'TE_CONFIG_INVALID',
    ],
    [
      'it is not https',
      { allowedHosts: ['portail.example'], address: 'http://portail.example/acs' },
      'TE_CONFIG_INVALID',
    ],
    ['a host hides a directive', { allowedHosts: ["127.0.0.1:*; script-src 'unsafe-inline'"] }, 'TE_CONFIG_INVALID'],
    ['RelayState has 81 bytes', { pages: { dossier: `/${'é'.repeat(40)}` } }, 'TE_CONFIG_INVALID'],
    ['the assertion lives too long', { lifetimeSeconds: 301 }, 'TE_CONFIG_INVALID'],
  ];

  it.each(refusals)('%s', async (_what, parts, code) => {
    const { portal: _portal, ...without } = simulatorDescriptor;
    const sign = vi.fn(world.auth.sign.bind(world.auth));
    const auth = { kind: world.auth.kind, certificates: world.auth.certificates.bind(world.auth), sign };
    const client = world.client({ auth, descriptor: parts ? withPortal(parts) : without });
    await expect(client.portal.launch(dossier, { window: 'default' })).rejects.toMatchObject({ code });
    expect(sign).not.toHaveBeenCalled();
  });

  it('no patient, no dossier, a closed one', async () => {
    await expect(te.portal.launch({ page: 'dossier' }, { window: 'default' })).rejects.toMatchObject({
      code: 'TE_INPUT_INVALID',
    });

    const nobody = {
      ...patient,
      localId: { ...patient.localId, value: 'PERSONNE' },
      ins: undefined,
      traits: { ...patient.traits, firstName: 'NINA', birthFirstNames: ['NINA'] },
    };
    await expect(te.portal.launch({ page: 'dossier', patient: nobody }, { window: 'default' })).rejects.toMatchObject({
      code: 'TE_DOSSIER_ABSENT',
    });
    // The home page needs none.
    expect((await te.portal.launch({ page: 'home', patient: nobody }, { window: 'embedded' })).kind).toBe('form-post');

    world.simulator.addDossier({ ...nobody, state: 'closed' });
    await expect(te.portal.launch({ page: 'dossier', patient: nobody }, { window: 'default' })).rejects.toMatchObject({
      code: 'TE_DOSSIER_CLOSED',
    });
  });

  it('a dossier that cannot be asked for is told', async () => {
    const { 'dossier.status': _status, ...bindings } = simulatorDescriptor.bindings;
    const client = world.client({ descriptor: { ...simulatorDescriptor, bindings } });
    const { findings } = await client.portal.launch(dossier, { window: 'embedded' });
    expect(findings).toMatchObject([{ rule: 'DOSSIER-NOT-CHECKED' }]);
  });
});
