import type { PatientTraits } from '../../identity/index.ts';

/** Letters only, in upper case without accents: how a name is compared, never how it is written. */
function letters(name: string | undefined): string {
  return (name ?? '')
    .normalize('NFD')
    .replaceAll(/\p{M}/gu, '')
    .replaceAll(/[œŒ]/g, 'OE')
    .replaceAll(/[æÆ]/g, 'AE')
    .toUpperCase()
    .replaceAll(/[^A-Z]/g, '');
}

/**
 * Which strict traits differ between what the software holds and what the platform returned. A trait that one side lacks is
 * not compared.
 */
export function differingTraits(ours: PatientTraits, theirs: PatientTraits): string[] {
  const out: string[] = [];
  for (const name of ['birthName', 'firstName'] as const)
    if (ours[name] && theirs[name] && letters(ours[name]) !== letters(theirs[name])) out.push(name);
  if (ours.birthDate && theirs.birthDate && ours.birthDate !== theirs.birthDate) out.push('birthDate');
  if (ours.sex && theirs.sex && ours.sex !== theirs.sex) out.push('sex');
  return out;
}
