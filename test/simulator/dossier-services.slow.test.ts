import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { fictivePatient } from '../../src/testing/index.ts';
import { envelopeFor, postTo, type RawAnswer } from './xds/raw.ts';
import { openScene, type Scene } from './xds/scene.ts';

let scene: Scene;
beforeAll(async () => {
  scene = await openScene();
});
afterAll(() => scene.close());

const patient = fictivePatient();
const statusAction = 'urn:hl7-org:v3:PRPA_IN201307UV02';
const createAction = 'urn:hl7-org:v3:PRPA_IN201311UV02';
const accessAction = 'urn:si-dmp-habilitations:HabilitationsEndPoint:setAuthorization';
const accessPayload = (action: string): string =>
  `<setAuthorization xmlns="urn:si-dmp-habilitations"><action>${action}</action></setAuthorization>`;

const message = (name: string, act: string): string =>
  `<${name} xmlns="urn:hl7-org:v3" ITSVersion="XML_1.0"><id root="2.999.1.10.1" extension="Q"/>` +
  `<sender typeCode="SND"><device><id root="2.999.1.10"/></device></sender>` +
  `<controlActProcess classCode="CACT" moodCode="EVN">${act}</controlActProcess></${name}>`;
const question = (system: string = patient.localId.system, value: string = patient.localId.value): string =>
  message(
    'PRPA_IN201307UV02',
    `<queryByParameter><queryId root="2.999.1.10.2" extension="Q1"/><statusCode code="new"/><parameterList>` +
      `<patientIdentifier><value root="${system}" extension="${value}"/><semanticsText>Patient.id</semanticsText></patientIdentifier>` +
      `</parameterList></queryByParameter>`,
  );
const creation = (person: string): string =>
  message(
    'PRPA_IN201311UV02',
    `<subject><registrationRequest><subject1>${person}</subject1></registrationRequest></subject>`,
  );

async function ask(path: string, action: string, payload: string, assertion?: string | null): Promise<RawAnswer> {
  return postTo(scene, `${scene.simulator.httpUrl}${path}`, await envelopeFor(scene, action, payload, assertion));
}
const status = (payload: string, assertion?: string | null): Promise<RawAnswer> =>
  ask('/dossier', statusAction, payload, assertion);

describe('the dossier services of the simulator', () => {
  it('answer who is named by the assertion', async () => {
    const answer = await status(question());
    expect([answer.status, answer.fault]).toEqual([200, null]);
    expect(answer.body).toContain('code="VALIDE"');
    expect(answer.body).toContain(`extension="${patient.localId.value}"`);
  });

  it('show nothing of another patient', async () => {
    const other = { ...patient.localId, value: 'CANARI-AUTRE' };
    scene.simulator.addDossier({ localId: other, traits: { ...patient.traits, birthName: 'CANARI' } });
    const answer = await status(question(other.system, other.value));
    expect([answer.status, answer.fault]).toEqual([400, 'Sender InvalidSecurityToken']);
    expect(answer.body).not.toContain('CANARI');

    const unknown = await status(question(other.system, 'CANARI-INCONNU'));
    expect(unknown.body).toContain('queryResponseCode code="NF"');
  });

  it.each<[string, () => Promise<RawAnswer>, string]>([
    ['no assertion', () => status(question(), null), 'Sender SecurityTokenUnavailable'],
    ['an assertion that is none', () => status(question(), '<Assertion/>'), 'Sender InvalidSecurityToken'],
    [
      'an action of another service',
      () => ask('/dossier', accessAction, accessPayload('AJOUT')),
      'Sender ActionNotSupported',
    ],
    ['the action of another message', () => ask('/dossier', createAction, question()), 'Sender'],
    ['two messages', () => status(question() + question()), 'Sender'],
    ['nothing', () => status(''), 'Sender'],
  ])('refuse a request with %s', async (_, asked, fault) => {
    const answer = await asked();
    expect([answer.status, answer.fault]).toEqual([400, fault]);
  });

  it.each<[string, string]>([
    ['no person', ''],
    ['no identifier', '<patient classCode="PAT"><patientPerson/></patient>'],
    ['no traits', `<patient><id root="${patient.localId.system}" extension="${patient.localId.value}"/></patient>`],
  ])('create nothing for a request with %s', async (_, person) => {
    const before = scene.simulator.dossiers().length;
    const answer = await ask('/dossier', createAction, creation(person));
    expect(answer.status).toBe(200);
    expect(answer.body).toMatch(/PRPA_IN201313UV02[^]*typeCode code="C[ER]"/);
    expect(scene.simulator.dossiers()).toHaveLength(before);
  });

  it('open a dossier to nobody for an action that they do not know', async () => {
    const answer = await ask('/authorizations', accessAction, accessPayload('CANARI'));
    expect(answer.body).toContain('<status>SIMForbidden</status>');
    expect(answer.body).not.toContain('CANARI');
  });

  it('let a professional in and out, each twice', async () => {
    const members = (): readonly string[] => scene.simulator.dossier(patient.localId)!.members;
    for (const [word, count] of [
      ['SUPPRESSION', 0],
      ['SUPPRESSION', 0],
      ['AJOUT', 1],
      ['AJOUT', 1],
    ] as const) {
      const answer = await ask('/authorizations', accessAction, accessPayload(word));
      expect(answer.body).toContain('<status>DMPOk</status>');
      expect(members()).toHaveLength(count);
    }
  });

  it('take no message that is cut, wherever', async () => {
    const whole = await envelopeFor(scene, statusAction, question());
    const url = `${scene.simulator.httpUrl}/dossier`;
    for (let end = 0; end < whole.length; end += Math.ceil(whole.length / 60)) {
      const answer = await postTo(scene, url, whole.slice(0, end));
      expect(answer.status).toBe(400);
      expect(answer.body).not.toContain(patient.localId.value);
    }
  });

  it('refuse entities, depth, SOAP 1.1, other types and other methods', async () => {
    const whole = await envelopeFor(scene, statusAction, question());
    const url = `${scene.simulator.httpUrl}/dossier`;
    const entity = `<!DOCTYPE a [<!ENTITY e SYSTEM "file:///etc/passwd">]>${whole.replace('"Q1"', '"&e;"')}`;
    const deep = whole.replace('<statusCode code="new"/>', '<a>'.repeat(5000) + '</a>'.repeat(5000));
    expect((await postTo(scene, url, entity)).status).toBe(400);
    expect((await postTo(scene, url, deep)).status).toBe(400);
    expect((await postTo(scene, url, whole, 'application/json')).status).toBe(415);
    const old = whole.replaceAll(
      'http://www.w3.org/2003/05/soap-envelope',
      'http://schemas.xmlsoap.org/soap/envelope/',
    );
    expect((await postTo(scene, url, old, 'text/xml')).fault).toBe('VersionMismatch');
    expect((await postTo(scene, url, whole, undefined, { 'Content-Encoding': 'gzip' })).status).toBe(415);
    expect((await postTo(scene, url, 'x'.repeat(50_000_000))).status).toBe(413);
  });
});
