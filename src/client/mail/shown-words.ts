import { TerrESanteError } from '../../errors.ts';
import type { PatientTraits } from '../../identity/index.ts';
import { comparableName } from '../../identity/names.ts';

/** An INS or a NIR, with its key or without, in the groups in which people write it. */
const numberShape = /(?<![0-9A-Z])[1-478](?:[ .-]?[0-9AB]){12}(?:[ .-]?\d{2})?(?![0-9A-Z])/i;

/**
 * Subjects and file names are never encrypted from end to end, and servers log them: an INS never
 * stands there, a name or a birth date only where the rule prescribes them, in the subject of an
 * archive and in the name of a PDF copy.
 *
 * @throws TerrESanteError `TE_INPUT_INVALID`, the words are never quoted
 *
 * @see ANS, Référentiel socle MSSanté n° 2, exigences ECO.2.1.3 and ECO.2.1.6
 */
export function requireNoTrait(field: string, words: string, traits: PatientTraits | null): void {
  const isTrait = numberShape.test(words) || (traits !== null && namesPatient(words, traits));
  if (!isTrait) return;

  throw new TerrESanteError('TE_INPUT_INVALID', "L'objet d'un courrier ne porte aucun trait du patient.", {
    details: { argument: field, reason: 'trait' },
  });
}

function namesPatient(words: string, traits: PatientTraits): boolean {
  const { birthName, usedName, firstName, usedFirstName, birthDate } = traits;
  // Not what the alphabet of the INS can write: only the words of it.
  const text = ` ${wordsOf(words)} `;
  const names = [birthName, usedName, firstName, usedFirstName].map((name) => wordsOf(name ?? ''));
  if (names.some((name) => name !== '' && text.includes(` ${name} `))) return true;

  const [year = '', month = '', day = ''] = (birthDate ?? '').split('-');
  const digits = words.replaceAll(/[^0-9]+/g, ' ');
  return day !== '' && [`${day} ${month} ${year}`, `${year} ${month} ${day}`].some((date) => digits.includes(date));
}

/** Words in the alphabet of the INS; what it cannot write parts them. */
function wordsOf(text: string): string {
  const parts = text.split(/[^\p{L}\p{M}' -]+/u).map((part) => comparableName(part) ?? '');
  return parts.filter((part) => part !== '').join(' ');
}
