import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';

import { fictivePatient } from '../../../src/testing/index.ts';
import type { FeedReceipt, PatientFeed } from '../../../src/transport/index.ts';
import { detail, envelope, farSide, hl7Answer, type Content, type FarSide } from './far-side.ts';

const patient = fictivePatient({ traits: { birthName: 'CANARI', usedName: 'PINSON' } });
const name = 'MCCI_IN000002UV01';

let side: FarSide;
beforeAll(async () => {
  side = await farSide({ environment: 'test' });
});
afterEach(() => {
  side.asked.length = 0;
});
afterAll(() => side.close());

async function feed(content: Partial<Content>, given: PatientFeed = { event: 'add', patient }): Promise<FeedReceipt> {
  side.answer = (asked) => hl7Answer(asked, { name, acknowledgement: 'CA', ...content });
  return side.client.feed(given);
}

describe('a feed', () => {
  it('carries the local identifier, the INS of a qualified identity and the traits', async () => {
    await expect(feed({})).resolves.toEqual({ acknowledgement: 'CA', warnings: [], told: [] });

    const payload = side.asked[0]?.payload ?? '';
    expect(payload).toContain(
      `<patient classCode="PAT"><id extension="${patient.localId.value}" root="${patient.localId.system}"></id>` +
        `<id extension="${patient.ins.value}" root="${patient.ins.oid}"></id><statusCode code="active">`,
    );
    expect(payload).toContain(
      '<name use="L"><family qualifier="BR">CANARI</family><family qualifier="CL">PINSON</family>' +
        '<given qualifier="BR">CLAUDE</given><given>CLAUDE ANNE</given><given qualifier="CL">CLAUDE</given></name>' +
        '<administrativeGenderCode code="F" codeSystem="2.16.840.1.113883.5.1"></administrativeGenderCode>' +
        '<birthTime value="19790328"></birthTime><birthPlace classCode="BIRTHPL"><addr><county>51215</county><city>DOMPREMY</city></addr>',
    );
  });

  it('keeps the INS of any other identity to itself', async () => {
    await feed({}, { event: 'revise', patient: { ...patient, identityStatus: 'VALI' } });
    expect(side.asked[0]?.payload).not.toContain(patient.ins.value);
    expect(side.asked[0]?.action).toBe('urn:hl7-org:v3:PRPA_IN201302UV02');
  });

  it('names what gives way in a merge', async () => {
    await feed({}, { event: 'merge', patient, replaces: { system: '2.999.1.10', value: 'OLD' } });
    expect(side.asked[0]?.payload).toContain(
      '<priorRegisteredRole classCode="PAT"><id extension="OLD" root="2.999.1.10">',
    );
  });

  it('is refused here when it says too little or too much', async () => {
    const cases: readonly [unknown, string][] = [
      [
        { event: 'add', patient: { ...patient, traits: { ...patient.traits, birthPlace: undefined } } },
        'TE_IDENTITY_INCOMPLETE',
      ],
      [{ event: 'add', patient: { ...patient, localId: undefined } }, 'TE_IDENTITY_INCOMPLETE'],
      [{ event: 'add', patient, replaces: { system: '2.999.1', value: '1' } }, 'TE_INPUT_INVALID'],
      [{ event: 'merge', patient }, 'TE_INPUT_INVALID'],
      [{ event: 'merge', patient, replaces: { system: patient.ins.oid, value: '1' } }, 'TE_WIRE_INVALID'],
      [{ event: 'delete', patient }, 'TE_INPUT_INVALID'],
      [{ patient }, 'TE_INPUT_INVALID'],
    ];
    for (const [given, code] of cases) {
      await expect(side.client.feed(given as PatientFeed)).rejects.toMatchObject({ code });
    }
    expect(side.asked).toHaveLength(0);
  });
});

describe('what a server says of a feed', () => {
  it('may be a warning', async () => {
    await expect(
      feed({ acknowledgement: 'AA', details: detail('W1', 'doublon possible', '', 'W') }),
    ).resolves.toMatchObject({
      acknowledgement: 'AA',
      warnings: [{ code: 'W1', severity: 'Warning', context: 'doublon possible' }],
    });
  });

  it.each<[string, Partial<Content>, object]>([
    [
      'known already',
      { acknowledgement: 'AE', details: detail('205', 'CANARI') },
      { code: 'TE_DUPLICATE', details: { unknownOutcome: false } },
    ],
    [
      'refused',
      { acknowledgement: 'AE', details: detail('ERR', 'CANARI') },
      { code: 'TE_VALIDATION', details: { unknownOutcome: false } },
    ],
    [
      'a failure in the server',
      { acknowledgement: 'AE', details: detail('INTERR', 'CANARI') },
      { code: 'TE_UNAVAILABLE', retryable: false, details: { unknownOutcome: true } },
    ],
    ['an unknown acknowledgement', { acknowledgement: '' }, { code: 'TE_PROTOCOL', details: { unknownOutcome: true } }],
    [
      'an error under a success',
      { details: detail('X', 'CANARI') },
      { code: 'TE_PROTOCOL', details: { unknownOutcome: true } },
    ],
    [
      'an answer to something else',
      { target: '<id root="2.999.9"/>', messageId: null },
      { code: 'TE_PROTOCOL', details: { unknownOutcome: true } },
    ],
    ['another answer', { name: 'PRPA_IN201310UV02' }, { code: 'TE_PROTOCOL', details: { unknownOutcome: true } }],
  ])('%s', async (_what, content, expected) => {
    const error = await feed(content).catch((thrown: unknown) => thrown);
    expect(error).toMatchObject(expected);
    expect(`${String(error)}${JSON.stringify(error)}`).not.toContain('CANARI');
  });

  it.each<[string, { status: number; body: string }, boolean]>([
    ['a gateway that gave up', { status: 504, body: '<html>CANARI</html>' }, true],
    ['a gateway that refused', { status: 403, body: '' }, false],
    ['an empty body', { status: 200, body: '' }, true],
  ])('%s', async (_what, answer, unknownOutcome) => {
    side.answer = () => answer;
    const error = await side.client.feed({ event: 'add', patient }).catch((thrown: unknown) => thrown);
    expect(error).toMatchObject({ details: { unknownOutcome } });
    expect(JSON.stringify(error)).not.toContain('CANARI');
    expect(side.asked).toHaveLength(1);
  });

  it('a fault of the sender: nothing was done', async () => {
    const fault =
      '<s:Fault><s:Code><s:Value>s:Sender</s:Value></s:Code><s:Reason><s:Text>CANARI</s:Text></s:Reason></s:Fault>';
    side.answer = ({ messageId }) => ({ status: 400, body: envelope(fault, { messageId }) });
    await expect(side.client.feed({ event: 'add', patient })).rejects.toMatchObject({
      details: { unknownOutcome: false },
    });
  });
});
