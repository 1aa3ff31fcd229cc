import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';

import type { PatientCandidates } from '../../../src/transport/index.ts';
import {
  detail,
  farSide,
  hl7Answer,
  quantities,
  subject,
  type Answer,
  type Asked,
  type Content,
  type FarSide,
} from './far-side.ts';

const traits = { birthName: 'CANARI', firstName: 'Zoé', birthDate: '1979-03-28', sex: 'F' } as const;
const name = 'PRPA_IN201306UV02';
const qualified =
  '<name use="L"><family qualifier="BR">CANARI</family><given>ZOE LOU</given><given qualifier="BR">ZOE</given></name>' +
  '<administrativeGenderCode code="F"/><birthTime value="19790328"/>';
const score = (value: string): string =>
  '<subjectOf1><queryMatchObservation classCode="COND" moodCode="EVN"><code code="IHE_PDQ"/>' +
  `<value xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" xsi:type="INT" value="${value}"/></queryMatchObservation></subjectOf1>`;

let side: FarSide;
beforeAll(async () => {
  side = await farSide();
});
afterEach(() => {
  side.asked.length = 0;
});
afterAll(() => side.close());

async function search(content: Partial<Content>): Promise<PatientCandidates> {
  side.answer = (asked) => hl7Answer(asked, { name, code: 'OK', ...content });
  return side.client.search(traits);
}

/** A server of so many candidates; `lie` changes one of its answers. */
function serveAll(count: number, lie: (content: Content, page: number) => Partial<Content> = () => ({})): void {
  let pages = 0;
  side.answer = (asked: Asked): Answer | string => {
    if (asked.action.endsWith('_Cancel')) return hl7Answer(asked, { name: 'MCCI_IN000002UV01' });

    const number = (shape: RegExp): number | undefined => {
      const found = shape.exec(asked.payload)?.[1];
      return found === undefined ? undefined : Number(found);
    };
    const start = number(/startResultNumber value="(\d+)"/) ?? 1;
    const size = number(/(?:initialQuantity|continuationQuantity) value="(\d+)"/) ?? count;
    const end = Math.min(count, start + size - 1);
    const subjects = Array.from({ length: Math.max(0, end - start + 1) }, (_, place) =>
      subject([`2.999.1.1|${String(start + place)}`]),
    );
    const content = {
      name,
      code: 'OK',
      subjects: subjects.join(''),
      quantities: quantities(count, subjects.length, count - end),
    };
    pages += 1;
    return hl7Answer(asked, { ...content, ...lie(content, pages) });
  };
}

const values = ({ candidates }: PatientCandidates): string[] =>
  candidates.flatMap(({ identifiers }) => identifiers.map(({ value }) => value));

describe('candidates', () => {
  it('come with traits, identifiers, score and comparison; none is chosen', async () => {
    const found = await search({
      subjects:
        subject(['2.999.1.1|1'], qualified, score('100')) + subject(['2.999.1.1|2'], qualified.replace('0328', '0329')),
      quantities: quantities(2, 2, 0),
    });

    expect(found).toMatchObject({ total: 2, hasMore: false, told: [] });
    expect(found.candidates).toMatchObject([
      {
        identity: {
          patient: {
            traits: {
              birthName: 'CANARI',
              birthFirstNames: ['ZOE', 'LOU'],
              firstName: 'ZOE',
              sex: 'F',
              birthDate: '1979-03-28',
            },
          },
        },
        matchScore: 100,
        status: 'active',
        comparison: { outcome: 'incomplete' },
      },
      { matchScore: null, comparison: { outcome: 'mismatch' } },
    ]);
  });

  it.each<[string, Partial<Content>, object]>([
    ['nobody', { code: 'NF' }, { candidates: [], total: null, hasMore: false, told: [] }],
    ['nobody, counted', { quantities: quantities(0, 0, 0) }, { candidates: [], total: 0, told: [] }],
    ['a success that says nothing', {}, { candidates: [], told: ['empty'] }],
    ['a score that is none', { subjects: subject(['2.999.1.1|1'], qualified, score('high')) }, { told: ['match'] }],
    ['a score of another scale', { subjects: subject(['2.999.1.1|1'], qualified, score('850')) }, { told: ['match'] }],
    [
      'names and dates that are null, an unknown sex',
      {
        subjects: subject(
          ['2.999.1.1|1'],
          '<name nullFlavor="UNK"/><administrativeGenderCode nullFlavor="UNK"/><birthTime nullFlavor="UNK"/>',
        ),
      },
      { candidates: [{ identity: { patient: { traits: {} }, findings: [] }, comparison: { outcome: 'incomplete' } }] },
    ],
    [
      'a year alone, and a day that does not exist',
      {
        subjects:
          subject(['2.999.1.1|1'], '<name/><birthTime value="1979"/>') +
          subject(['2.999.1.1|2'], '<name/><birthTime value="19790230"/>'),
      },
      {
        candidates: [
          { identity: { partialBirthDate: { year: 1979, month: null } } },
          { identity: { partialBirthDate: null, findings: [{ rule: 'IDENTITY-WIRE-DATE' }] } },
        ],
      },
    ],
    [
      'a candidate without an identifier',
      { subjects: subject(['|1']) },
      { candidates: [{ identifiers: [] }], told: ['id'] },
    ],
    [
      'a total above what came',
      { subjects: subject(['2.999.1.1|1']), quantities: quantities(3, 3, 0) },
      { total: 3, hasMore: false, told: ['total'] },
    ],
    [
      'a total without what remains',
      { subjects: subject(['2.999.1.1|1']), quantities: '<resultTotalQuantity value="9"/>' },
      { total: 9, hasMore: true, told: ['total'] },
    ],
    [
      'numbers that are none',
      { subjects: subject(['2.999.1.1|1']), quantities: '<resultTotalQuantity value="-1"/>' },
      { total: null, told: ['total'] },
    ],
  ])('%s', async (_what, content, expected) => {
    await expect(search(content)).resolves.toMatchObject(expected);
  });

  it('are refused when the server does', async () => {
    const issue =
      '<reasonOf typeCode="RSON"><detectedIssueEvent classCode="ALRT" moodCode="EVN"><code code="ActAdministrativeDetectedIssueCode"/></detectedIssueEvent></reasonOf>';
    const error = await search({
      acknowledgement: 'AE',
      code: 'AE',
      details: detail('TOO-MANY', 'CANARI Zoé'),
      subjects: issue,
    }).catch((thrown: unknown) => thrown);
    expect(error).toMatchObject({
      code: 'TE_VALIDATION',
      details: { errorCodes: ['TOO-MANY'], issueCodes: ['ActAdministrativeDetectedIssueCode'], queryResponse: 'AE' },
    });
    expect(`${String(error)}${JSON.stringify(error)}`).not.toMatch(/CANARI|Zoé/);
  });

  it('of other traits than those that were asked are refused', async () => {
    const subjects = subject(['2.999.1.1|1']);
    const back = (change: (query: string) => string) => (asked: Asked) =>
      hl7Answer(asked, { name, code: 'OK', subjects, back: change(asked.query) });

    side.answer = back((query) => query.replace('CANARI', 'PINSON'));
    await expect(side.client.search(traits)).rejects.toMatchObject({ details: { reason: 'other-question' } });
    side.answer = back((query) => query.replace('19790328', '19790329'));
    await expect(side.client.search(traits)).rejects.toMatchObject({ details: { reason: 'other-question' } });
    side.answer = back((query) =>
      query
        .replace('CANARI', 'Canari')
        .replace('Zoé', 'ZOE')
        .replace(/<semanticsText>.*?<\/semanticsText>/g, ''),
    );
    await expect(side.client.search(traits)).resolves.toMatchObject({ candidates: [{}] });
  });
});

describe('pages', () => {
  it('are followed to the end, each acknowledging the one before', async () => {
    serveAll(7);
    const found = await side.client.search(traits, { pageSize: 3 });

    expect(values(found)).toEqual(['1', '2', '3', '4', '5', '6', '7']);
    expect(found).toMatchObject({ total: 7, hasMore: false, told: [] });
    expect(side.asked.map(({ action }) => action.replace('urn:hl7-org:v3:', ''))).toEqual([
      'PRPA_IN201305UV02',
      'QUQI_IN000003UV01_Continue',
      'QUQI_IN000003UV01_Continue',
    ]);
    const [first, second] = side.asked;
    expect(second?.queryId).toBe(first?.queryId);
    expect(second?.payload).toContain(
      `<targetMessage><id extension="answer-${first?.messageId.slice(-8) ?? ''}" root="2.999.1.1"></id>`,
    );
    expect(second?.payload).toContain(
      '<startResultNumber value="4"></startResultNumber><continuationQuantity value="3">',
    );
  });

  it('stop at the limit, and the server is told', async () => {
    serveAll(9);
    const found = await side.client.search(traits, { pageSize: 2, limit: 3 });

    expect(values(found)).toEqual(['1', '2', '3']);
    expect(found).toMatchObject({ total: 9, hasMore: true, told: [] });
    expect(side.asked.at(-1)).toMatchObject({ action: 'urn:hl7-org:v3:QUQI_IN000003UV01_Cancel' });
    expect(side.asked.at(-1)?.payload).toContain('<statusCode code="aborted">');
  });

  it('tell an end that the server does not take', async () => {
    serveAll(9);
    const { answer } = side;
    side.answer = (asked) => (asked.action.endsWith('_Cancel') ? { status: 500, body: '' } : answer(asked));
    await expect(side.client.search(traits, { limit: 2 })).resolves.toMatchObject({ hasMore: true, told: ['cancel'] });
  });

  it.each<[string, (content: Content, page: number) => Partial<Content>]>([
    ['come back', (_content, page) => (page > 1 ? { subjects: subject(['2.999.1.1|1']) } : {})],
    ['are empty', (_content, page) => (page > 1 ? { subjects: '', quantities: quantities(7, 0, 4) } : {})],
    ['never leave less', () => ({ quantities: quantities(7, 3, 4) })],
    [
      'end in "nobody"',
      (_content, page) => (page > 1 ? { code: 'NF', subjects: '', quantities: quantities(7, 0, 4) } : {}),
    ],
  ])('that %s are refused, and the search is ended', async (_what, lie) => {
    serveAll(7, lie);
    await expect(side.client.search(traits, { pageSize: 3 })).rejects.toMatchObject({
      code: 'TE_PROTOCOL',
      details: { reason: 'paging' },
    });
    expect(side.asked.at(-1)?.action).toMatch(/_Cancel$/);
  });

  it('that change their total or give somebody twice are told', async () => {
    serveAll(5, (content, page) =>
      page === 2
        ? { subjects: `${subject(['2.999.1.1|1'])}${content.subjects ?? ''}`, quantities: quantities(6, 4, 0) }
        : {},
    );
    await expect(side.client.search(traits, { pageSize: 2 })).resolves.toMatchObject({ told: ['total', 'doubled'] });
  });

  it('end when the caller gives up', async () => {
    const controller = new AbortController();
    serveAll(9);
    const { answer } = side;
    side.answer = (asked) => {
      if (side.asked.length === 2) controller.abort();
      return answer(asked);
    };
    await expect(side.client.search(traits, { pageSize: 1, signal: controller.signal })).rejects.toMatchObject({
      code: 'TE_CANCELLED',
    });
    expect(side.asked.some(({ action }) => action.endsWith('_Cancel'))).toBe(false);
  });
});

it('asks for nobody by nothing', async () => {
  for (const nothing of [{}, { sex: 'F' } as const, { birthName: '' }]) {
    await expect(side.client.search(nothing)).rejects.toMatchObject({ code: 'TE_INPUT_INVALID' });
  }
  await expect(side.client.search({ birthName: 'A', birthDate: '1979-02-30' })).rejects.toMatchObject({
    code: 'TE_WIRE_INVALID',
  });
  await expect(side.client.search(traits, { limit: 0 })).rejects.toMatchObject({ code: 'TE_INPUT_INVALID' });
  expect(side.asked).toHaveLength(0);
});
