import type { Finding } from '../../../errors.ts';
import type { LooseConfig } from '../loose.ts';
import { finding, shape, texts } from './finding.ts';

/** Type digit and form of the number (TRE_G07). */
const structureIds: Readonly<Record<string, { readonly form: RegExp; readonly words: string }>> = {
  FINESS: { form: /^1[0-9][0-9AB][0-9]{7}$/, words: "1 suivi d'un numéro FINESS de 9 caractères" },
  SIRET: { form: /^3[0-9]{14}$/, words: "3 suivi d'un numéro SIRET de 14 chiffres" },
  SIREN: { form: /^2[0-9]{9}$/, words: "2 suivi d'un numéro SIREN de 9 chiffres" },
  'RPPS-RANG': { form: /^4[0-9]{14}$/, words: "4 suivi du numéro RPPS et d'un rang de 3 chiffres" },
  'ADELI-RANG': { form: /^0[0-9A-Z]{9,14}$/, words: '0 suivi du numéro ADELI et du rang' },
  INTERNAL: { form: /^[0-9A-Za-z./-]{1,64}$/, words: 'un identifiant sans délimiteur' },
};

export function structureRules(config: LooseConfig): Finding[] {
  const out: Finding[] = [];
  const kind = config.text('structure.nationalIdKind');
  const nationalId = config.text('structure.nationalId');
  const known = Object.hasOwn(structureIds, kind) ? structureIds[kind] : undefined;
  if (!known?.form.test(nationalId)) {
    out.push(
      finding({
        rule: 'CFG-15',
        severity: 'error',
        path: known ? 'structure.nationalId' : 'structure.nationalIdKind',
        message: known
          ? "L'identifiant de la structure ne correspond pas à sa nature."
          : "La nature de l'identifiant de la structure est inconnue.",
        messageEn: known
          ? 'The national identifier of the structure does not fit its kind.'
          : 'The kind of the identifier of the structure is unknown.',
        found: known ? shape(nationalId) : kind.slice(0, 20) || null,
        expected: known ? known.words : Object.keys(structureIds).join(', '),
        fix: "Recopiez l'identifiant de structure lu sur la carte CPS.",
        reference: `${texts.nos} (TRE_G07-TypeIdentifiantStructure)`,
      }),
    );
  }
  const sector = config.text('structure.activitySector');
  if (!/^SA[0-9]{2}$/.test(sector)) {
    out.push(
      finding({
        rule: 'CFG-16',
        severity: 'error',
        path: 'structure.activitySector',
        message: "Le secteur d'activité n'a pas la forme attendue.",
        messageEn: 'The activity sector is not of the expected form.',
        found: sector === '' ? null : sector.slice(0, 20),
        expected: 'SA et deux chiffres, par exemple SA07',
        fix: "Choisissez un code de la table des secteurs d'activité.",
        reference: `${texts.nos} (TRE_R02-SecteurActivite)`,
      }),
    );
  }
  const situation = config.text('user.exerciseSituation');
  if (situation !== '' && situation !== sector) {
    out.push(
      finding({
        rule: 'CFG-18',
        severity: 'warning',
        path: 'user.exerciseSituation',
        message: "La structure et la situation d'exercice de la carte ne sont pas du même secteur.",
        messageEn: 'The structure and the exercise situation of the card are not of the same sector.',
        found: situation.slice(0, 20),
        expected: sector === '' ? null : sector,
        fix: "Choisissez la situation d'exercice qui correspond à cette structure.",
        reference: texts.vihf,
      }),
    );
  }
  return out;
}
