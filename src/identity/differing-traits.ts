import { comparableName } from './names.ts';
import type { PatientTraits } from './patient.ts';

/**
 * The same name but for capitals, accents and separators. A name that the INS alphabet cannot write
 * is only itself.
 */
function sameName(left: string, right: string): boolean {
  if (left === right) return true;

  const [leftForm, rightForm] = [comparableName(left), comparableName(right)];
  return leftForm !== null && leftForm.replaceAll(' ', '') === rightForm?.replaceAll(' ', '');
}

/**
 * Which strict traits differ between what the software holds and what a submission or an answer of
 * the platform says. A trait that one side lacks is not compared.
 */
export function differingTraits(held: PatientTraits, said: PatientTraits): string[] {
  const out: string[] = [];
  for (const name of ['birthName', 'firstName'] as const) {
    if (held[name] && said[name] && !sameName(held[name], said[name])) out.push(name);
  }
  if (held.birthDate && said.birthDate && held.birthDate !== said.birthDate) out.push('birthDate');
  if (held.sex && said.sex && held.sex !== said.sex) out.push('sex');
  return out;
}
