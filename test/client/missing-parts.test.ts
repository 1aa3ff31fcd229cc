import { describe, expect, it } from 'vitest';
import { createPkcs12Provider, createVihf } from '../../src/auth/index.ts';
import { buildLetter, createSubmission } from '../../src/documents/index.ts';
import { createClient } from '../../src/index.ts';
import { fictiveConfig } from '../../src/simulator/index.ts';
import {
  createTestHierarchy,
  demoLetterPdf,
  fictivePatient,
  fictiveProfessional,
  fictiveStructure,
} from '../../src/testing/index.ts';
import { openSpoolStore } from '../../src/transport/index.ts';

/** What JavaScript lets through: the types would refuse it. */
const untyped = (value: unknown): never => value as never;
const { pfx, password } = (await createTestHierarchy()).professional.signature;
const auth = await createPkcs12Provider({ pfx, password });
const author = { professional: fictiveProfessional(), structure: fictiveStructure() };
const letter = { patient: fictivePatient(), author, patientConsent: true, pdf: demoLetterPdf() };
const vihf = {
  ...author,
  authentication: { means: 'card', instant: 0 },
  software: { name: 'LPS FICTIF', version: '1.0' },
  target: { resourceUrn: 'urn:exemple' },
} as const;

describe('a record that lacks a part the types ask for', () => {
  it.each([
    ['patient', 'TE_INPUT_INVALID', { patient: undefined }],
    ['author', 'TE_INPUT_INVALID', { author: undefined }],
    ['author.structure', 'TE_INPUT_INVALID', { author: { professional: author.professional } }],
    ['author.professional', 'TE_INPUT_INVALID', { author: { professional: null, structure: author.structure } }],
    ['otherAuthors[0]', 'TE_INPUT_INVALID', { otherAuthors: [null] }],
  ])('letter without %s', async (field, code, change) => {
    await expect(buildLetter(untyped({ ...letter, ...change }))).rejects.toMatchObject({ code, details: { field } });
  });

  it('letter for a patient without traits', async () => {
    await expect(
      buildLetter(untyped({ ...letter, patient: { localId: letter.patient.localId } })),
    ).rejects.toMatchObject({
      code: 'TE_IDENTITY_INCOMPLETE',
      details: { missing: ['birthName', 'firstName', 'birthDate', 'sex'] },
    });
  });

  it.each(['professional', 'structure', 'authentication', 'software', 'target'])('VIHF without %s', async (part) => {
    await expect(createVihf(untyped({ ...vihf, [part]: undefined }), auth)).rejects.toMatchObject({
      code: 'TE_INPUT_INVALID',
      findings: [{ rule: 'VIHF-INPUT', path: part }],
    });
  });

  it('VIHF for a software without a name', async () => {
    await expect(createVihf(untyped({ ...vihf, software: {} }), auth)).rejects.toMatchObject({
      code: 'TE_INPUT_INVALID',
      findings: [{ path: 'software' }],
    });
  });

  it('submission of a document that is not awaited, or not in an array', async () => {
    const pending = buildLetter(letter);
    for (const documents of [[pending], await pending, undefined, [{}], [null]]) {
      expect(() => createSubmission(untyped(documents), { sourceId: '2.999.1' })).toThrow(/attendez \(await\)/);
    }
    const documents = [await pending];
    expect(() => createSubmission(documents, untyped(undefined))).toThrow(/^Identifiant du logiciel émetteur/);
    const te = createClient(fictiveConfig(), { auth });
    const submission = createSubmission(documents, { sourceId: '2.999.1' });
    await expect(te.documents.deposit(letter.patient, submission, untyped(undefined))).rejects.toMatchObject({
      code: 'TE_CONSENT_REQUIRED',
    });
    await te.close();
  });

  it('client without a provider, consent without its kinds, spool without a folder, key file without a password', async () => {
    for (const options of [undefined, {}]) {
      expect(() => createClient(fictiveConfig(), untyped(options))).toThrow(
        expect.objectContaining({ code: 'TE_CONFIG_INVALID' }),
      );
    }
    const te = createClient(fictiveConfig(), { auth });
    expect(() => te.consent.record(letter.patient, untyped({}))).toThrow(
      expect.objectContaining({ code: 'TE_INPUT_INVALID', details: { path: 'kinds' } }),
    );
    await te.close();
    for (const options of [{}, { folder: '' }]) {
      await expect(openSpoolStore(untyped(options))).rejects.toMatchObject({ code: 'TE_CONFIG_INVALID' });
    }
    for (const options of [{}, { pfx }, { pfx: 'card.p12', password }]) {
      await expect(createPkcs12Provider(untyped(options))).rejects.toMatchObject({ code: 'TE_INPUT_INVALID' });
    }
  });

  // An INS under another name, a place that is no code, a record that is none: each is refused by a
  // reason, and by no error of the engine.
  const patients: readonly (readonly [string, unknown])[] = [
    ['nothing', undefined],
    ['a text', 'DUPRE'],
    ['nothing in it', {}],
    ['an INS that is a text', { ...letter.patient, ins: '2790328123456' }],
    ['an INS under another name', { ...letter.patient, ins: { matricule: '2790328123456' } }],
    ['an INS of numbers', { ...letter.patient, ins: { value: 2_790_328, oid: 1 } }],
    ['traits that are a list', { ...letter.patient, traits: [] }],
  ];
  it.each(patients)('a patient with %s, at every door of the client', async (_, patient) => {
    const te = createClient(fictiveConfig(), { auth });
    try {
      for (const call of [
        () => te.dossier.create(untyped(patient), untyped({ consent: {} })),
        () => te.documents.deposit(untyped(patient), untyped({}), { patientConsent: true }),
        () => te.documents.deposit(letter.patient, untyped(patient), { patientConsent: true }),
        () => te.documents.depositLetter(untyped(patient), { pdf: letter.pdf, patientConsent: true }),
      ]) {
        const error: unknown = await call().then(
          () => 'taken',
          (thrown: unknown) => thrown,
        );
        expect(error).toMatchObject({ code: expect.stringMatching(/^TE_/) });
        expect(error).not.toMatchObject({ code: 'TE_INTERNAL' });
      }
    } finally {
      await te.close();
    }
  });
});
