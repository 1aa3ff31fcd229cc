import { beforeAll, describe, expect, it } from 'vitest';
import type { CheckReport } from '../../../src/errors.ts';
import {
  buildLetter,
  checkSubmission,
  checkXdm,
  createSubmission,
  packageXdm,
  preflight,
  writeMetadata,
  type BuiltDocument,
  type DocumentEntry,
  type Submission,
} from '../../../src/documents/index.ts';
import { bytesSource, collect, sha1Hex } from '../../../src/internal/bytes.ts';
import { createZip } from '../../../src/internal/zip/index.ts';
import {
  createTestHierarchy,
  demoLetterPdf,
  fictivePatient,
  fictiveProfessional,
  fictiveStructure,
} from '../../../src/testing/index.ts';
import { fixedRuntime, sourceId } from '../helpers/built-document.ts';

let document: BuiltDocument;
let submission: Submission;
const shared = fixedRuntime();
beforeAll(async () => {
  document = await buildLetter(
    {
      patient: fictivePatient(),
      author: { professional: fictiveProfessional(), structure: fictiveStructure() },
      pdf: demoLetterPdf(),
      patientConsent: true,
    },
    { runtime: shared },
  );
  submission = createSubmission([document], { sourceId, runtime: shared });
});

const bytesOf = async (value: Submission): Promise<Uint8Array> => collect((await packageXdm(value)).content.open());
const withEntry = (changes: Partial<DocumentEntry>): Submission => ({
  ...submission,
  documents: [{ document, entry: { ...submission.documents[0]!.entry, ...changes } }],
});
const rules = ({ findings }: CheckReport): string[] => findings.map(({ rule }) => rule);

describe('checkSubmission', () => {
  it('finds nothing in a letter, its metadata and its archive', async () => {
    expect(await checkSubmission(submission, { archive: await bytesOf(submission) })).toEqual({
      ok: true,
      findings: [],
    });
  });

  it.each<readonly [string, Partial<DocumentEntry>, string]>([
    ['another INS', { patientId: '255069999999934^^^&1.2.250.1.213.1.4.10&ISO^NH' }, 'SUB-PATIENT'],
    ['another local id', { sourcePatientId: 'P-9^^^&2.999.1.2&ISO^PI' }, 'SUB-PATIENT'],
    [
      'another identifier among the traits',
      { sourcePatientInfo: ['PID-3|255069999999934^^^&1.2.250.1.213.1.4.10&ISO^NH'] },
      'SUB-PATIENT',
    ],
    ['another birth date', { sourcePatientInfo: ['PID-7|19010101'] }, 'SUB-TRAITS'],
    ['another name', { sourcePatientInfo: ['PID-5|AUTRE^X^^^^^L'] }, 'SUB-TRAITS'],
    ['another first name, as of a twin', { sourcePatientInfo: ['PID-5|DUPRE-TEST^ANNE^^^^^L'] }, 'SUB-TRAITS'],
    ['a birth date of one digit', { sourcePatientInfo: ['PID-7|1'] }, 'SUB-TRAITS'],
    [
      'another patient under another media type',
      { mimeType: 'application/xml', patientId: '255069999999934^^^&1.2.250.1.213.1.4.10&ISO^NH' },
      'SUB-PATIENT',
    ],
    [
      'another patient called a signature',
      { languageCode: 'art', patientId: '255069999999934^^^&1.2.250.1.213.1.4.10&ISO^NH' },
      'SUB-PATIENT',
    ],
    [
      'another patient called a style sheet',
      {
        typeCode: { code: 'FEUILLE-DE-STYLE', codeSystem: '1.2.250.1.213.1.1.4.12', displayName: '' },
        patientId: '255069999999934^^^&1.2.250.1.213.1.4.10&ISO^NH',
      },
      'SUB-PATIENT',
    ],
    ['a CDA called a PDF', { mimeType: 'application/pdf' }, 'SUB-MIME-TYPE'],
    ['another identifier', { uniqueId: '2.999.7' }, 'SUB-UNIQUE-ID'],
    ['another title', { title: 'Autre' }, 'SUB-TITLE'],
    [
      'another type',
      { typeCode: { code: '11488-4', codeSystem: '2.16.840.1.113883.6.1', displayName: '' } },
      'SUB-TYPE',
    ],
    [
      'another level',
      { confidentialityCodes: [{ code: 'R', codeSystem: '2.16.840.1.113883.5.25', displayName: '' }] },
      'SUB-CONFIDENTIALITY',
    ],
    ['local time', { creationTime: '20260315111500' }, 'SUB-TIME'],
    ['another hash', { hash: '0'.repeat(40) }, 'SUB-BYTES'],
    ['another size', { size: 3 }, 'SUB-BYTES'],
  ])('finds %s', async (_, changes, rule) => {
    expect(rules(await checkSubmission(withEntry(changes)))).toContain(rule);
  });

  it.each<readonly [string, (cda: string) => string]>([
    [
      'two recordTarget',
      (cda) =>
        cda.replace(/<recordTarget[\s\S]*?<\/recordTarget>/, (target) => target + target.replaceAll('DUPRE', 'AUTRE')),
    ],
    [
      'two INS',
      (cda) =>
        cda.replace(
          /<patientRole[^>]*>/,
          (start) => `${start}<id root="1.2.250.1.213.1.4.10" extension="255069999999934"/>`,
        ),
    ],
  ])('finds a document of several patients: %s', async (_, change) => {
    const before = Buffer.from(await collect(document.content.open())).toString('utf8');
    const bytes = Buffer.from(change(before));
    expect(bytes.length).toBeGreaterThan(before.length);
    const content = bytesSource(bytes);
    const changed = withEntry({ hash: sha1Hex(bytes), size: bytes.length });
    const documents = [{ ...changed.documents[0]!, document: { ...document, content } }];
    expect(rules(await checkSubmission({ ...changed, documents }))).toContain('SUB-PATIENT');
  });

  it('finds a mail about somebody else', async () => {
    const patient = { ...submission.patient, birthName: 'AUTRE' };
    expect(rules(await checkSubmission({ ...submission, patient }))).toEqual(['SUB-MAIL-PATIENT']);
  });

  it('finds an archive of another submission', async () => {
    const other = await bytesOf(createSubmission([document], { sourceId: '2.999.1.11', runtime: shared }));
    expect(rules(await checkSubmission(submission, { archive: other }))).toEqual(['SUB-ARCHIVE']);
  });

  it('finds a document that is not a CDA', async () => {
    const content = bytesSource(Buffer.from('<a/>'));
    const broken = { ...submission, documents: [{ ...submission.documents[0]!, document: { ...document, content } }] };
    expect(rules(await checkSubmission(broken))).toEqual(['SUB-BYTES', 'SUB-CDA']);
  });
});

describe('checkXdm', () => {
  const options = { time: 0, level: 6, inMemoryBytes: 1e6 };
  const archive = async (files: Record<string, Uint8Array>): Promise<Uint8Array> => {
    const entries = Object.entries(files).map(([name, bytes]) => ({
      name,
      content: bytesSource(bytes),
      method: 'deflate' as const,
    }));
    return collect((await createZip(entries, options)).open());
  };

  it('finds nothing in what packageXdm wrote', async () => {
    expect(await checkXdm(await bytesOf(submission))).toEqual({ ok: true, findings: [] });
  });

  it.each(['PID-5|DUPRE-TEST^CLAUDE^^^^^L', 'PID-5|DUPRE-TEST^Claude Anne^CLAUDE ANNE^^^^L', 'PID-7|1979', 'PID-7|'])(
    'takes %s as the same person',
    async (value) => {
      expect(rules(await checkSubmission(withEntry({ sourcePatientInfo: [value] })))).toEqual([]);
    },
  );

  it('finds a document that was changed on the way', async () => {
    const content = await collect(document.content.open());
    const changed = Buffer.from(Buffer.from(content).toString().replace('</title>', ' !</title>'));
    const bytes = await archive({
      'IHE_XDM/SUBSET01/METADATA.XML': writeMetadata(submission),
      'IHE_XDM/SUBSET01/DOC0001.XML': changed,
    });
    expect(rules(await checkXdm(bytes))).toEqual(['XDM-START', 'XDM-START', 'XDM-SIZE', 'XDM-HASH', 'SUB-TITLE']);
  });

  it('tolerates a folder too many, another case and a URI relative to the parent', async () => {
    const metadata = Buffer.from(
      Buffer.from(writeMetadata(submission)).toString().replace('DOC0001.XML', 'SS000001/DOC0001.XML'),
    );
    const bytes = await archive({
      'KA202401/IHE_XDM/SS000001/metadata.xml': metadata,
      'KA202401/IHE_XDM/SS000001/doc0001.xml': await collect(document.content.open()),
    });
    expect(rules(await checkXdm(bytes))).toEqual(['XDM-START', 'XDM-START', 'XDM-LAYOUT', 'XDS-URI']);
  });

  it('finds a document that is missing', async () => {
    const bytes = await archive({ 'IHE_XDM/SUBSET01/METADATA.XML': writeMetadata(submission) });
    expect(rules(await checkXdm(bytes))).toContain('XDM-FILE');
  });

  it('gives one finding for an archive that is refused whole', async () => {
    expect(await checkXdm(Buffer.from('PK'))).toMatchObject({
      ok: false,
      findings: [{ rule: 'XDM-REFUSED', found: 'TE_ARCHIVE_INVALID' }],
    });
    const other = Buffer.from(writeMetadata(submission))
      .toString()
      .replaceAll(/value="\d{15}\^\^\^/g, 'value="255069999999934^^^');
    const bytes = await archive({ 'A/METADATA.XML': writeMetadata(submission), 'B/METADATA.XML': Buffer.from(other) });
    expect(await checkXdm(bytes)).toMatchObject({
      ok: false,
      findings: [{ rule: 'XDM-REFUSED', found: 'TE_IDENTITY_MISMATCH' }],
    });
  });
});

describe('preflight', () => {
  const runtime = fixedRuntime();

  it('passes a letter', async () => {
    const archive = await packageXdm(submission);
    const requirements = {
      maxDocumentBytes: 1e6,
      maxMessageBytes: 1e6,
      typeCodeSet: 'current' as const,
      insRequired: true,
    };
    const report = await preflight(submission, requirements, { archive, clockSkewMs: 1000, runtime });
    expect(report).toEqual({ ok: true, findings: [] });
  });

  it('says what a platform would refuse', async () => {
    const hierarchy = await createTestHierarchy();
    const certificate = hierarchy.professional.signature.certDer;
    const archive = await packageXdm(submission);
    const prescription = { code: '29551-9', codeSystem: '2.16.840.1.113883.6.1', displayName: '' };
    const value = withEntry({ typeCode: prescription });
    const entries = [{ ...value.documents[0]!, document: { ...document, qualifiedIns: false } }];
    const report = await preflight(
      { ...value, documents: entries },
      { maxDocumentBytes: 100, maxMessageBytes: 1000, typeCodeSet: 'current', insRequired: true },
      {
        archive,
        certificate,
        clockSkewMs: -400_000,
        runtime: { ...runtime, clock: { now: () => Date.UTC(2020, 0, 1) } },
      },
    );
    expect(rules(report).filter((rule) => rule.startsWith('PRE-'))).toEqual([
      'PRE-DOCUMENT-SIZE',
      'PRE-MESSAGE-SIZE',
      'PRE-TYPE-RETIRED',
      'PRE-INS',
      'PRE-CERTIFICATE',
      'PRE-CLOCK',
      'PRE-FUTURE',
    ]);
  });
});
