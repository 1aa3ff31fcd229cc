import { TerrESanteError } from '../../errors.ts';
import type { Professional, Structure } from '../../identity/index.ts';
import type { ProSanteConnectIdentity } from './model.ts';
import { optionsOf, reading } from '../../internal/border.ts';
import { count } from '../../internal/option-checks.ts';

function choose<T>(items: readonly T[], index: number | undefined, what: string): T {
  // Without an index, only a single item is a choice.
  const only = items.length === 1 ? items[0] : undefined;
  const item = index === undefined ? only : items[index];

  if (item === undefined) {
    throw new TerrESanteError(
      'TE_INPUT_INVALID',
      items.length === 0
        ? 'Pro Santé Connect ne connaît aucune activité pour ce professionnel.'
        : 'Plusieurs activités sont possibles : le professionnel doit choisir la sienne.',
      { details: { what, count: items.length } },
    );
  }

  return item;
}

function required(value: string | null, claim: string): string {
  if (value === null) {
    throw new TerrESanteError('TE_INPUT_INVALID', 'Une donnée professionnelle manque dans Pro Santé Connect.', {
      details: { claim },
    });
  }
  return value;
}

/**
 * The professional and the structure of an assertion, from one activity of the holder. Several
 * activities are never guessed between.
 *
 * @throws TerrESanteError `TE_INPUT_INVALID` when a choice or a claim is missing
 * @see ANS, VIHF built from Pro Santé Connect claims (sample code): roles from `codeProfession` and
 *   `codeSavoirFaire`, structure from `ancienIdentifiantDeLaStructure`, sector from
 *   `codeSecteurDactivite`
 * @group Pro Santé Connect
 */
export function proSanteConnectProfessional(
  identity: ProSanteConnectIdentity,
  choice?: {
    /** Index in `identity.practices`. */
    readonly practice?: number | undefined;
    /** Index in that practice's `activities`. */
    readonly activity?: number | undefined;
  },
): { readonly professional: Professional; readonly structure: Pick<Structure, 'nationalId' | 'activitySector'> } {
  const given = optionsOf('choice', choice, { practice: count(), activity: count() });
  return reading('identity', () => chosen(identity, given));
}

function chosen(
  identity: ProSanteConnectIdentity,
  choice: {
    /** Index in `identity.practices`. */
    readonly practice?: number | undefined;
    /** Index in that practice's `activities`. */
    readonly activity?: number | undefined;
  },
): { readonly professional: Professional; readonly structure: Pick<Structure, 'nationalId' | 'activitySector'> } {
  const practice = choose(identity.practices, choice.practice, 'practice');
  const activity = choose(practice.activities, choice.activity, 'activity');
  const { civilityCode } = identity;

  return {
    professional: {
      nationalId: identity.nationalId,
      familyName: required(practice.familyName ?? identity.familyName, 'nomDexercice'),
      givenName: practice.givenName ?? identity.givenName ?? undefined,
      civility: civilityCode === 'M' || civilityCode === 'MME' ? civilityCode : undefined,
      professionCode: required(practice.professionCode, 'codeProfession'),
      specialtyCode: practice.specialtyCode ?? undefined,
    },
    structure: {
      nationalId: required(activity.structureId, 'ancienIdentifiantDeLaStructure'),
      activitySector: required(activity.sectorCode, 'codeSecteurDactivite'),
    },
  };
}
