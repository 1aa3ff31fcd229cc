import { randomUUID } from 'node:crypto';
import { request as httpsRequest } from 'node:https';
import { connect as tlsConnect } from 'node:tls';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createPkcs12Provider, createVihf, type SigningProvider, type VihfInput } from '../../src/auth/index.ts';
import { createSimulator, fictiveConfig, type Simulator } from '../../src/simulator/index.ts';
import {
  createTestHierarchy,
  fictivePatient,
  fictiveProfessional,
  fictiveStructure,
  type TestHierarchy,
} from '../../src/testing/index.ts';
import { localPatientCx } from '../../src/platform/config/people.ts';
import { rppsHolder, sharedHierarchy } from '../client/world.ts';

interface Answer {
  readonly status: number;
  readonly body: string;
}

/** What the provider takes of a test certificate. */
const keysOf = ({ pfx, password }: { readonly pfx: Uint8Array; readonly password: string }) => ({ pfx, password });

let hierarchy: TestHierarchy;
let stranger: TestHierarchy;
let simulator: Simulator;
let provider: SigningProvider;
const patient = fictivePatient();
const urn = 'urn:terr-esante:simulateur';

beforeAll(async () => {
  [hierarchy, stranger] = await Promise.all([sharedHierarchy(), createTestHierarchy()]);
  simulator = await createSimulator({ hierarchy, limits: { maxRequestBytes: 50_000 } });
  provider = await createPkcs12Provider(keysOf(hierarchy.professional.signature));
  simulator.addDossier({ localId: patient.localId, traits: patient.traits, ins: patient.ins, members: [rppsHolder] });
});
afterAll(() => simulator.close());

function send(
  path: string,
  body: string | Buffer,
  options: { method?: string; headers?: Record<string, string> } = {},
): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const request = httpsRequest(
      `${simulator.httpUrl}${path}`,
      {
        method: options.method ?? 'POST',
        ca: hierarchy.caPem,
        agent: false,
        headers: { 'Content-Type': 'application/json', ...options.headers },
      },
      (response) => {
        let text = '';
        response.setEncoding('utf8').on('data', (chunk: string) => (text += chunk));
        response.on('end', () => resolve({ status: response.statusCode ?? 0, body: text }));
      },
    );
    request.on('error', reject);
    request.end(body);
  });
}

const about = { localId: patient.localId, ins: patient.ins, traits: patient.traits };
const cx = localPatientCx(fictiveConfig(), patient.localId);

const at = (now: number) => ({ runtime: { clock: { now: () => now }, ids: { uuid: randomUUID } } });

async function vihf(
  change: Partial<VihfInput> = {},
  signer = provider,
  options?: Parameters<typeof createVihf>[2],
): Promise<string> {
  const made = await createVihf(
    {
      professional: fictiveProfessional(),
      structure: fictiveStructure(),
      localPatient: cx,
      authentication: { means: 'card', instant: Date.now() },
      software: { name: 'LPS', version: '1' },
      target: { resourceUrn: urn, audience: urn },
      ...change,
    },
    signer,
    options,
  );
  return made.xml;
}

const ask = async (assertion: unknown, more: object = {}, path = '/v1/dossier/status'): Promise<Answer> =>
  send(path, JSON.stringify({ correlationId: randomUUID(), assertion, patient: about, ...more }));

const code = (answer: Answer): unknown => (JSON.parse(answer.body) as { error?: { code: string } }).error?.code;

describe('the assertion', () => {
  it('is taken when it is right', async () => {
    const answer = await ask(await vihf());
    expect(answer.status).toBe(200);
    expect(JSON.parse(answer.body)).toMatchObject({ state: 'exists', membership: 'member' });
  });

  it('may name the patient by the INS', async () => {
    expect((await ask(await vihf({ localPatient: undefined, patient: patient.ins }))).status).toBe(200);
  });

  it.each([undefined, null, '', 3, {}, []])('is absent: %j', async (assertion) => {
    const answer = await ask(assertion);
    expect([answer.status, code(answer)]).toEqual([401, 'assertion-absent']);
  });

  it('is of its own patient only', async () => {
    const other = { ...about, localId: { ...patient.localId, value: 'PAT-000124' }, ins: null };
    for (const [assertion, given] of [
      [await vihf(), other],
      [await vihf({ localPatient: undefined }), about],
      [await vihf({ localPatient: undefined, patient: { value: '285019999999936', oid: patient.ins.oid } }), about],
      [await vihf({ localPatient: undefined, patient: { ...patient.ins, oid: '1.2.250.1.213.1.4.8' } }), about],
    ] as const) {
      const answer = await ask(assertion, { patient: given });
      expect([answer.status, code(answer)]).toEqual([403, 'assertion-rejected']);
    }
  });

  it('expires, and is not taken before its time', async () => {
    const old = await ask(await vihf({}, provider, at(Date.now() - 2 * 3_600_000)));
    expect([old.status, code(old)]).toEqual([401, 'assertion-expired']);
    const early = await ask(await vihf({}, provider, at(Date.now() + 600_000)));
    expect([early.status, code(early)]).toEqual([401, 'assertion-not-yet-valid']);
  });

  it('has an end, not too far', async () => {
    for (const lifetimeMs of [null, 3 * 86_400_000]) {
      const answer = await ask(await vihf({ target: { resourceUrn: urn, audience: urn, lifetimeMs } }));
      expect([answer.status, code(answer)]).toEqual([403, 'assertion-rejected']);
    }
  });

  it.each([
    ['no audience', { resourceUrn: urn }],
    ['another audience', { resourceUrn: urn, audience: 'urn:autre' }],
    ['another resource', { resourceUrn: 'urn:dmp', audience: urn }],
  ])('is for this platform: %s', async (_, target) => {
    const answer = await ask(await vihf({ target }));
    expect([answer.status, code(answer)]).toEqual([403, 'assertion-rejected']);
  });

  it('is signed under the test root, with a signature certificate that is valid now', async () => {
    const foreign = await createPkcs12Provider(keysOf(stranger.professional.signature));
    const unknown = await ask(await vihf({}, foreign));
    expect([unknown.status, code(unknown)]).toEqual([403, 'certificate-rejected']);
    const expired = await hierarchy.card({ notBefore: Date.now() - 2 * 86_400_000, notAfter: Date.now() - 86_400_000 });
    const signer = await createPkcs12Provider(keysOf(expired.signature));
    // Signed yesterday morning with a lifetime that still runs: only the certificate has ended.
    const yesterday = at(Date.now() - 30 * 3_600_000);
    const answer = await ask(
      await vihf({ target: { resourceUrn: urn, audience: urn, lifetimeMs: 31 * 3_600_000 } }, signer, yesterday),
    );
    expect([answer.status, code(answer)]).toEqual([403, 'certificate-rejected']);
  });

  it('names the card holder', async () => {
    const other = { ...fictiveProfessional(), nationalId: '899700023452' };
    const card = await hierarchy.card({ professional: other });
    const own = await createPkcs12Provider(keysOf(card.signature));
    expect((await ask(await vihf({ professional: other }, own))).status).toBe(200);
    // The same card, another name in the subject: refused by the maker, so the text is changed
    // after signing.
    const forged = (await vihf({ professional: other }, own)).replace('>899700023452<', `>${rppsHolder}<`);
    expect(code(await ask(forged))).toBe('assertion-rejected');
  });

  const duplicate = (xml: string): string => {
    const body = xml.replace(/<ds:Signature[\s\S]*<\/ds:Signature>/, '');
    const evil = body.replaceAll(/ ID="[^"]*"/g, ' ID="_evil0000"').replace(`>${rppsHolder}<`, '>899900000025<');
    return evil.replace('</saml2:Assertion>', `${xml}</saml2:Assertion>`);
  };
  it.each<[string, (xml: string) => string]>([
    ['a byte of the content changed', (xml) => xml.replace(`>${rppsHolder}<`, `>${rppsHolder.slice(0, -1)}x<`)],
    [
      'a byte of the signature changed',
      (xml) =>
        xml.replace(/(<ds:SignatureValue>)(.)/, (_, tag: string, first: string) => tag + (first === 'A' ? 'B' : 'A')),
    ],
    ['no signature', (xml) => xml.replace(/<ds:Signature[\s\S]*<\/ds:Signature>/, '')],
    ['two signatures', (xml) => xml.replace(/(<ds:Signature[\s\S]*<\/ds:Signature>)/, '$1$1')],
    ['a signed assertion wrapped in a forged one', duplicate],
    ['a comment in the identifier', (xml) => xml.replace(`>${rppsHolder}<`, `>${rppsHolder}<!-- x --><`)],
    ['a processing instruction', (xml) => xml.replace('<saml2:Subject>', '<?x y?><saml2:Subject>')],
    ['a DOCTYPE', (xml) => `<!DOCTYPE a [<!ENTITY b "c">]>${xml}`],
    ['CDATA', (xml) => xml.replace(`>${rppsHolder}<`, `><![CDATA[${rppsHolder}]]><`)],
    ['an XML declaration', (xml) => `<?xml version="1.0"?>${xml}`],
    ['indented', (xml) => xml.replaceAll('><', '>\n<')],
    [
      'SHA-1',
      (xml) =>
        xml.replace('http://www.w3.org/2001/04/xmldsig-more#rsa-sha256', 'http://www.w3.org/2000/09/xmldsig#rsa-sha1'),
    ],
    [
      'HMAC',
      (xml) =>
        xml.replace('http://www.w3.org/2001/04/xmldsig-more#rsa-sha256', 'http://www.w3.org/2000/09/xmldsig#hmac-sha1'),
    ],
    ['another reference', (xml) => xml.replace(/URI="#[^"]*"/, 'URI=""')],
    [
      'the identifier twice',
      (xml) => xml.replace('<saml2:Subject>', `<saml2:Subject Id="${/ ID="([^"]*)"/.exec(xml)![1]!}">`),
    ],
    ['an envelope around it', (xml) => `<a>${xml}</a>`],
    ['cut', (xml) => xml.slice(0, xml.length / 2)],
    ['very long', (xml) => xml.replace('<saml2:Subject>', `${' '.repeat(40_000)}<saml2:Subject>`)],
    ['ten thousand levels', () => '<a>'.repeat(10_000)],
  ])('is refused when it was touched: %s', async (_, touch) => {
    const right = await vihf();
    const touched = touch(right);
    expect(touched).not.toBe(right);
    const answer = await ask(touched);
    expect(answer.status).toBe(403);
    expect(code(answer)).toBe('assertion-rejected');
  });

  it('a whole request is taken once', async () => {
    const body = JSON.stringify({ correlationId: randomUUID(), assertion: await vihf(), patient: about });
    expect((await send('/v1/dossier/status', body)).status).toBe(200);
    const again = await send('/v1/dossier/status', body);
    expect([again.status, code(again)]).toEqual([409, 'replayed']);
  });
});

describe('the request', () => {
  it.each<[string, string | Buffer, number]>([
    ['not JSON', '{"assertion":', 400],
    ['an array', '[]', 400],
    ['null', 'null', 400],
    ['not UTF-8', Buffer.from([0x7b, 0xff, 0x7d]), 400],
    ['deep', '['.repeat(20_000), 400],
    ['empty', '', 400],
    ['too large', `{"assertion":"${'a'.repeat(60_000)}"}`, 413],
  ])('is refused: %s', async (_, body, status) => {
    expect((await send('/v1/dossier/status', body)).status).toBe(status);
  });

  it('is refused when too large without a length', async () => {
    const answer = await new Promise<number>((resolve, reject) => {
      const request = httpsRequest(
        `${simulator.httpUrl}/v1/dossier/status`,
        { method: 'POST', ca: hierarchy.caPem, agent: false, headers: { 'Content-Type': 'application/json' } },
        (response) => {
          response.resume();
          resolve(response.statusCode ?? 0);
        },
      );
      request.on('error', reject);
      for (let index = 0; index < 10; index += 1) request.write('x'.repeat(10_000));
      request.end();
    }).catch((error: unknown) => (error as NodeJS.ErrnoException).code);
    // The server answers and closes; a client that is still writing may only see the cut.
    expect([413, 'ECONNRESET', 'EPIPE']).toContain(answer);
  });

  it('has one method, one type, known paths', async () => {
    expect((await send('/v1/dossier/status', '', { method: 'GET' })).status).toBe(405);
    expect((await send('/v1/dossier/status', '{}', { headers: { 'Content-Type': 'text/plain' } })).status).toBe(415);
    for (const path of ['/', '/v1', '/v1/dossier/status/', '/v1/dossier/status?x=1', '/__proto__', '/constructor']) {
      expect((await send(path, '{}')).status).toBe(404);
    }
  });

  it.each<[string, object]>([
    ['no patient', { patient: undefined }],
    ['no traits', { patient: { localId: patient.localId } }],
    ['an OID that is none', { patient: { ...about, localId: { system: 'x', value: 'PAT-000123' } } }],
    ['a sex that is none', { patient: { ...about, traits: { ...patient.traits, sex: 'X' } } }],
    ['a long name', { patient: { ...about, traits: { ...patient.traits, birthName: 'A'.repeat(101) } } }],
    ['a date that is none', { patient: { ...about, traits: { ...patient.traits, birthDate: '28/03/1979' } } }],
    ['no correlation', { correlationId: undefined }],
  ])('is malformed: %s', async (_, more) => {
    const answer = await ask(await vihf(), more);
    expect([answer.status, code(answer)]).toEqual([400, 'invalid']);
  });

  it.each<[string, string, object]>([
    ['since', '/v1/notifications/patient', { since: 'hier', countOwnDeposits: true }],
    ['own deposits', '/v1/notifications/patient', { since: null, countOwnDeposits: 1 }],
    ['limit', '/v1/notifications/list', { since: null, countOwnDeposits: true, limit: 5000 }],
    ['cursor', '/v1/notifications/list', { since: null, countOwnDeposits: true, cursor: '-1' }],
    [
      'sharing',
      '/v1/dossier/create',
      {
        sharing: 'public',
        consent: { kinds: ['dossier-creation'], id: 'x', hash: '0'.repeat(64), collectedAt: '2026-01-01T00:00:00Z' },
      },
    ],
  ])('is malformed: %s', async (_, path, more) => {
    const answer = await ask(await vihf(), more, path);
    expect(answer.status).toBeGreaterThanOrEqual(400);
    expect(['invalid', 'dossier-exists']).toContain(code(answer));
  });

  it('never answers with what it was sent', async () => {
    const canary = 'CANARI-NOM';
    const answers = await Promise.all([
      ask(await vihf(), { patient: { ...about, traits: { ...patient.traits, birthName: canary } } }),
      ask(`<a>${canary}</a>`),
      send(`/v1/${canary}`, '{}'),
      send('/v1/dossier/status', `{"assertion": ${canary}}`),
    ]);
    expect(answers.map(({ body }) => body).join()).not.toContain(canary);
    expect(code(answers[0])).toBe('identity-mismatch');
  });

  it('goes on after a client that sends garbage instead of TLS', async () => {
    const port = Number(new URL(simulator.httpUrl).port);
    await new Promise<void>((resolve) => {
      const socket = tlsConnect({ port, host: '127.0.0.1', rejectUnauthorized: true }, () => undefined);
      socket.on('error', () => resolve());
    });
    expect((await ask(await vihf())).status).toBe(200);
  });
});
