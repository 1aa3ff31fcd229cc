import { comparableName } from '../../identity/names.ts';
import type { PatientTraits } from '../../identity/index.ts';

/**
 * The same name but for capitals, accents and separators. A name that the INS alphabet cannot write
 * is only itself.
 */
function sameName(ours: string, theirs: string): boolean {
  if (ours === theirs) return true;
  const [left, right] = [comparableName(ours), comparableName(theirs)];
  return left !== null && left.replaceAll(' ', '') === right?.replaceAll(' ', '');
}

/**
 * Which strict traits differ between what the software holds and what the platform returned. A
 * trait that one side lacks is not compared.
 */
export function differingTraits(ours: PatientTraits, theirs: PatientTraits): string[] {
  const out: string[] = [];
  for (const name of ['birthName', 'firstName'] as const) {
    if (ours[name] && theirs[name] && !sameName(ours[name], theirs[name])) out.push(name);
  }
  if (ours.birthDate && theirs.birthDate && ours.birthDate !== theirs.birthDate) out.push('birthDate');
  if (ours.sex && theirs.sex && ours.sex !== theirs.sex) out.push('sex');
  return out;
}
