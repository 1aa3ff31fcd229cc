import { describe, expect, it } from 'vitest';
import {
  buildCda,
  buildLetter,
  buildPrescription,
  buildReport,
  buildVsm,
  checkCda,
  type BuiltDocument,
  type DocumentInput,
  type PdfDocumentInput,
} from '../../src/documents/index.ts';
import { collect } from '../../src/internal/bytes.ts';
import { demoLetterPdf, fictivePatient, fictiveProfessional, fictiveStructure } from '../../src/testing/index.ts';
import { Random, randomInput, randomVsm, scenarios, seededRuntime } from './random-input.ts';

const input = (): PdfDocumentInput => ({
  patient: fictivePatient(),
  author: { professional: fictiveProfessional(), structure: fictiveStructure() },
  patientConsent: true,
  pdf: demoLetterPdf(),
});
const xmlOf = async ({ content }: BuiltDocument): Promise<string> =>
  Buffer.from(await collect(content.open())).toString('utf8');
const errorOf = async (work: Promise<unknown>): Promise<Record<string, unknown>> => {
  try {
    await work;
  } catch (error) {
    return error as Record<string, unknown>;
  }
  throw new Error('nothing was refused');
};

describe('documents of every kind', () => {
  it.each(scenarios)('generated at random, pass our own check: %s', async (scenario) => {
    const random = new Random(100 + scenarios.indexOf(scenario));
    for (let round = 0; round < 4; round += 1) {
      const common = randomInput(random, scenario);
      const runtime = seededRuntime(random);
      const built = [
        await buildLetter({ ...common, pdf: demoLetterPdf() }, { runtime }),
        await buildVsm({ ...common, content: randomVsm(random, scenario) }, { runtime }),
        await buildReport({ ...common, pdf: demoLetterPdf() }, { runtime }),
      ];
      for (const document of built) {
        const bytes = await collect(document.content.open());
        const { ok, findings } = await checkCda(bytes, { codeSet: 'current' });
        expect(findings.filter(({ severity }) => severity === 'error')).toEqual([]);
        expect(ok).toBe(true);
      }
    }
  });

  it.each([
    ['letter', buildLetter, 'CERT_DECL', 'CERT_DECL', '52'],
    ['prescription', buildPrescription, '57833-6', '29551-9', '42'],
    ['report', buildReport, '75492-9', '39256-3', '10'],
  ] as const)('%s: default types of both code sets', async (_, build, current, guide, classCode) => {
    const now = await build(input());
    const then = await build({ ...input(), codeSet: 'eo-9.05' });
    expect([now.header.type.code, then.header.type.code]).toEqual([current, guide]);
    expect([now.classCode.code, then.classCode.code]).toEqual([classCode, classCode]);
    const retired = then.findings.filter(({ rule }) => rule === 'CDA-TYPE-RETIRED');
    expect(retired.map(({ expected }) => expected)).toEqual(current === guide ? [] : [current]);
    expect(now.findings.filter(({ rule }) => rule === 'CDA-TYPE-RETIRED')).toEqual([]);
  });

  it('says of a retired type what the national table says, and no more', async () => {
    const built = await buildPrescription({ ...input(), codeSet: 'eo-9.05' });
    const bytes = await collect(built.content.open());
    expect((await checkCda(bytes)).findings.map(({ rule, severity }) => [rule, severity])).toEqual([
      ['CDA-CODE-RETIRED', 'warning'],
    ]);
    const current = await checkCda(bytes, { codeSet: 'current' });
    expect(current.ok).toBe(false);
    expect(current.findings.map(({ rule, severity }) => [rule, severity])).toEqual([['CDA-CODE', 'error']]);
  });

  it('keeps the masks out of the header', async () => {
    const xml = await xmlOf(
      await buildLetter({ ...input(), confidentiality: 'R', visibility: { hiddenFromPatient: true } }),
    );
    expect(xml).toContain('<confidentialityCode code="R"');
    expect(xml).not.toContain('INVISIBLE');
  });

  it('writes the times of the host with their offset, and Z in French time', async () => {
    const built = await buildLetter({
      ...input(),
      effectiveTime: '2026-07-01T09:00:30Z',
      act: { start: '2026-07-01T10:00:00-04:00' },
    });
    expect(built.header.effectiveTime).toBe('20260701110030+0200');
    expect(built.header.acts[0]?.start).toBe('20260701100000-0400');
  });
});

describe('identity in the header', () => {
  it.each(['PROV', 'VALI', 'RECUP', undefined] as const)(
    'never writes the INS of an identity %s',
    async (identityStatus) => {
      const built = await buildLetter({ ...input(), patient: { ...fictivePatient(), identityStatus } });
      const xml = await xmlOf(built);
      expect(xml).not.toContain('279035121518989');
      expect(xml).not.toContain('1.2.250.1.213.1.4.');
      expect(built.qualifiedIns).toBe(false);
      expect(built.findings.map(({ rule }) => rule)).toContain('CDA-INS-LEFT-OUT');
    },
  );

  it.each([
    ['a wrong key', { ins: { value: '279035121518988', oid: '1.2.250.1.213.1.4.10' } }, 'TE_INS_INVALID'],
    [
      'no list of given names',
      { traits: { ...fictivePatient().traits, birthFirstNames: undefined } },
      'TE_IDENTITY_INCOMPLETE',
    ],
    [
      'no coded birth place',
      { traits: { ...fictivePatient().traits, birthPlace: { postalCode: '51300' } } },
      'TE_IDENTITY_INCOMPLETE',
    ],
    ['an attribute doubtful', { identityAttributes: ['DOUT'] as const }, 'TE_INS_INVALID'],
  ])('refuses a qualified identity with %s rather than dropping its INS', async (_, change, code) => {
    const error = await errorOf(buildLetter({ ...input(), patient: { ...fictivePatient(), ...change } }));
    expect(error['code']).toBe(code);
  });

  it('refuses a test INS in production', async () => {
    const error = await errorOf(buildLetter({ ...input(), environment: 'production' }));
    expect(error['code']).toBe('TE_INS_INVALID');
  });
});

describe('refusals', () => {
  const refused: readonly (readonly [string, Partial<DocumentInput> & Record<string, unknown>, string])[] = [
    ['consent not given', { patientConsent: false }, 'TE_CONSENT_REQUIRED'],
    ['consent not said', { patientConsent: undefined as unknown as boolean }, 'TE_INPUT_INVALID'],
    ['consent as a text', { patientConsent: 'true' as unknown as boolean }, 'TE_INPUT_INVALID'],
    ['unknown type', { type: '00000-0' as 'SYNTH' }, 'TE_CODE_UNKNOWN'],
    ['type without a class', { type: '97694-4' }, 'TE_CODE_UNKNOWN'],
    ['unknown level', { confidentiality: 'INVISIBLE_PATIENT' as 'N' }, 'TE_INPUT_INVALID'],
    ['unknown code set', { codeSet: 'toString' as 'current' }, 'TE_INPUT_INVALID'],
    ['long title', { title: 'x'.repeat(129) }, 'TE_INPUT_INVALID'],
    ['title on two lines', { title: 'a\nb' }, 'TE_INPUT_INVALID'],
    ['time without offset', { effectiveTime: '2026-03-15T11:10:00' }, 'TE_DATE_INVALID'],
    ['impossible date', { effectiveTime: '2026-02-30T11:10:00Z' }, 'TE_DATE_INVALID'],
    [
      'act that ends before it starts',
      { act: { start: '2026-03-15T11:10:00Z', stop: '2026-03-15T11:00:00Z' } },
      'TE_INPUT_INVALID',
    ],
    ['uniqueId with an extension', { uniqueId: '1.2.3^4' }, 'TE_INPUT_INVALID'],
    ['OID with a leading zero', { uniqueId: '1.2.01' }, 'TE_INPUT_INVALID'],
    [
      'replacement of itself',
      { uniqueId: '1.2.3', replaces: { uniqueId: '1.2.3', setId: '1.2.4', versionNumber: 1 } },
      'TE_INPUT_INVALID',
    ],
    [
      'replacement in another set',
      { setId: '1.2.9', replaces: { uniqueId: '1.2.3', setId: '1.2.4', versionNumber: 1 } },
      'TE_INPUT_INVALID',
    ],
    [
      'wrong national id',
      { author: { professional: { ...fictiveProfessional(), nationalId: '8997' }, structure: fictiveStructure() } },
      'TE_NATIONAL_ID_INVALID',
    ],
    [
      'unknown specialty',
      { author: { professional: { ...fictiveProfessional(), specialtyCode: 'SM999' }, structure: fictiveStructure() } },
      'TE_CODE_UNKNOWN',
    ],
    [
      'unknown sector',
      { author: { professional: fictiveProfessional(), structure: { ...fictiveStructure(), activitySector: 'SA99' } } },
      'TE_CODE_UNKNOWN',
    ],
    [
      'telecom with a space',
      {
        author: {
          professional: fictiveProfessional(),
          structure: fictiveStructure(),
          telecoms: [{ value: 'tel:01 02' }],
        },
      },
      'TE_INPUT_INVALID',
    ],
    [
      'control character in a name',
      {
        patient: {
          ...fictivePatient(),
          identityStatus: 'VALI',
          traits: { ...fictivePatient().traits, birthName: 'A\u0007B' },
        },
      },
      'TE_INPUT_INVALID',
    ],
    [
      'missing sex',
      {
        patient: {
          ...fictivePatient(),
          identityStatus: 'VALI',
          traits: { ...fictivePatient().traits, sex: undefined },
        },
      },
      'TE_IDENTITY_INCOMPLETE',
    ],
    ['no PDF', { pdf: new TextEncoder().encode('bonjour') }, 'TE_PDF_REFUSED'],
    ['nothing as PDF', { pdf: undefined }, 'TE_INPUT_INVALID'],
  ];
  it.each(refused)('%s', async (_, change, code) => {
    const error = await errorOf(buildLetter({ ...input(), ...change }));
    expect(error['code']).toBe(code);
  });

  it('builds without consent only when the target does not ask for it', async () => {
    const built = await buildLetter({ ...input(), patientConsent: false, consentRequired: false });
    expect(built.patientConsent).toBe(false);
  });

  it('quotes no trait and no identifier in an error', async () => {
    const canary = 'ZZCANARIZZ';
    const patient = fictivePatient();
    const cases = [
      {
        patient: {
          ...patient,
          traits: { ...patient.traits, birthName: `${canary}\u0007` },
          identityStatus: 'VALI' as const,
        },
      },
      { patient: { ...patient, localId: { system: canary, value: canary } } },
      { patient: { ...patient, traits: { ...patient.traits, birthDate: canary } } },
      { patient: { ...patient, ins: { value: canary, oid: '1.2.250.1.213.1.4.10' } } },
      { title: `${canary}\n` },
      { patientDetails: { telecoms: [{ value: canary }] } },
    ];
    for (const change of cases) {
      const error = await errorOf(buildLetter({ ...input(), ...change }));
      expect(
        JSON.stringify([error['message'], error['details'], error['findings'], String(error['stack'])]),
      ).not.toContain(canary);
    }
  });

  it('takes a source that lies about its length for what it is', async () => {
    const pdf = demoLetterPdf();
    const lying = {
      byteLength: pdf.length + 3,
      async *open() {
        yield pdf;
      },
    };
    expect((await errorOf(buildCda({ ...input(), type: '11488-4', pdf: lying })))['code']).toBe('TE_INPUT_INVALID');
  });

  it('does not change when the caller uses the buffer again', async () => {
    const pdf = Uint8Array.from(demoLetterPdf());
    const built = await buildLetter({ ...input(), pdf });
    const before = await xmlOf(built);
    pdf.fill(0);
    expect(await xmlOf(built)).toBe(before);
  });

  it('refuses bytes in place of a list, and leaves no refusal to the host', async () => {
    const loose: unknown[] = [];
    const listen = (reason: unknown): unknown => loose.push(reason);
    process.on('unhandledRejection', listen);
    const bytes = new Uint8Array(2) as never;
    for (const wrong of [{ patientDetails: { guardians: bytes } }, { informants: bytes }]) {
      expect((await errorOf(buildCda({ ...input(), type: '11488-4', ...wrong } as never)))['code']).toBe(
        'TE_INPUT_INVALID',
      );
    }
    await new Promise((resolve) => setTimeout(resolve, 5));
    process.off('unhandledRejection', listen);
    expect(loose).toEqual([]);
  });

  it('takes one content, and one only', async () => {
    const { pdf, ...rest } = input();
    expect((await errorOf(buildCda({ ...rest, type: '96349-6' } as never)))['code']).toBe('TE_INPUT_INVALID');
    expect((await errorOf(buildCda({ ...rest, type: '96349-6', pdf, text: 'a' } as never)))['code']).toBe(
      'TE_INPUT_INVALID',
    );
  });
});
