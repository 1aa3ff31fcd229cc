import { describe, expect, it } from 'vitest';
import { createSubmission, type BuiltDocument } from '../../../src/documents/index.ts';
import { isTerrESanteError } from '../../../src/errors.ts';
import { builtDocument, canaryName, doctor, fixedRuntime, header, sourceId } from '../helpers/built-document.ts';

function refusal(documents: readonly BuiltDocument[], options: { sourceId: string } = { sourceId }): string {
  try {
    createSubmission(documents, { ...options, runtime: fixedRuntime() });
  } catch (error) {
    if (!isTerrESanteError(error)) throw error;
    const shown = JSON.stringify(error) + error.message;
    for (const secret of [canaryName, '279035121518989', 'DOMINIQUE', 'P-000003']) expect(shown).not.toContain(secret);
    return error.code;
  }
  return 'accepted';
}

const { patient } = header();
const second = { uniqueId: '2.999.1.10.5.20260315.2' };

describe('createSubmission', () => {
  it('derives the metadata from the header', () => {
    const {
      submissionSet,
      documents,
      patient: mail,
    } = createSubmission([builtDocument()], { sourceId, runtime: fixedRuntime() });
    const entry = documents[0]!.entry;
    expect(entry).toMatchObject({
      uniqueId: '2.999.1.10.5.20260315.1',
      creationTime: '20260315101000',
      serviceStartTime: '20260315090000',
      serviceStopTime: null,
      patientId: '279035121518989^^^&1.2.250.1.213.1.4.10&ISO^NH',
      sourcePatientId: 'P-000003^^^&2.999.1.2&ISO^PI',
      sourcePatientInfo: [
        `PID-5|${canaryName}^DOMINIQUE^DOMINIQUE MARIE-LOUISE^^^^L`,
        'PID-7|19790328',
        'PID-8|F',
        'PID-11|^^^^^^BDL^^51215',
      ],
      hash: documents[0]!.document.sha1,
      size: documents[0]!.document.content.byteLength,
      uri: 'DOC0001.XML',
      mimeType: 'text/xml',
    });
    expect(submissionSet).toMatchObject({
      submissionTime: '20260315101500',
      sourceId,
      contentTypeCode: { code: '07', codeSystem: '1.2.250.1.213.2.2' },
      patientId: entry.patientId,
      authors: entry.authors,
    });
    expect(submissionSet.uniqueId).toMatch(/^2\.25\.\d+$/);
    expect(mail).toEqual({
      birthName: canaryName,
      firstName: 'DOMINIQUE',
      birthDate: '1979-03-28',
      qualifiedIns: true,
    });
  });

  it('adds the masks to the level, never instead of it', () => {
    const visibility = { hiddenFromPatient: true, hiddenFromProfessionals: true, hiddenFromLegalRepresentatives: true };
    const { documents } = createSubmission([builtDocument({ confidentiality: 'R' }, { visibility })], { sourceId });
    expect(documents[0]!.entry.confidentialityCodes.map(({ code, codeSystem }) => [code, codeSystem])).toEqual([
      ['R', '2.16.840.1.113883.5.25'],
      ['MASQUE_PS', '1.2.250.1.213.1.1.4.13'],
      ['INVISIBLE_PATIENT', '1.2.250.1.213.1.1.4.13'],
      ['INVISIBLE_REPRESENTANTS_LEGAUX', '1.2.250.1.213.1.1.4.13'],
    ]);
  });

  it('uses the local identifier when there is no INS', () => {
    const document = builtDocument({ patient: { ...patient, ins: null } }, { qualifiedIns: false });
    const { documents } = createSubmission([document], { sourceId });
    expect(documents[0]!.entry.patientId).toBe('P-000003^^^&2.999.1.2&ISO^PI');
    expect(documents[0]!.entry.sourcePatientId).toBe('P-000003^^^&2.999.1.2&ISO^PI');
  });

  it('uses the INS twice when there is no local identifier', () => {
    const { documents } = createSubmission([builtDocument({ patient: { ...patient, localIds: [] } })], { sourceId });
    expect(documents[0]!.entry.sourcePatientId).toBe('279035121518989^^^&1.2.250.1.213.1.4.10&ISO^NH');
  });

  it('writes a device as a system and a patient author without institution', () => {
    const device = {
      ...doctor,
      kind: 'device' as const,
      id: { system: '1.2.250.1.71.4.2.1', value: '3990000010/9762' },
      device: { software: 'Automate', model: 'X1' },
    };
    const self = {
      ...doctor,
      kind: 'patient' as const,
      id: { system: '1.2.250.1.213.1.4.10', value: '279035121518989' },
    };
    const { documents } = createSubmission([builtDocument({ authors: [device, self] })], { sourceId });
    const [first, other] = documents[0]!.entry.authors;
    expect(first).toMatchObject({ person: { family: 'Automate', given: 'X1', nameType: 'U', idType: 'RI' } });
    expect(other).toMatchObject({ person: { nameType: 'D', idType: 'NH' }, institution: null });
  });

  it.each([
    ['no document', [], 'TE_INPUT_INVALID'],
    ['the same document twice', [builtDocument(), builtDocument()], 'TE_DUPLICATE'],
    [
      'two patients',
      [
        builtDocument(),
        builtDocument({
          ...second,
          patient: { ...patient, ins: { value: '255069999999934', oid: '1.2.250.1.213.1.4.10' } },
        }),
      ],
      'TE_IDENTITY_MISMATCH',
    ],
    [
      'two birth dates',
      [builtDocument(), builtDocument({ ...second, patient: { ...patient, birthTime: '19790329' } })],
      'TE_IDENTITY_MISMATCH',
    ],
    ['an INS that may not be transmitted', [builtDocument({}, { qualifiedIns: false })], 'TE_IDENTITY_STATUS'],
    [
      'no identifier at all',
      [builtDocument({ patient: { ...patient, ins: null, localIds: [] } })],
      'TE_DOCUMENT_INVALID',
    ],
    [
      'a delimiter in an identifier',
      [builtDocument({ patient: { ...patient, localIds: [{ system: '2.999.1.2', value: 'P^&1' }] } })],
      'TE_INPUT_INVALID',
    ],
    ['no legal authenticator', [builtDocument({ legalAuthenticator: null })], 'TE_DOCUMENT_INVALID'],
    ['no facility type', [builtDocument({ encounter: null })], 'TE_DOCUMENT_INVALID'],
    ['no act', [builtDocument({ acts: [] })], 'TE_DOCUMENT_INVALID'],
    ['no author', [builtDocument({ authors: [] })], 'TE_DOCUMENT_INVALID'],
    ['an older confidentiality', [builtDocument({ confidentiality: 'L' })], 'TE_DOCUMENT_INVALID'],
  ])('refuses %s', (_, documents, code) => {
    expect(refusal(documents)).toBe(code);
  });

  it.each(['urn:oid:2.999.1', '2.999.01', '1', ''])('refuses %j as source', (value) => {
    expect(refusal([builtDocument()], { sourceId: value })).toBe('TE_INPUT_INVALID');
  });
});
