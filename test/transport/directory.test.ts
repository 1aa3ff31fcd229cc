import { describe, expect, it } from 'vitest';

import { TerrESanteError } from '../../src/errors.ts';
import {
  createDirectory,
  patientAddress,
  type Directory,
  type DirectoryOptions,
  type HttpRequest,
} from '../../src/transport/index.ts';
import { endOfAllExchangesSubject, mailOrigin } from '../../src/transport/mss/patient-mailbox.ts';

const base = 'https://annuaire.example/fhir/v2';
const mailbox = (address: string, type: string, change: object = {}, hidden = false): object => ({
  system: 'email',
  value: address,
  extension: [
    { url: 'https://annuaire.example/as-ext-mailbox-type', valueCodeableConcept: { coding: [{ code: 'MSSANTE' }] } },
    {
      url: 'https://annuaire.example/as-ext-mailbox-mss-metadata',
      extension: [
        { url: 'type', valueCodeableConcept: { coding: [{ code: type }] } },
        { url: 'listeRouge', valueBoolean: hidden },
      ],
    },
  ],
  ...change,
});
const person = (rpps: string, id: string, telecom: object[] = []): object => ({
  resourceType: 'Practitioner',
  id,
  identifier: [{ system: 'https://rpps.esante.gouv.fr', value: rpps }],
  name: [{ family: 'EXEMPLE', given: ['Anne'] }],
  telecom,
});
const bundle = (resources: object[], next?: string): object => ({
  resourceType: 'Bundle',
  entry: resources.map((resource) => ({ resource })),
  link: next === undefined ? [] : [{ relation: 'next', url: next }],
});

interface Far {
  directory: Directory;
  asked: HttpRequest[];
  answers: Map<string, object | (() => { status: number; body: object })>;
  now: number;
}
function far(change: Partial<DirectoryOptions> = {}): Far {
  const state: Far = { asked: [], answers: new Map(), now: 1e12, directory: undefined as unknown as Directory };
  state.directory = createDirectory({
    baseUrl: base,
    apiKey: async () => 'cle-CANARI',
    runtime: { clock: { now: () => state.now }, ids: { uuid: () => 'x' } },
    http: {
      send: async (request) => {
        state.asked.push(request);
        const answer = state.answers.get(request.url.slice(base.length + 1));
        if (!answer) return { status: 200, headers: {}, body: Buffer.from(JSON.stringify(bundle([]))) };
        const { status, body } =
          typeof answer === 'function'
            ? (answer as () => { status: number; body: object })()
            : { status: 200, body: answer };
        return { status, headers: {}, body: Buffer.from(JSON.stringify(body)) };
      },
    },
    ...change,
  });
  return state;
}
const all = async <T>(items: AsyncIterable<T>): Promise<T[]> => {
  const list: T[] = [];
  for await (const item of items) list.push(item);
  return list;
};

const byRpps = 'Practitioner?identifier=https%3A%2F%2Frpps.esante.gouv.fr%7C99700012349';
const roles = 'PractitionerRole?practitioner=p-1&_include=PractitionerRole%3Aorganization';

describe('what is not in force any more', () => {
  const box = (change: object = {}): object => mailbox('anne@medecin.mssante.fr', 'PER', change);
  const role = (change: object = {}): object => ({
    resourceType: 'PractitionerRole',
    id: 'r-1',
    organization: { reference: 'Organization/o-1' },
    telecom: [mailbox('anne@structure.mssante.fr', 'CAB')],
    ...change,
  });
  const structure = (change: object = {}): object => ({
    resourceType: 'Organization',
    id: 'o-1',
    identifier: [{ system: 'https://finess.esante.gouv.fr', value: '990000010' }],
    ...change,
  });

  async function given(practitioner: object, ...others: object[]): Promise<(string | null)[][]> {
    const state = far();
    state.answers.set(byRpps, bundle([practitioner]));
    state.answers.set(roles, bundle(others));
    const { value } = await state.directory.mailboxesOfProfessional({ rpps: '99700012349' });
    return value.map(({ address, owner }) => [address, owner.finess]);
  }

  const own = ['anne@medecin.mssante.fr', null];
  const ofRole = ['anne@structure.mssante.fr', '990000010'];
  const doctor = (change: object = {}, telecom: object[] = [box()]): object => ({
    ...person('99700012349', 'p-1', telecom),
    ...change,
  });

  // The clock of these tests is at 2001-09-09T01:46:40Z.
  it.each<[string, object, object[], (string | null)[][]]>([
    ['nothing said', doctor(), [role(), structure()], [own, ofRole]],
    ['a period that goes on', doctor({}, [box({ period: { start: '2001' } })]), [], [own]],
    ['a period that ends today', doctor({}, [box({ period: { end: '2001-09-09' } })]), [], [own]],
    ['a period that ends this month', doctor({}, [box({ period: { end: '2001-09' } })]), [], [own]],
    ['a date that is none', doctor({}, [box({ period: { end: 'bientôt' } })]), [], [own]],
    ['a mobile mailbox', doctor({}, [box({ use: 'mobile' })]), [], [own]],

    ['somebody inactive', doctor({ active: false }), [role(), structure()], []],
    ['an old mailbox', doctor({}, [box({ use: 'old' })]), [], []],
    ['a mailbox that ended', doctor({}, [box({ period: { end: '2001-09-08' } })]), [], []],
    ['a mailbox that ended at an hour', doctor({}, [box({ period: { end: '2001-09-09T03:46:39+02:00' } })]), [], []],
    ['a mailbox that ended last year', doctor({}, [box({ period: { end: '2000' } })]), [], []],
    ['a mailbox that does not begin yet', doctor({}, [box({ period: { start: '2001-09-10' } })]), [], []],
    ['an inactive role', doctor(), [role({ active: false }), structure()], [own]],
    ['a role that ended', doctor(), [role({ period: { end: '2001-01-31' } }), structure()], [own]],
    ['a structure that closed', doctor(), [role(), structure({ active: false })], [own]],
    [
      'a number that was replaced',
      doctor({ identifier: [{ system: 'https://rpps.esante.gouv.fr', value: '99700012349', use: 'old' }] }),
      [],
      [],
    ],
  ])('%s', async (_, practitioner, others, expected) => {
    expect(await given(practitioner, ...others)).toEqual(expected);
  });

  it.each([
    [`${base}/Organization/o-1`],
    ['https://interne.example:8443/fhir/Organization/o-1'],
    ['Organization/o-1/_history/3'],
    [`${base}/Organization/o-1/_history/3`],
  ])('the structure of a role is found by %s', async (reference) => {
    expect(await given(doctor({}, []), role({ organization: { reference } }), structure())).toEqual([ofRole]);
  });

  it.each([
    [{ identifier: { system: 'https://finess.esante.gouv.fr', value: '990000010' } }, '990000010'],
    [{ reference: 'Organization/o-2' }, null],
    [{ reference: 'Practitioner/o-1' }, null],
    [{ reference: 'xOrganization/o-1' }, null],
  ])('the structure of a role given as %j has the number %j', async (organization, finess) => {
    expect(await given(doctor({}, []), role({ organization }), structure())).toEqual([[ofRole[0], finess]]);
  });

  it('is found no more by its address nor by a search', async () => {
    const state = far();
    const search = 'mailbox-mss%3Aexact=anne%40medecin.mssante.fr';
    state.answers.set(`Practitioner?${search}`, bundle([doctor({ active: false })]));
    expect((await state.directory.resolve('anne@medecin.mssante.fr')).value).toBeNull();

    state.answers.set(
      'Practitioner?family=EXEMPLE&mailbox-mss%3Acontains=%40',
      bundle([doctor({ active: false }), doctor({ name: [{ family: 'AVANT', use: 'old' }, { family: 'EXEMPLE' }] })]),
    );
    const found = await all(state.directory.searchProfessionals({ family: 'EXEMPLE' }));
    expect(found.map(({ value }) => value.familyName)).toEqual(['EXEMPLE']);
  });

  it('takes an address as people type it', async () => {
    expect(await given(doctor({}, [mailbox(' mailto:Anne@Medecin.MSSante.fr ', 'PER')]))).toEqual([
      ['Anne@medecin.mssante.fr', null],
    ]);
  });
});

describe('directory', () => {
  it('gives the mailboxes of a professional, those of the structure first, without program, hidden or ordinary addresses', async () => {
    const { directory, answers, asked } = far();
    answers.set(
      byRpps,
      bundle([
        person('99700012349', 'p-1', [
          mailbox('perso@medecin.simulateur.mssante.fr', 'PER', { rank: 2 }),
          mailbox('app@medecin.simulateur.mssante.fr', 'APP'),
          mailbox('cache@medecin.simulateur.mssante.fr', 'PER', {}, true),
          mailbox('evil@e.example', 'PER'),
          { system: 'email', value: 'ordinaire@medecin.simulateur.mssante.fr' },
        ]),
        person('99700099999', 'p-2', [mailbox('autre@medecin.simulateur.mssante.fr', 'PER')]),
      ]),
    );
    answers.set(
      roles,
      bundle([
        {
          resourceType: 'PractitionerRole',
          organization: { reference: 'Organization/o-1' },
          telecom: [
            mailbox('a.exemple@hopital.simulateur.mssante.fr', 'PER'),
            mailbox('cab@hopital.simulateur.mssante.fr', 'CAB'),
          ],
        },
        {
          resourceType: 'Organization',
          id: 'o-1',
          name: 'Hôpital',
          identifier: [{ system: 'https://finess.esante.gouv.fr', value: '990000010' }],
        },
      ]),
    );
    const answer = await directory.mailboxesOfProfessional({ rpps: '99700012349', finess: '990000010' });
    expect(answer.stale).toBe(false);
    expect(answer.value.map(({ address }) => address)).toEqual([
      'a.exemple@hopital.simulateur.mssante.fr',
      'cab@hopital.simulateur.mssante.fr',
      'perso@medecin.simulateur.mssante.fr',
    ]);
    expect(answer.value[0]?.owner).toEqual({ rpps: '99700012349', finess: '990000010', name: 'Anne EXEMPLE' });
    expect((await directory.mailboxesOfProfessional({ rpps: '99700012349' })).value[0]?.address).toBe(
      'perso@medecin.simulateur.mssante.fr',
    );
    expect(asked).toHaveLength(2);
    expect(asked[0]?.headers).toMatchObject({ 'esante-api-key': 'cle-CANARI' });
  });

  it('reads page after page on the same server only', async () => {
    const { directory, answers } = far();
    const first = 'Practitioner?family=EXEMPLE&mailbox-mss%3Acontains=%40';
    answers.set(first, bundle([person('1', 'a')], `${base}/Practitioner?page=2`));
    answers.set('Practitioner?page=2', bundle([person('2', 'b')]));
    expect((await all(directory.searchProfessionals({ family: 'EXEMPLE' }))).map(({ value }) => value.rpps)).toEqual([
      '1',
      '2',
    ]);
    for (const next of [
      'https://evil.example/fhir/v2/Practitioner?page=2',
      'https://annuaire.example/admin',
      'https://annuaire.example/fhir/v2evil?x',
      'https://u:p@annuaire.example/fhir/v2/x',
      'http://annuaire.example/fhir/v2/x',
      'javascript:1',
    ]) {
      const hostile = far();
      hostile.answers.set(first, bundle([], next));
      await expect(all(hostile.directory.searchProfessionals({ family: 'EXEMPLE' }))).rejects.toMatchObject({
        code: 'TE_PROTOCOL',
      });
      expect(hostile.asked).toHaveLength(1);
    }
  });

  it('stops at a limit of pages', async () => {
    const { directory, answers } = far({ maxPages: 3 });
    answers.set(
      'Organization?address-city=PARIS&mailbox-mss%3Acontains=%40',
      bundle([], `${base}/Organization?page=1`),
    );
    answers.set('Organization?page=1', bundle([], `${base}/Organization?page=1`));
    await expect(all(directory.searchStructures({ city: 'PARIS' }))).rejects.toMatchObject({ code: 'TE_TOO_LARGE' });
  });

  it('serves a former answer during an outage, and says so', async () => {
    const state = far();
    const url = 'Organization?identifier=https%3A%2F%2Ffiness.esante.gouv.fr%7C990000010';
    state.answers.set(
      url,
      bundle([
        {
          resourceType: 'Organization',
          name: 'Cabinet',
          identifier: [{ system: 'https://finess.esante.gouv.fr', value: '990000010' }],
          telecom: [mailbox('cab@c.simulateur.mssante.fr', 'ORG')],
        },
      ]),
    );
    const ask = (): ReturnType<Directory['mailboxesOfStructure']> =>
      state.directory.mailboxesOfStructure({ finess: '990000010' });
    const { asOf } = await ask();
    state.answers.set(url, () => ({ status: 503, body: {} }));
    state.now += 86_400_001;
    expect(await ask()).toMatchObject({ stale: true, asOf, value: [{ address: 'cab@c.simulateur.mssante.fr' }] });
    state.now += 8 * 86_400_000;
    await expect(ask()).rejects.toMatchObject({ code: 'TE_UNAVAILABLE', retryable: true });
  });

  it.each([
    [401, 'TE_AUTHN_REJECTED'],
    [429, 'TE_RATE_LIMITED'],
    [500, 'TE_UNAVAILABLE'],
    [400, 'TE_PROTOCOL'],
  ])('status %d is %s, without key or search in the error', async (status, code) => {
    const { directory, answers } = far();
    answers.set(byRpps, () => ({
      status,
      body: { resourceType: 'OperationOutcome', issue: [{ diagnostics: '99700012349' }] },
    }));
    const error = await directory.mailboxesOfProfessional({ rpps: '99700012349' }).catch((reason: unknown) => reason);
    expect(error).toBeInstanceOf(TerrESanteError);
    expect(error).toMatchObject({ code });
    expect(JSON.stringify(error) + String(error)).not.toMatch(/CANARI|99700012349/);
  });

  it('never lets a value leave its place in the query', async () => {
    const { directory, asked } = far();
    for (const rpps of ['1|2', '1,2', '1&x=1', '', '1 ', '\u0661', '9'.repeat(30)]) {
      await expect(directory.mailboxesOfProfessional({ rpps })).rejects.toMatchObject({ code: 'TE_INPUT_INVALID' });
    }
    await expect(all(directory.searchProfessionals({}))).rejects.toMatchObject({ code: 'TE_INPUT_INVALID' });
    expect(asked).toHaveLength(0);
    await all(directory.searchProfessionals({ family: 'x&given=y#|/../', given: '?' }));
    expect([...new URL(asked[0]!.url).searchParams]).toEqual([
      ['family', 'x&given=y#|/../'],
      ['given', '?'],
      ['mailbox-mss:contains', '@'],
    ]);
  });

  it('says who an address belongs to, and never chooses between two', async () => {
    const { directory, answers } = far();
    const exact = 'mailbox-mss%3Aexact=a%40b.simulateur.mssante.fr';
    answers.set(`Practitioner?${exact}`, bundle([person('1', 'a', [mailbox('a@b.simulateur.mssante.fr', 'PER')])]));
    expect((await directory.resolve('a@B.simulateur.mssante.fr')).value).toMatchObject({ rpps: '1' });
    expect((await directory.resolve('z@b.simulateur.mssante.fr')).value).toBeNull();
    const two = far();
    two.answers.set(
      `Practitioner?${exact}`,
      bundle([
        person('1', 'a', [mailbox('a@b.simulateur.mssante.fr', 'PER')]),
        person('2', 'b', [mailbox('a@b.simulateur.mssante.fr', 'PER')]),
      ]),
    );
    await expect(two.directory.resolve('a@b.simulateur.mssante.fr')).rejects.toMatchObject({ code: 'TE_CONFLICT' });
    await expect(two.directory.resolve('a@evil.example')).rejects.toMatchObject({ code: 'TE_ADDRESS_INVALID' });
  });

  it.each([
    '',
    '[]',
    '{}',
    'null',
    '{"resourceType":"Patient"}',
    '<html>',
    '{"resourceType":"Bundle","entry":[null,1,{"resource":[]},{"resource":{"telecom":{}}}],"link":{}}',
  ])('survives the answer %j', async (text) => {
    const { directory } = far({ http: { send: async () => ({ status: 200, headers: {}, body: Buffer.from(text) }) } });
    const result = await directory.mailboxesOfProfessional({ rpps: '1' }).catch((error: unknown) => error);
    expect(result).toSatisfy(
      (value: { code?: string; value?: unknown[] }) => value.code === 'TE_PROTOCOL' || value.value?.length === 0,
    );
  });
});

describe('patient mailbox', () => {
  const traits = {
    birthName: 'MARTIN',
    firstName: 'ZOE',
    birthFirstNames: ['ZOE'],
    sex: 'F',
    birthDate: '1985-01-12',
    birthPlace: { communeInsee: '99999' },
  } as const;
  const ins = { value: '285019999999936', oid: '1.2.250.1.213.1.4.10' };

  it('comes from a qualified INS only', () => {
    expect(patientAddress({ traits, ins, identityStatus: 'QUAL' }, { environment: 'test' })).toBe(
      '285019999999936@patient.mssante.fr',
    );
    for (const patient of [
      { traits, ins, identityStatus: 'RECUP' },
      { traits, ins },
      { traits, identityStatus: 'QUAL' },
      { traits, ins: { ...ins, value: '285019999999935' }, identityStatus: 'QUAL' },
    ] as const) {
      const error = (() => {
        try {
          return patientAddress(patient, { environment: 'test' });
        } catch (reason) {
          return reason;
        }
      })();
      expect(error).toMatchObject({ code: 'TE_IDENTITY_STATUS' });
      expect(JSON.stringify(error) + String(error)).not.toContain('28501');
    }
  });

  it('tells who writes, whatever the name claims', () => {
    expect(mailOrigin('285019999999936@patient.mssante.fr')).toBe('patient');
    expect(mailOrigin('285019999999936@patient.mssante.fr.evil.example')).toBe('outside');
    expect(mailOrigin('285019999999936@patient-mssante.fr')).toBe('outside');
    expect(mailOrigin('dr@medecin.simulateur.mssante.fr')).toBe('professional');
    expect(endOfAllExchangesSubject).toBe('[FIN]');
  });
});
