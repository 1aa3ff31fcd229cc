import type { PatientTraits } from '../../identity/index.ts';

export function letters(name: string | undefined): string {
  return (name ?? '')
    .normalize('NFD')
    .replaceAll(/\p{M}/gu, '')
    .toUpperCase()
    .replaceAll(/[^A-Z]/g, '');
}

/** Birth place as far as it is known: the commune code, else the postal code, else the country. */
function place({ birthPlace }: PatientTraits): string {
  return birthPlace?.communeInsee ?? birthPlace?.postalCode ?? birthPlace?.countryInsee ?? '';
}

export function sameStrictTraits(a: PatientTraits, b: PatientTraits): boolean {
  return (
    letters(a.birthName) === letters(b.birthName) &&
    letters(a.firstName) === letters(b.firstName) &&
    a.birthDate === b.birthDate &&
    a.sex === b.sex
  );
}

/** The five traits: what finds a candidate when no identifier does. */
export function sameFiveTraits(a: PatientTraits, b: PatientTraits): boolean {
  return sameStrictTraits(a, b) && place(a) === place(b);
}
