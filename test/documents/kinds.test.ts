import { describe, expect, it } from 'vitest';
import { buildDocument, buildLetter, documentKinds, type DocumentKind } from '../../src/documents/index.ts';
import { findType } from '../../src/nomenclature/index.ts';
import { demoLetterPdf, fictivePatient, fictiveProfessional, fictiveStructure } from '../../src/testing/index.ts';

const kinds = Object.keys(documentKinds) as readonly DocumentKind[];
const common = () => ({
  patient: fictivePatient(),
  author: { professional: fictiveProfessional(), structure: fictiveStructure() },
  patientConsent: true,
});
const contents = {
  pdf: { pdf: demoLetterPdf() },
  summary: { content: { allergies: 'none' } },
  'pdf-or-text': { type: '96349-6', text: 'Bonjour.' },
} as const;

describe('the defaults of a letter', () => {
  it('has the type of a certificate, its label as title, and the first author everywhere', async () => {
    const { header, classCode, kind } = await buildLetter({ ...common(), pdf: demoLetterPdf() });
    const { nationalId } = fictiveProfessional();
    expect(kind).toBe('letter');
    expect(header.type).toMatchObject({ code: 'CERT_DECL', codeSystem: '1.2.250.1.213.1.1.4.12' });
    expect(header.title).toBe('Certificat, déclaration');
    expect(classCode.code).toBe('52');
    expect(header.authors.map(({ id }) => id?.value)).toEqual([nationalId]);
    expect(header.legalAuthenticator?.id?.value).toBe(nationalId);
    expect(header.acts[0]?.performer?.id?.value).toBe(nationalId);
    expect(header.custodian.name).toBe(fictiveStructure().name);
    expect(header).toMatchObject({ confidentiality: 'N', languageCode: 'fr-FR', versionNumber: 1 });
  });

  it('takes the label of the type that is given as title, and the title that is given before it', async () => {
    const letter = { ...common(), pdf: demoLetterPdf(), type: '96349-6' as const };
    expect((await buildLetter(letter)).header.title).toBe("Lettre d'adressage");
    expect((await buildLetter({ ...letter, title: 'Au cardiologue' })).header.title).toBe('Au cardiologue');
  });
});

describe('the table of kinds', () => {
  it.each(kinds)('%s: the document is built with its default type, whose label is the title', async (kind) => {
    const { body, types } = documentKinds[kind];
    const { type = types?.current } = { ...contents[body] } as { type?: string };
    const built = await buildDocument(kind, { ...common(), ...contents[body] });
    const concept = await findType(type ?? '');
    expect(built.kind).toBe(kind);
    expect(built.header.type.code).toBe(type);
    expect(built.header.title).toBe(concept?.displayName);
  });

  it.each(kinds.filter((kind) => documentKinds[kind].types !== null))(
    '%s: the types of the guide exist, now or retired with a successor',
    async (kind) => {
      const { types } = documentKinds[kind];
      const guide = await findType(types?.['eo-9.05'] ?? '');
      expect((await findType(types?.current ?? ''))?.active).toBe(true);
      expect(guide?.active === true || guide?.successor?.code).toBeTruthy();
    },
  );

  it('refuses a kind or a code set that is not in it', async () => {
    const letter = { ...common(), pdf: demoLetterPdf() };
    await expect(buildDocument('toString' as DocumentKind, letter)).rejects.toMatchObject({ code: 'TE_INPUT_INVALID' });
    await expect(buildLetter({ ...letter, codeSet: 'toString' as 'current' })).rejects.toMatchObject({
      code: 'TE_INPUT_INVALID',
      details: { field: 'codeSet' },
    });
  });
});
