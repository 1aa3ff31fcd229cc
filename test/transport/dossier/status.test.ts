import { describe, expect, it } from 'vitest';

import { isTerrESanteError } from '../../../src/index.ts';
import type { DossierRecord, SoapServices } from '../../../src/transport/index.ts';
import { detail, envelope, hl7Answer, subject, type Content } from '../patients/far-side.ts';
import {
  authorized,
  call,
  canary,
  dossierAnswer,
  knownPatient,
  patient,
  regional,
  scripted,
  services,
  treating,
  unknownPatient,
  type Script,
} from './scripted-platform.ts';

const status = async (script: Script, changes?: Partial<SoapServices>): Promise<DossierRecord> =>
  (await scripted(script, changes).services.status(patient, call)).value;
const told = (content: Partial<Content>, lines?: string): Promise<DossierRecord> =>
  status({ ...knownPatient, PRPA_IN201307UV02: dossierAnswer(content, lines) });

describe('the status of a dossier over SOAP', () => {
  it('asks who the patient is in the region, then of the dossier, with one assertion', async () => {
    const platform = scripted({
      ...knownPatient,
      PRPA_IN201307UV02: dossierAnswer({}, authorized('VALIDE') + treating('true')),
    });
    const { value, platformTime } = await platform.services.status(patient, call);

    expect(value).toMatchObject({
      state: 'exists',
      regionalId: { system: '2.999.1.1', value: 'IDF-7F3K2' },
      membership: 'member',
      isTreatingPhysician: true,
      sharing: null,
      dates: { lastAccess: null, lastUpdate: null, lastDocumentAdded: null },
    });
    expect(new Date(platformTime ?? 0).toISOString()).toBe('2026-03-16T09:00:00.000Z');
    expect(platform.asked.map(({ path, action }) => [path, action])).toEqual([
      ['/services/sri', 'urn:hl7-org:v3:PRPA_IN201309UV02'],
      ['/services/dossier', 'urn:hl7-org:v3:PRPA_IN201307UV02'],
    ]);
    expect(platform.asked[1]?.payload).toContain(
      '<reasonCode code="TEST_EXST" codeSystem="2.999.1.2.11"></reasonCode>',
    );
    expect(platform.asked[1]?.payload).toContain('<patientIdentifier><value extension="IDF-7F3K2" root="2.999.1.1">');
    expect(platform.asked[1]?.payload).not.toContain(patient.traits.birthName);
  });

  it.each<[string, Partial<Content>, string | undefined, Partial<DossierRecord>]>([
    ['no dossier', { code: 'NF', subjects: '' }, '', { state: 'absent', regionalId: null, membership: 'unknown' }],
    [
      'a closed one',
      { subjects: subject([regional]).replaceAll('"active"', '"terminated"') },
      undefined,
      { state: 'closed' },
    ],
    [
      'a status that nobody knows',
      { subjects: subject([regional]).replaceAll('"active"', '"nullified"') },
      undefined,
      { state: 'unknown' },
    ],
    [
      'two patients',
      { subjects: subject([regional]) + subject([regional]) },
      undefined,
      { state: 'ambiguous', regionalId: null },
    ],
    ['no word of access', {}, '', { membership: 'unknown', isTreatingPhysician: null }],
    [
      'an access that has ended, by a code that is not in the table',
      {},
      authorized('EXPIREE'),
      { membership: 'not-member' },
    ],
    ['an access the patient forbids', {}, authorized('INTERDITE'), { membership: 'blocked' }],
    [
      'a keyword of another system',
      {},
      authorized('VALIDE').replace('2.999.1.2.61', '2.999.9'),
      { membership: 'unknown' },
    ],
    ['a flag that is none', {}, treating('peut-être'), { isTreatingPhysician: null }],
    ['a name of a property of every object', {}, authorized('constructor'), { membership: 'not-member' }],
  ])('reads %s', async (_what, content, lines, expected) => {
    await expect(told(content, lines)).resolves.toMatchObject(expected);
  });

  it.each([
    ['nobody', '', 'absent'],
    ['somebody of the same traits, whom it does not choose', subject([regional]), 'ambiguous'],
  ])('a patient unknown to the region, where %s has these traits', async (_what, subjects, state) => {
    const platform = scripted(unknownPatient(subjects));
    await expect(platform.services.status(patient, call)).resolves.toMatchObject({
      value: { state, regionalId: null },
    });
    expect(platform.asked.map(({ path }) => path)).toEqual(['/services/sri', '/services/sri']);
  });

  it('has no dossier asked for a patient with two regional identifiers', async () => {
    const two: Script = {
      PRPA_IN201309UV02: (asked) =>
        hl7Answer(asked, { name: 'PRPA_IN201310UV02', code: 'OK', subjects: subject([regional, '2.999.1.1|IDF-2']) }),
    };
    await expect(status(two)).resolves.toMatchObject({ state: 'ambiguous' });
  });

  it.each<[string, SoapServices['patientKey'], string]>([
    ['the local identifier', 'local-id', `extension="${canary}" root="2.999.1.10"`],
    ['the INS', 'ins', 'extension="285019999999936" root="1.2.250.1.213.1.4.10"'],
  ])('names the patient by %s where the descriptor says so', async (_what, patientKey, named) => {
    const platform = scripted(
      { PRPA_IN201307UV02: dossierAnswer({ code: 'NF', subjects: '' }) },
      { patientKey, paths: { ...services.paths, identities: null } },
    );
    const ins = { value: '285019999999936', kind: 'NIR', oid: '1.2.250.1.213.1.4.10' } as const;
    await expect(platform.services.status({ ...patient, ins }, call)).resolves.toMatchObject({
      value: { state: 'absent' },
    });
    expect(platform.asked).toHaveLength(1);
    expect(platform.asked[0]?.payload).toContain(`<patientIdentifier><value ${named}>`);
  });
});

describe('an answer about a dossier that is wrong', () => {
  const other = subject(['2.999.1.1|IDF-OTHER']);

  it.each<[string, Script[string], object]>([
    [
      'another patient',
      dossierAnswer({ subjects: other }),
      { code: 'TE_PROTOCOL', details: { reason: 'other-patient' } },
    ],
    [
      'a question about another',
      dossierAnswer({
        back: '<queryByParameter><parameterList><patientIdentifier><value root="2.999.1.1" extension="IDF-9"/></patientIdentifier></parameterList></queryByParameter>',
      }),
      { details: { reason: 'other-question' } },
    ],
    [
      'a patient beside none',
      dossierAnswer({ code: 'NF' }),
      { code: 'TE_PROTOCOL', details: { reason: 'contradiction' } },
    ],
    ['nobody beside a dossier', dossierAnswer({ subjects: '' }), { details: { reason: 'query-response' } }],
    [
      'two words of access',
      dossierAnswer({}, authorized('VALIDE') + authorized('INTERDITE')),
      { details: { reason: 'contradiction' } },
    ],
    [
      'another operation',
      (asked) => hl7Answer(asked, { name: 'PRPA_IN201310UV02', code: 'OK' }),
      { details: { reason: 'payload' } },
    ],
    [
      'another namespace',
      (asked) => dossierAnswer()(asked).replaceAll('urn:hl7-org:v3"', 'urn:hl7-org:v2"'),
      { details: { reason: 'payload' } },
    ],
    [
      'another message',
      dossierAnswer({ messageId: 'urn:uuid:00000000-0000-4000-8000-000000000000' }),
      { details: { reason: 'relates-to' } },
    ],
    ['a page', () => '<!DOCTYPE html><html><body>OK</body></html>', { code: 'TE_PROTOCOL' }],
    ['nothing', () => '', { code: 'TE_UNAVAILABLE' }],
    ['half an envelope', (asked) => dossierAnswer()(asked).slice(0, 900), { code: 'TE_PROTOCOL' }],
  ])('is refused when it is %s', async (_what, answer, expected) => {
    await expect(status({ ...knownPatient, PRPA_IN201307UV02: answer })).rejects.toMatchObject(expected);
  });

  it.each([
    ['DMPClosed', 'TE_DOSSIER_CLOSED'],
    ['SIMForbidden', 'TE_FORBIDDEN'],
    ['SansExplication', 'TE_VALIDATION'],
    ['toString', 'TE_VALIDATION'],
  ])('is explained by its code %s, and its words stay out of what is logged', async (native, code) => {
    const refused = told({ acknowledgement: 'AE', code: 'AE', subjects: '', details: detail(native, canary) });
    const error: unknown = await refused.catch((thrown: unknown) => thrown);
    if (!isTerrESanteError(error)) throw new Error('refused with another error');

    expect(error).toMatchObject({ code, details: { errorCodes: [native] } });
    expect(error.message).toContain(native);
    expect(JSON.stringify(error) + error.message).not.toContain(canary);
  });

  it('is explained when it is a fault with a code of the platform', async () => {
    const fault =
      '<s:Fault><s:Code><s:Value>s:Sender</s:Value><s:Subcode><s:Value>DMPInvalidCertificate</s:Value></s:Subcode></s:Code>' +
      `<s:Reason><s:Text xml:lang="fr">${canary}</s:Text></s:Reason></s:Fault>`;
    const answer: Script[string] = ({ messageId }) => ({ status: 500, body: envelope(fault, { messageId }) });
    const refused = status({ ...knownPatient, PRPA_IN201307UV02: answer });
    const error: unknown = await refused.catch((thrown: unknown) => thrown);
    expect(error).toMatchObject({ code: 'TE_AUTHN_REJECTED', details: { errorCodes: ['DMPInvalidCertificate'] } });
    expect(JSON.stringify(error) + String(error)).not.toContain(canary);
  });

  it('is never half of a record, wherever it is cut', async () => {
    const whole = dossierAnswer({}, authorized('VALIDE') + treating('true'));
    let length = 0;
    const cutAt = (at: number): Script => ({
      ...knownPatient,
      PRPA_IN201307UV02: (asked) => {
        const text = whole(asked);
        length = text.length;
        return text.slice(0, at);
      },
    });
    await status(cutAt(1e6));
    for (let at = 1; at < length; at += 211) await expect(status(cutAt(at))).rejects.toSatisfy(isTerrESanteError);
  });
});
