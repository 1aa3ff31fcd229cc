import { fictiveProfessional, fictiveStructure } from '../../testing/index.ts';
import type { PscAccount } from './model.ts';

const subjectPrefix = 'f:00000000-0000-4000-8000-000000000000:';

/** The `sub` claim of an account: `f:<uuid>:<national identifier>`. */
export function subjectOf(nationalId: string): string {
  return `${subjectPrefix}${nationalId}`;
}

export function nationalIdOf(subject: string): string {
  return subject.slice(subject.lastIndexOf(':') + 1);
}

/** One practice of the fictive professional, with its one activity. */
function practiceClaims(): Record<string, unknown> {
  const { familyName, givenName, professionCode, specialtyCode } = fictiveProfessional();
  const { activitySector, name, nationalId } = fictiveStructure();

  return {
    codeProfession: professionCode,
    codeCategorieProfessionnelle: 'C',
    nomDexercice: familyName,
    prenomDexercice: givenName,
    codeTypeSavoirFaire: 'S',
    codeSavoirFaire: specialtyCode,
    activities: [
      {
        codeModeExercice: 'L',
        codeSecteurDactivite: activitySector,
        raisonSocialeSite: name,
        ancienIdentifiantDeLaStructure: nationalId,
      },
    ],
  };
}

/** UserInfo of an account: the fictive professional, under the account's own claims. */
export function claimsOf({ nationalId, claims }: PscAccount): Record<string, unknown> {
  const { familyName, givenName, professionCode, civility } = fictiveProfessional();

  return {
    SubjectNameID: nationalId,
    preferred_username: nationalId,
    family_name: familyName,
    given_name: givenName,
    SubjectRole: [`${professionCode}^1.2.250.1.213.1.1.5.5`],
    Secteur_Activite: `${fictiveStructure().activitySector}^1.2.250.1.71.4.2.4`,
    Palier_Authentification: 'APPPRIP3^1.2.250.1.213.1.5.1.1.1',
    Acces_Regulation_Medicale: 'FAUX',
    otherIds: [{ identifiant: nationalId, origine: 'RPPS', qualite: '1' }],
    SubjectRefPro: { codeCivilite: civility, exercices: [practiceClaims()] },
    ...claims,
  };
}

/** Every claim that UserInfo may hold. */
export const claimNames: readonly string[] = [
  ...Object.keys(claimsOf({ nationalId: '' })),
  'authMode',
  'Mode_Acces_Raison',
  'PSI_Locale',
];
