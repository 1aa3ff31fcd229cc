import { describe, expect, it } from 'vitest';

import { isTerrESanteError, type TerrESanteError } from '../../../src/index.ts';
import type { CreatedDossier, DossierCreation, SoapServices } from '../../../src/transport/index.ts';
import { detail, envelope, hl7Answer, subject, type Asked } from '../patients/far-side.ts';
import {
  assertionOf,
  call,
  canary,
  knownPatient,
  patient,
  regional,
  scripted,
  services,
  unknownPatient,
  type Script,
  type ScriptedPlatform,
} from './scripted-platform.ts';

const creation: DossierCreation = {
  consent: {
    id: 'c-1',
    kinds: ['dossier-creation', 'join-circle'],
    givenBy: 'patient',
    mode: 'oral',
    collectedAt: '2026-03-16T08:55:00Z',
    hash: 'a'.repeat(64),
  },
  sharing: 'shared',
  joinAs: null,
};

const wrapped = (body: string): string =>
  `<w:PRPA_IN201311UV02_Response xmlns:w="asip:ci-sis:gdp:2010">${body}</w:PRPA_IN201311UV02_Response>`;
/** The answer in its wrapper. */
const inWrapper = (text: string): string =>
  text.replace(/<s:Body>(.*)<\/s:Body>/s, (_all, body: string) => `<s:Body>${wrapped(body)}</s:Body>`);

const accepted: Script[string] = (asked) =>
  inWrapper(hl7Answer(asked, { name: 'PRPA_IN201312UV02', code: undefined as never }));
const authorization = (status: string, { messageId }: Asked, context = ''): string =>
  envelope(
    `<h:setAuthorizationResponse xmlns:h="urn:si-dmp-habilitations"><h:output><h:status>${status}</h:status><h:context>${context}</h:context></h:output></h:setAuthorizationResponse>`,
    { messageId },
  );
const whole: Script = {
  ...knownPatient,
  PRPA_IN201311UV02: accepted,
  setAuthorization: (asked) => authorization('DMPOk', asked),
};

const create = async (
  script: Script,
  more: Partial<DossierCreation> = {},
  changes?: Partial<SoapServices>,
): Promise<CreatedDossier> =>
  (await scripted(script, changes).services.create(patient, { ...creation, ...more }, call)).value;
const paths = ({ asked }: ScriptedPlatform): string[] => asked.map(({ path }) => path);

/** The error, in which no identifier of the patient stands. */
async function failureOf(work: Promise<unknown>): Promise<TerrESanteError> {
  const error: unknown = await work.catch((thrown: unknown) => thrown);
  if (!isTerrESanteError(error)) throw new Error('not refused, or by another error');
  expect(JSON.stringify(error) + error.message).not.toContain(canary);
  return error;
}

describe('the creation of a dossier over SOAP', () => {
  it('tells the region of the patient, asks for the dossier with the consent, and joins', async () => {
    const platform = scripted(whole);
    await expect(platform.services.create(patient, { ...creation, joinAs: 'PCP' }, call)).resolves.toMatchObject({
      value: { regionalId: { system: '2.999.1.1', value: 'IDF-7F3K2' }, dossierId: null, careTeamId: null },
    });

    expect(paths(platform)).toEqual([
      '/services/sri',
      '/services/sri',
      '/services/dossier',
      '/services/authorizations',
    ]);
    const [feed, , request, join] = platform.asked;
    expect(feed?.action).toBe('urn:hl7-org:v3:PRPA_IN201301UV02');
    expect(request?.payload).toContain(`<id extension="${canary}" root="2.999.1.10">`);
    expect(request?.payload).toContain(
      '<code code="CONSENTEMENT_OUVERTURE" codeSystem="2.999.1.2.3"></code><effectiveTime value="20260316085500+0000">',
    );
    expect(request?.payload).toMatch(/DOSSIER_PARTAGE.*xsi:type="BL"/s);
    expect(join?.payload).toContain('<action>AJOUT</action><role>MEDECIN_TRAITANT</role>');
    expect(join?.payload).not.toContain(canary);
  });

  it('takes an answer without its wrapper, and the identifier that it gives', async () => {
    const bare: Script[string] = (asked) =>
      hl7Answer(asked, { name: 'PRPA_IN201312UV02', code: 'OK', subjects: subject(['2.999.1.1|IDF-NEW']) });
    await expect(create({ ...whole, PRPA_IN201311UV02: bare })).resolves.toMatchObject({
      regionalId: { value: 'IDF-NEW' },
    });
  });

  it('knows no regional identifier where nobody gives one', async () => {
    const changes = { patientKey: 'local-id', paths: { ...services.paths, identities: null } } as const;
    await expect(create(whole, {}, changes)).resolves.toMatchObject({ regionalId: null });
  });

  it('has a person of two regional identifiers left alone', async () => {
    const two: Script[string] = (asked) =>
      hl7Answer(asked, { name: 'PRPA_IN201310UV02', code: 'OK', subjects: subject([regional, '2.999.1.1|IDF-2']) });
    const platform = scripted({ ...whole, PRPA_IN201309UV02: two });
    await expect(platform.services.create(patient, creation, call)).rejects.toMatchObject({
      code: 'TE_IDENTITY_AMBIGUOUS',
    });
    expect(paths(platform)).not.toContain('/services/dossier');
  });

  it.each<[string, Partial<DossierCreation>, Partial<SoapServices>]>([
    ['that a dossier is not shared', { sharing: 'not-shared' }, { creation: { ...services.creation, sharing: null } }],
    ['that the professional joins', { joinAs: 'PCP' }, { paths: { ...services.paths, authorizations: null } }],
  ])('does nothing where the platform has no word to say %s', async (_what, more, changes) => {
    const platform = scripted(whole, changes);
    await expect(platform.services.create(patient, { ...creation, ...more }, call)).rejects.toMatchObject({
      code: 'TE_UNSUPPORTED',
    });
    expect(platform.asked).toEqual([]);
  });

  it.each([
    ['DMPFound', 'TE_DOSSIER_EXISTS'],
    ['SIMConsent', 'TE_CONSENT_REQUIRED'],
    ['Inconnu', 'TE_VALIDATION'],
  ])('is refused by %s: nothing was created', async (native, code) => {
    const no: Script[string] = (asked) =>
      inWrapper(
        hl7Answer(asked, { name: 'PRPA_IN201313UV02', acknowledgement: 'AE', details: detail(native, canary) }),
      );
    const failure = await failureOf(create({ ...whole, PRPA_IN201311UV02: no }));
    expect(failure).toMatchObject({ code, details: { errorCodes: [native], unknownOutcome: false } });
  });

  it.each<[string, Script[string]]>([
    ['answers another message', (asked) => hl7Answer(asked, { name: 'PRPA_IN201308UV02', code: 'OK' })],
    [
      'acknowledges nothing',
      (asked) =>
        inWrapper(hl7Answer(asked, { name: 'PRPA_IN201312UV02' })).replace(
          /<acknowledgement>.*<\/acknowledgement>/s,
          '',
        ),
    ],
    ['answers a page', () => '<html></html>'],
    ['is out of order', () => ({ status: 503, body: '' })],
  ])('may be done where the platform %s', async (_what, answer) => {
    expect(await failureOf(create({ ...whole, PRPA_IN201311UV02: answer }))).toMatchObject({
      retryable: false,
      details: { unknownOutcome: true },
    });
  });

  it('says that the dossier is there when only its care circle was not joined', async () => {
    const no: Script[string] = (asked) => authorization('SIMBlocked', asked, canary);
    expect(await failureOf(create({ ...whole, setAuthorization: no }, { joinAs: 'PCP' }))).toMatchObject({
      code: 'TE_BLOCKED_BY_PATIENT',
      details: { created: true },
      message: expect.stringContaining('Le dossier est créé') as string,
    });
  });

  it('does not take a patient who is told already for a failure', async () => {
    const told: Script[string] = (asked) =>
      hl7Answer(asked, { name: 'MCCI_IN000002UV01', acknowledgement: 'CE', details: detail('205', canary) });
    await expect(create({ ...whole, PRPA_IN201301UV02: told })).resolves.toMatchObject({
      regionalId: { value: 'IDF-7F3K2' },
    });
  });
});

describe('the access of a professional', () => {
  const authorize = (script: Script, change: 'add' | 'remove' = 'add', assertion = call.assertion): Promise<unknown> =>
    scripted(script).services.authorize(patient, { change, role: null }, { ...call, assertion });

  it.each([
    ['DMPOk', 'déjà présente'],
    ['DMPOK', ''],
  ])('is given by %s, were it there before', async (status, context) => {
    await expect(
      authorize({ setAuthorization: (asked) => authorization(status, asked, context) }),
    ).resolves.toMatchObject({ value: null });
  });

  it('is taken away', async () => {
    const platform = scripted(whole);
    await platform.services.authorize(patient, { change: 'remove', role: null }, call);
    expect(platform.asked[0]?.payload).toContain('<action>SUPPRESSION</action></setAuthorization>');
  });

  it.each([
    ['another patient', assertionOf('PAT-OTHER^^^D&amp;2.999.1.10&amp;ISO^PI')],
    ['the same value in another domain', assertionOf(`${canary}^^^D&amp;2.999.1.11&amp;ISO^PI`)],
    ['nobody', '<saml2:Assertion xmlns:saml2="urn:oasis:names:tc:SAML:2.0:assertion"/>'],
  ])('is not asked for by an assertion that names %s', async (_what, assertion) => {
    const platform = scripted(whole);
    await expect(
      platform.services.authorize(patient, { change: 'add', role: null }, { ...call, assertion }),
    ).rejects.toMatchObject({
      code: 'TE_IDENTITY_MISMATCH',
    });
    expect(platform.asked).toEqual([]);
  });

  it.each([
    ['DMPAutre', { code: 'TE_FORBIDDEN', details: { errorCodes: ['DMPAutre'], unknownOutcome: false } }],
    ['', { code: 'TE_PROTOCOL', details: { reason: 'status', unknownOutcome: true } }],
    [`DMPOk ${canary}`, { code: 'TE_FORBIDDEN' }],
  ])('is refused by the status "%s"', async (status, expected) => {
    const failure = await failureOf(authorize({ setAuthorization: (asked) => authorization(status, asked) }));
    expect(failure).toMatchObject(expected);
  });

  it('is not read in another namespace', async () => {
    const other: Script[string] = (asked) =>
      authorization('DMPOk', asked).replace('urn:si-dmp-habilitations', 'urn:other');
    await expect(authorize({ setAuthorization: other })).rejects.toMatchObject({
      details: { reason: 'payload', unknownOutcome: true },
    });
  });
});

describe('a patient whom the region does not know after it was told', () => {
  it('has a dossier all the same when the platform creates it', async () => {
    await expect(create({ ...whole, ...unknownPatient(), PRPA_IN201311UV02: accepted })).resolves.toMatchObject({
      regionalId: null,
    });
  });
});
