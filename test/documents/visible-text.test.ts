import { describe, expect, it } from 'vitest';
import { buildCda, createSubmission } from '../../src/documents/index.ts';
import { fictivePatient, fictiveProfessional, fictiveStructure } from '../../src/testing/index.ts';
import { sourceId } from './helpers/built-document.ts';

const author = { professional: fictiveProfessional(), structure: fictiveStructure() };
const build = (more: object = {}): ReturnType<typeof buildCda> =>
  buildCda({ type: '96349-6', text: 'Contenu', patient: fictivePatient(), author, patientConsent: true, ...more });

const marks: readonly (readonly [name: string, character: string])[] = [
  ['a C0 control', '\u0007'],
  ['a line break', '\n'],
  ['a C1 control', '\u009b'],
  ['a right-to-left override', '\u202e'],
  ['an isolate', '\u2066'],
  ['a right-to-left mark', '\u200f'],
  ['an Arabic letter mark', '\u061c'],
  ['a zero-width space', '\u200b'],
  ['a zero-width joiner', '\u200d'],
  ['a word joiner', '\u2060'],
  ['a byte order mark', '\ufeff'],
  ['a line separator', '\u2028'],
  ['a tag', '\u{e0041}'],
  ['half a pair', '\ud800'],
];

describe('a text that is not what it looks like', () => {
  it.each(marks)('is refused as title and as name: %s', async (_, mark) => {
    const title = { title: `Compte${mark}rendu` };
    const name = { author: { ...author, professional: { ...author.professional, familyName: `MAR${mark}TIN` } } };
    const structure = { author: { ...author, structure: { ...author.structure, name: `Cabinet${mark} fictif` } } };
    for (const input of [title, name, structure]) {
      await expect(build(input)).rejects.toMatchObject({ code: 'TE_INPUT_INVALID' });
    }
  });

  it.each(marks)('is refused in what is said of a submission: %s', async (_, mark) => {
    const document = await build();
    const id = document.header.uniqueId;
    const comment = mark === '\n' ? '\u200b' : mark;
    for (const options of [
      { title: `Envoi${mark}` === 'Envoi\n' ? 'Envoi\u202e' : `Envoi${mark}` },
      { comments: `Note${comment}` },
      { details: { [id]: { comments: `Note${comment}` } } },
    ]) {
      expect(() => createSubmission([document], { sourceId, ...options })).toThrow(
        expect.objectContaining({ code: 'TE_INPUT_INVALID' }),
      );
    }
  });

  it('is no text with accents, ligatures, apostrophes, a soft hyphen or an unbreakable space', async () => {
    const { header } = await build({ title: 'Œdème : suivi à 6\u00a0mois, «\u202fl’épaule\u202f» d’Anaïs – n° 2' });
    expect(header.title).toContain('Œdème');
    const document = await build({ title: 'Compte\u00adrendu' });
    expect(() => createSubmission([document], { sourceId, comments: 'Deux\nlignes\t!' })).not.toThrow();
  });
});
