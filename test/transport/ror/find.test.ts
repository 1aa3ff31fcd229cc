import { describe, expect, it } from 'vitest';
import type { SupportStructureQuery } from '../../../src/transport/index.ts';
import { answer, department, internal, offer, office, r13, r244, r66, scene, site, zone } from './scene.ts';

const dac: SupportStructureQuery = { kind: 'DAC', commune: '93048' };
const parametersOf = (url: string | undefined): string[] =>
  [...new URL(url ?? 'x:').searchParams].map((pair) => pair.join('='));

describe('a support structure', () => {
  it('is found by the area that it serves, with its site, its office and its mailboxes', async () => {
    const { directory, asked } = scene([answer([offer('1')])]);
    const { structures, dropped, stale, asOf } = await directory.find(dac);

    expect({ dropped, stale, asOf }).toEqual({ dropped: 0, stale: false, asOf: '2026-11-29T10:00:00.000Z' });
    expect(structures).toEqual([
      {
        offerId: 'OFFRE-1',
        name: 'DAC fictif 1',
        categories: [{ system: r244, code: '178' }],
        site: {
          name: 'Structure fictive',
          finess: '990000028',
          structureId: '1990000028',
          categories: [{ system: r66, code: '606' }],
        },
        address: { lines: ['1 rue Fictive'], postalCode: '93100', city: 'MONTREUIL' },
        contacts: [
          { system: 'phone', value: '+33100000000' },
          { system: 'phone', value: '+33100000001' },
        ],
        mailboxes: ['dac.fictif@structure.mssante.fr'],
        areasServed: [{ system: r13, code: '93048' }],
        declaresArea: true,
        isOpen: true,
        distanceKm: null,
        isSensitive: false,
        source: {
          region: { system: 'https://example.invalid/regions', code: '11' },
          lastUpdated: '2026-11-01T08:00:00+01:00',
        },
      },
    ]);

    expect(asked).toHaveLength(1);
    expect(asked[0]).toMatchObject({
      method: 'GET',
      headers: {
        Authorization: 'Bearer jeton-CANARI',
        Prefer: 'handling=strict',
        'Ror-Profil-Utilisateur-Code': 'CU22',
        'Ror-Profil-Utilisateur-System': '1.2.250.1.213.1.6.1.66',
        'Ror-Role-Metier-Code': 'AUTOMATE',
        'Ror-Role-Metier-System': '1.2.250.1.213.1.1.4.6',
      },
    });
    expect(parametersOf(asked[0]?.url)).toEqual([
      `service-category=${r244}|178`,
      `intervention-zone=${r13}|93048`,
      '_include=HealthcareService:organization',
      '_include:iterate=Organization:partof',
      '_include=HealthcareService:location',
      '_count=200',
    ]);
  });

  it('is looked for in each area, and comes once', async () => {
    const wide = offer('2', { extension: [zone(department)] });
    const { directory, asked } = scene([answer([offer('1')]), answer([offer('1'), wide])]);
    const { structures } = await directory.find({ ...dac, areas: [department] });
    expect(structures.map(({ offerId }) => offerId)).toEqual(['OFFRE-1', 'OFFRE-2']);
    expect(asked.map(({ url }) => new URL(url).searchParams.get('intervention-zone'))).toEqual([
      `${r13}|93048`,
      `${department.system}|93`,
    ]);
  });

  it('that no offer names is looked for by its kind of site', async () => {
    const { directory, asked } = scene([answer([], []), answer([offer('1', { category: [] })])]);
    const { structures } = await directory.find(dac);
    expect(structures).toHaveLength(1);
    expect(parametersOf(asked[1]?.url)[0]).toBe(`organization.type:above=${r66}|606`);
  });

  it('of another kind is left out and counted: a code means something else among sites', async () => {
    const caarud = { ...site, type: [{ coding: [{ system: r66, code: '178' }] }] };
    const other = offer('9', { category: [{ coding: [{ system: r66, code: '178' }] }] });
    const { directory } = scene([answer([offer('1'), other], [internal, caarud, office])]);
    expect(await directory.find(dac)).toMatchObject({ structures: [{ offerId: 'OFFRE-1' }], dropped: 1 });
  });

  it.each([
    ['inactive', offer('1', { active: false }), site],
    ['of a site that is inactive', offer('1'), { ...site, active: false }],
    [
      'closed for a time',
      offer('1', {
        notAvailable: [{ id: 'closingReopeningDate', during: { start: '2026-11-01', end: '2026-12-31' } }],
      }),
      site,
    ],
    [
      'closed for good',
      offer('1', { notAvailable: [{ id: 'closingReopeningDate', during: { start: '2026-11-01' } }] }),
      site,
    ],
    [
      'of a site whose period has ended',
      offer('1'),
      {
        ...site,
        extension: [
          { url: 'http://hl7.org/fhir/StructureDefinition/organization-period', valuePeriod: { end: '2026-01-01' } },
        ],
      },
    ],
  ])('%s is not offered, unless it is asked for', async (_, closed, above) => {
    const far = answer([closed], [internal, above, office]);
    expect((await scene([far]).directory.find(dac)).structures).toEqual([]);
    const { structures } = await scene([far]).directory.find({ ...dac, includeClosed: true });
    expect(structures).toMatchObject([{ isOpen: false }]);
  });

  it('is open before its closing, and after its reopening', async () => {
    const closing = (start: string, end: string): object => ({ id: 'closingReopeningDate', during: { start, end } });
    const notAvailable = [closing('2026-01-01', '2026-02-01'), closing('2027-01-01', '2027-02-01')];
    const { directory } = scene([answer([offer('1', { notAvailable })])]);
    expect((await directory.find(dac)).structures).toMatchObject([{ isOpen: true }]);
  });

  it('without a contact has none for the profile that sees them all, and unknown ones for the others', async () => {
    const bare = answer([offer('1', { telecom: [] })], [internal, { ...site, contact: [] }, office]);
    const seen = async (accessProfile: 0 | 1 | 4): Promise<unknown> =>
      (await scene([bare], { accessProfile }).directory.find(dac)).structures[0]?.contacts;
    expect([await seen(0), await seen(4), await seen(1)]).toEqual([null, null, []]);
  });

  it('has a distance where the repository tells one in kilometres', async () => {
    const far = (unit: string): object => ({
      resource: office,
      search: {
        mode: 'include',
        extension: [
          { url: 'http://hl7.org/fhir/StructureDefinition/location-distance', valueDistance: { value: 4.2, unit } },
        ],
      },
    });
    const near = { kind: 'DAC', near: { commune: '93048', km: 15 } } as const;
    for (const [unit, expected] of [
      ['km', 4.2],
      ['mi', null],
    ] as const) {
      const { body } = answer([offer('1')], [internal, site]) as { body: { entry: object[] } };
      const { directory, asked } = scene([{ body: { ...body, entry: [...body.entry, far(unit)] } }]);
      expect((await directory.find(near)).structures).toMatchObject([{ distanceKm: expected, declaresArea: false }]);
      expect(parametersOf(asked[0]?.url)).toContain('location.near-insee-code=93048|15|km');
    }
  });
});

describe('a search of the repository', () => {
  it.each<[string, SupportStructureQuery]>([
    ['has a place', { kind: 'DAC' }],
    ['has a commune by its INSEE code', { kind: 'DAC', commune: 'Montreuil' }],
    ['has one kind', { ...dac, category: { system: r244, code: '38' } }],
  ])('%s', async (_, query) => {
    const { directory, asked } = scene([answer([])]);
    await expect(directory.find(query)).rejects.toMatchObject({ code: 'TE_INPUT_INVALID' });
    expect(asked).toEqual([]);
  });

  it('is not asked again within a day, and answers of an outage are old ones', async () => {
    const world = scene([answer([offer('1')]), { status: 503 }], { cacheMs: 3_600_000 });
    await world.directory.find(dac);
    await world.directory.find(dac);
    expect(world.asked).toHaveLength(1);

    world.now += 2 * 3_600_000;
    expect(await world.directory.find(dac)).toMatchObject({ stale: true, asOf: '2026-11-29T10:00:00.000Z' });
    world.now += 24 * 3_600_000;
    await expect(world.directory.find(dac)).rejects.toMatchObject({ code: 'TE_UNAVAILABLE', retryable: true });
  });

  it('that the server does not understand is refused, never answered for the whole country', async () => {
    const issue = [{ severity: 'error', code: 'invalid', diagnostics: 'Unknown parameter' }];
    const { directory } = scene([{ status: 400, body: { resourceType: 'OperationOutcome', issue } }]);
    await expect(directory.find(dac)).rejects.toMatchObject({ code: 'TE_VALIDATION' });
  });

  it('ends with an error when less came than was announced, or when a page is on another server', async () => {
    const { body } = answer([offer('1')]);
    const partial = { body: { ...(body as object), total: 2 } };
    const elsewhere = {
      body: { ...(body as object), link: [{ relation: 'next', url: 'https://autre.example/fhir?x' }] },
    };
    for (const far of [partial, elsewhere]) {
      await expect(scene([far]).directory.find(dac)).rejects.toMatchObject({ code: 'TE_PROTOCOL' });
    }
  });

  it('reads organisations that are above each other in a circle', async () => {
    const circle = { ...internal, partOf: { reference: 'Organization/2' } };
    const { directory } = scene([answer([offer('1')], [circle, office])]);
    expect((await directory.find(dac)).structures).toMatchObject([{ site: { name: 'Accueil', finess: null } }]);
  });
});
