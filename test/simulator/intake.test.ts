import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { DocumentEntry, PdfDocumentInput, Submission } from '../../src/documents/index.ts';
import { fixedSource } from '../../src/documents/model/content.ts';
import { bytesSource, collect, sha1Hex } from '../../src/internal/bytes.ts';
import { createSimulator, fictiveConfig, type Simulator, type SimulatorOptions } from '../../src/simulator/index.ts';
import type { IntakeResult } from '../../src/simulator/model.ts';
import { fictivePatient, fictiveProfessional, fictiveStructure } from '../../src/testing/index.ts';
import { parseReport, type MssTransport } from '../../src/transport/index.ts';
import { letter, mailTransport, rppsHolder, sharedHierarchy, submission } from '../client/world.ts';

const patient = fictivePatient();
const localId = patient.localId;
const config = fictiveConfig();

interface Side {
  readonly simulator: Simulator;
  readonly mss: MssTransport;
}
const sides: Side[] = [];

async function start(options: SimulatorOptions = {}): Promise<Side> {
  const simulator = await createSimulator({ hierarchy: await sharedHierarchy(), ...options });
  const side = { simulator, mss: mailTransport(simulator, config) };
  sides.push(side);
  return side;
}

async function withDossier(options: SimulatorOptions = {}, seed: object = {}): Promise<Side> {
  const side = await start(options);
  side.simulator.addDossier({ localId, traits: patient.traits, ins: patient.ins, members: [rppsHolder], ...seed });
  return side;
}

afterAll(() =>
  Promise.all(
    sides.map(async ({ simulator, mss }) => {
      await mss.close();
      await simulator.close();
    }),
  ),
);

/** Sends, waits for the far side, and gives what it concluded and what it wrote back. */
async function deposit(
  { simulator, mss }: Side,
  sent: Submission,
): Promise<IntakeResult & { report: Awaited<ReturnType<typeof parseReport>> }> {
  const { messageId } = await mss.deposit(sent);
  await simulator.settled();
  const result = simulator.intakes().at(-1)!;
  expect(result.messageId).toBe(messageId);
  const mail = simulator.mailbox(config.user.mssAddress).at(-1);
  return { ...result, report: mail ? await parseReport(mail.bytes) : null };
}

/** The same submission with other bytes and metadata, hash and size made right again. */
async function touched(
  sent: Submission,
  touchXml: (xml: string) => string,
  touchEntry: (entry: DocumentEntry) => Partial<DocumentEntry> = () => ({}),
): Promise<Submission> {
  const documents = await Promise.all(
    sent.documents.map(async ({ entry, document }) => {
      const before = Buffer.from(await collect(document.content.open())).toString('utf8');
      const after = touchXml(before);
      const bytes = Buffer.from(after);
      const sha1 = sha1Hex(bytes);
      return {
        // Bytes that cannot change: a writer does not compare them with the metadata, which may lie here.
        document: { ...document, content: fixedSource(bytes), sha1 },
        entry: { ...entry, hash: sha1, size: bytes.length, ...touchEntry(entry) },
      };
    }),
  );
  return { ...sent, documents };
}
const change =
  (from: string | RegExp, to: string) =>
  (xml: string): string => {
    const after = xml.replace(from, to);
    expect(after).not.toBe(xml);
    return after;
  };

const without: Partial<PdfDocumentInput> = { patient: { ...patient, ins: undefined, identityStatus: 'VALI' } };

it.each([
  ['no authority', { caPem: undefined }],
  ['an authority that is no certificate', { caPem: 12 }],
  ['no anchors', { anchors: 'all' }],
  ['a server without a key', { server: () => ({ chainPem: '', keyPem: 'x' }) }],
])('a hierarchy with %s is refused at the door', async (_, change) => {
  const hierarchy = { ...(await sharedHierarchy()), ...change };
  await expect(createSimulator({ hierarchy } as never)).rejects.toMatchObject({ code: 'TE_INPUT_INVALID' });
});

describe('a deposit that is right', () => {
  it('is filed once, whatever the number of copies, and answered each time', async () => {
    const side = await withDossier();
    const sent = await submission();
    const first = await deposit(side, sent);
    expect(first).toMatchObject({ outcome: 'filed', code: null, rules: [] });
    expect(first.report).toMatchObject({ kind: 'mdn', recipients: [{ verdict: 'processed' }] });
    const again = await deposit(side, sent);
    expect(again).toMatchObject({ outcome: 'duplicate', uniqueIds: first.uniqueIds });
    expect(side.simulator.dossier(localId)!.documents).toHaveLength(1);
    expect(side.simulator.mailbox(config.user.mssAddress)).toHaveLength(2);
  });

  it('two copies at the same time are one document', async () => {
    const side = await withDossier();
    const sent = await submission();
    await Promise.all([side.mss.deposit(sent), side.mss.deposit(sent), side.mss.deposit(sent)]);
    await side.simulator.settled();
    expect(
      side.simulator
        .intakes()
        .map(({ outcome }) => outcome)
        .sort(),
    ).toEqual(['duplicate', 'duplicate', 'filed']);
    expect(side.simulator.dossier(localId)!.documents).toHaveLength(1);
  });

  it('needs no INS, and finds the dossier by the INS alone', async () => {
    expect(await deposit(await withDossier(), await submission(without))).toMatchObject({ outcome: 'filed' });
    const elsewhere = await withDossier({}, { localId: { system: '2.999.77', value: 'AUTRE-LOGICIEL' } });
    expect(await deposit(elsewhere, await submission())).toMatchObject({ outcome: 'filed' });
  });

  it('keeps a document masked to professionals from the others', async () => {
    const side = await withDossier();
    await deposit(side, await submission({ visibility: { hiddenFromProfessionals: true } }));
    expect(side.simulator.dossier(localId)!.documents).toHaveLength(1);
  });
});

interface KoCase {
  readonly code: string;
  readonly what: string;
  readonly rule: string;
  readonly side: () => Promise<Side>;
  readonly refused: (side: Side) => Promise<Submission>;
  /** The nearest deposit that is right. */
  readonly accepted: (side: Side) => Promise<Submission>;
}

const plain = (): Promise<Submission> => submission();
async function version(side: Side, given: Partial<PdfDocumentInput> = {}): Promise<Submission> {
  const first = await submission();
  await deposit(side, first);
  const { header } = first.documents[0]!.document;
  return submission({
    replaces: { uniqueId: header.uniqueId, setId: header.setId!, versionNumber: header.versionNumber! },
    ...given,
  });
}
const otherDoctor = {
  professional: { ...fictiveProfessional(), nationalId: '899700023452' },
  structure: fictiveStructure(),
};

const cases: KoCase[] = [
  {
    code: '900',
    what: 'replaces a version that is not there',
    rule: 'SIM-REPLACED-VERSION',
    side: withDossier,
    refused: async () => submission({ replaces: { uniqueId: '2.999.404', setId: '2.999.405', versionNumber: 1 } }),
    accepted: version,
  },
  {
    code: '900',
    what: 'replaces a version that was replaced',
    rule: 'SIM-REPLACED-VERSION',
    side: withDossier,
    async refused(side) {
      const second = await version(side);
      await deposit(side, second);
      const first = side.simulator.dossier(localId)!.documents[0]!;
      const { header } = second.documents[0]!.document;
      return submission({ replaces: { uniqueId: first.uniqueId, setId: header.setId!, versionNumber: 1 } });
    },
    accepted: version,
  },
  {
    code: '901',
    what: 'replaces the document of another author',
    rule: 'SIM-REPLACED-AUTHOR',
    side: withDossier,
    refused: (side) => version(side, { author: otherDoctor }),
    accepted: version,
  },
  {
    code: '902',
    what: 'an unknown patient',
    rule: 'SIM-PATIENT-UNKNOWN',
    side: withDossier,
    refused: () =>
      submission({
        patient: { ...patient, ins: undefined, identityStatus: 'VALI', localId: { ...localId, value: 'PAT-000124' } },
      }),
    accepted: plain,
  },
  {
    code: '903',
    what: 'no INS where one is required',
    rule: 'SIM-INS-ABSENT',
    side: () => withDossier({ requireIns: true }),
    refused: () => submission(without),
    accepted: plain,
  },
  ...(
    [
      ['birth name', { birthName: 'AUTRE' }],
      ['birth date', { birthDate: '1979-03-29' }],
      ['sex', { sex: 'M' }],
      ['first name', { firstName: 'AUTRE' }],
    ] as const
  ).map(([what, traits]): KoCase => ({
    code: '904',
    what: `another ${what} than the dossier's`,
    rule: 'SIM-TRAITS-DIFFERENT',
    side: () => withDossier({}, { traits: { ...patient.traits, ...traits } }),
    refused: plain,
    accepted: () =>
      submission({
        patient: {
          ...patient,
          ins: undefined,
          identityStatus: 'VALI',
          traits: { ...patient.traits, birthFirstNames: undefined, ...traits },
        },
      }),
  })),
  {
    code: '904',
    what: "another INS than the dossier's",
    rule: 'SIM-INS-DIFFERENT',
    side: () => withDossier({}, { ins: { value: '285019999999936', oid: patient.ins.oid } }),
    refused: plain,
    accepted: () => submission(without),
  },
  {
    code: '904',
    what: 'the local identifier of one dossier and the INS of another',
    rule: 'SIM-IDENTIFIERS-DISAGREE',
    async side() {
      const side = await withDossier({}, { ins: undefined });
      side.simulator.addDossier({
        localId: { ...localId, value: 'PAT-000999' },
        traits: patient.traits,
        ins: patient.ins,
      });
      return side;
    },
    refused: plain,
    accepted: () => submission(without),
  },
  {
    code: '905',
    what: 'an INS without the list of given names',
    rule: 'SIM-INS-INCOMPLETE',
    side: withDossier,
    refused: async () => touched(await submission(), change(/<given>[^<]*<\/given>/, '')),
    accepted: plain,
  },
  {
    code: '905',
    what: 'an INS without birth place',
    rule: 'SIM-INS-INCOMPLETE',
    side: withDossier,
    refused: async () => touched(await submission(), change(/<birthplace>.*<\/birthplace>/, '')),
    accepted: plain,
  },
  ...(
    [
      ['title', 'SIM-TITLE', { title: 'Autre titre' }],
      ['uniqueId', 'SIM-UNIQUE-ID', { uniqueId: '2.999.1' }],
      ['type', 'SIM-TYPE', { typeCode: { code: '11490-0', codeSystem: '2.16.840.1.113883.6.1', displayName: 'x' } }],
      [
        'confidentiality',
        'SIM-CONFIDENTIALITY',
        { confidentialityCodes: [{ code: 'R', codeSystem: '2.16.840.1.113883.5.25', displayName: 'Restreint' }] },
      ],
      ['creation time', 'SIM-CREATION-TIME', { creationTime: '20200101000000' }],
      ['local patient', 'SIM-SOURCE-PATIENT-ID', { sourcePatientId: `PAT-000999^^^&${localId.system}&ISO^PI` }],
      ['hash', 'XDM-HASH', { hash: '0'.repeat(40) }],
      ['size', 'XDM-SIZE', { size: 10 }],
    ] as const
  ).map(([what, rule, entry]): KoCase => ({
    code: '906',
    what: `metadata with another ${what} than the document's`,
    rule,
    side: withDossier,
    refused: async () =>
      touched(
        await submission(),
        (xml) => xml,
        () => entry,
      ),
    accepted: plain,
  })),
  {
    code: '906',
    what: 'a document that is no CDA',
    rule: 'SIM-CDA',
    side: withDossier,
    refused: async () => touched(await submission(), () => '<a/>'),
    accepted: plain,
  },
  {
    code: '906',
    what: 'XML with a DOCTYPE',
    rule: 'TE_XML_INVALID',
    side: withDossier,
    refused: async () =>
      touched(await submission(), change('<ClinicalDocument', '<!DOCTYPE a [<!ENTITY b "c">]><ClinicalDocument')),
    accepted: plain,
  },
  {
    code: '906',
    what: 'two patients in one document',
    rule: 'SIM-CDA',
    side: withDossier,
    refused: async () => touched(await submission(), change(/(<recordTarget>.*<\/recordTarget>)/, '$1$1')),
    accepted: plain,
  },
  {
    code: '906',
    what: 'a PDF with a script inside',
    rule: 'SIM-PDF',
    side: withDossier,
    async refused() {
      const evil = Buffer.from(
        '%PDF-1.4\n1 0 obj\n<< /Type /Catalog /OpenAction << /S /JavaScript /JS (app.alert(1)) >> >>\nendobj\ntrailer << /Root 1 0 R >>\n%%EOF\n',
      ).toString('base64');
      return touched(await submission(), change(/(representation="B64"[^>]*>)[^<]*/, `$1${evil}`));
    },
    accepted: plain,
  },
  {
    code: '906',
    what: 'a closed dossier',
    rule: 'SIM-DOSSIER-CLOSED',
    side: () => withDossier({}, { state: 'closed' }),
    refused: plain,
    async accepted(side) {
      side.simulator.addDossier({ localId: { ...localId, value: 'PAT-OUVERT' }, traits: patient.traits });
      return submission({
        patient: { ...patient, ins: undefined, identityStatus: 'VALI', localId: { ...localId, value: 'PAT-OUVERT' } },
      });
    },
  },
  {
    code: '906',
    what: 'an author whom the patient blocks',
    rule: 'SIM-AUTHOR-BLOCKED',
    side: () => withDossier({}, { blocked: [rppsHolder] }),
    refused: plain,
    accepted: () => submission({ author: otherDoctor }),
  },
  {
    code: '906',
    what: 'an identifier that another content has already',
    rule: 'SIM-UNIQUE-ID-TAKEN',
    side: withDossier,
    async refused(side) {
      const first = await submission({ uniqueId: '2.999.1.5.1' });
      await deposit(side, first);
      return submission({ uniqueId: '2.999.1.5.1', title: 'Autre contenu' });
    },
    accepted: () => submission({ uniqueId: '2.999.1.5.2', title: 'Autre contenu' }),
  },
];

describe('a deposit that is refused is filed nowhere and answered with its code', () => {
  it.each(cases)('$code, $what', async ({ code, rule, side: make, refused, accepted }) => {
    const side = await make();
    const sent = await refused(side);
    const before = side.simulator.dossiers().flatMap(({ documents }) => documents).length;
    const result = await deposit(side, sent);
    expect(result).toMatchObject({ outcome: 'rejected', code, uniqueIds: [] });
    expect(result.rules).toContain(rule);
    expect(side.simulator.dossiers().flatMap(({ documents }) => documents)).toHaveLength(before);
    expect(result.report).toMatchObject({ kind: 'mdn', recipients: [{ verdict: 'error', code }] });
    const twinSide = code === '900' || code === '901' || rule === 'SIM-UNIQUE-ID-TAKEN' ? await make() : side;
    expect(await deposit(twinSide, await accepted(twinSide))).toMatchObject({ outcome: 'filed', code: null });
  });

  it('covers every published integration code', () => {
    expect([...new Set(cases.map(({ code }) => code))].sort()).toEqual([
      '900',
      '901',
      '902',
      '903',
      '904',
      '905',
      '906',
    ]);
  });

  it('files all the documents of a submission or none', async () => {
    const side = await withDossier();
    const good = await letter();
    const other = await letter({ title: 'Second' });
    const { createSubmission } = await import('../../src/documents/index.ts');
    const both = createSubmission([good, other], { sourceId: '2.999.1.10.9' });
    const [first, second] = both.documents;
    const broken = { ...both, documents: [first!, { ...second!, entry: { ...second!.entry, title: 'Autre' } }] };
    expect(await deposit(side, broken)).toMatchObject({ outcome: 'rejected', code: '906' });
    expect(side.simulator.dossier(localId)!.documents).toHaveLength(0);
    expect(await deposit(side, both)).toMatchObject({ outcome: 'filed' });
    expect(side.simulator.dossier(localId)!.documents).toHaveLength(2);
  });
});

describe('the mail itself', () => {
  let side: Side;
  beforeAll(async () => {
    side = await withDossier();
  });
  beforeEach(() => side.simulator.settled());

  const raw = async (bytes: Buffer): Promise<IntakeResult> => {
    const mail = {
      envelope: { from: config.user.mssAddress, to: config.quai.eMailSecur },
      messageId: '<a@x.mssante.fr>',
      envelopeId: 'e',
      byteLength: bytes.length,
      content: bytesSource(bytes),
    };
    await side.mss.send(mail);
    await side.simulator.settled();
    return side.simulator.intakes().at(-1)!;
  };
  const mime = (...parts: string[]): Buffer =>
    Buffer.from(
      `From: A <${config.user.mssAddress}>\r\nTo: ${config.quai.eMailSecur}\r\nSubject: XDM/1.0/DDM+Lettre\r\nMessage-ID: <a@x.mssante.fr>\r\nMIME-Version: 1.0\r\nContent-Type: multipart/mixed; boundary=b\r\n\r\n${parts.map((part) => `--b\r\n${part}\r\n`).join('')}--b--\r\n`,
    );
  const zip = (base64: string): string =>
    `Content-Type: application/zip\r\nContent-Disposition: attachment; filename=IHE_XDM.zip\r\nContent-Transfer-Encoding: base64\r\n\r\n${base64}`;

  it.each<[string, Buffer, string]>([
    ['no archive', mime('Content-Type: text/plain\r\n\r\nbonjour'), 'SIM-NO-ARCHIVE'],
    [
      'an archive that is none',
      mime(zip(Buffer.from('PK\u0003\u0004 nothing').toString('base64'))),
      'TE_ARCHIVE_INVALID',
    ],
    ['an empty archive', mime(zip('UEsFBgAAAAAAAAAAAAAAAAAAAAAAAA==')), 'TE_DOCUMENT_INVALID'],
    [
      'two archives',
      mime(zip('UEsFBgAAAAAAAAAAAAAAAAAAAAAAAA=='), zip('UEsFBgAAAAAAAAAAAAAAAAAAAAAAAA==')),
      'TE_VALIDATION',
    ],
    [
      'binary noise',
      Buffer.concat([
        Buffer.from('a: b\r\n\r\n'),
        Buffer.from(Array.from({ length: 5000 }, (_, index) => (index * 7919) % 251)),
      ]),
      'SIM-NO-ARCHIVE',
    ],
    ['an endless header', Buffer.from(`Subject: ${'x'.repeat(300_000)}\r\n\r\nbonjour\r\n`), expect.any(String)],
  ])('is refused: %s', async (_, bytes, rule) => {
    expect(await raw(bytes)).toMatchObject({ outcome: 'rejected', code: '906', rules: [rule] });
  });

  it('is answered by an ordinary mail when no report was asked for', async () => {
    const before = side.simulator.mailbox(config.user.mssAddress).length;
    await raw(mime('Content-Type: text/plain\r\n\r\nbonjour'));
    const answers = side.simulator.mailbox(config.user.mssAddress).slice(before);
    expect(answers).toMatchObject([{ kind: 'ko-mail', code: '906', inReplyTo: '<a@x.mssante.fr>' }]);
    expect(await parseReport(answers[0]!.bytes)).toMatchObject({ kind: 'ko-mail', recipients: [{ code: '906' }] });
  });

  it('is never answered elsewhere than to its sender', async () => {
    const asking = (to: string): Buffer =>
      Buffer.concat([
        Buffer.from(`Disposition-Notification-To: ${to}\r\n`),
        mime('Content-Type: text/plain\r\n\r\nbonjour'),
      ]);
    await raw(asking('voleur@ailleurs.mssante.fr'));
    await raw(asking('"x" <voleur@ailleurs.example.org>'));
    expect(side.simulator.mailbox('voleur@ailleurs.mssante.fr')).toEqual([]);
    expect(side.simulator.mailbox('voleur@ailleurs.example.org')).toEqual([]);
  });

  it('goes to the deposit mailbox only', async () => {
    const other = mailTransport(side.simulator, {
      ...config,
      quai: { ...config.quai, eMailSecur: 'autre@simulateur.mssante.fr' },
    });
    await expect(other.deposit(await submission())).rejects.toMatchObject({ code: 'TE_RECIPIENT_UNKNOWN' });
    await other.close();
  });

  it('is refused and lost on demand', async () => {
    const own = await withDossier();
    own.simulator.inject({ kind: 'reject-deposit', code: '901' });
    own.simulator.inject({ kind: 'no-report', times: 2 });
    expect(await deposit(own, await submission())).toMatchObject({
      outcome: 'rejected',
      code: '901',
      rules: ['SIM-INJECTED'],
      report: null,
    });
    expect(await deposit(own, await submission())).toMatchObject({ outcome: 'filed', report: null });
    expect((await deposit(own, await submission())).report).toMatchObject({ kind: 'mdn' });
  });
});
