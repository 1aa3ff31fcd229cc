import { describe, expect, it } from 'vitest';
import { proSanteConnectProfessional, type ProSanteConnectIdentity } from '../../../src/auth/index.ts';
import { readIdentity } from '../../../src/auth/pro-sante-connect/claims.ts';

const base = { sub: 'f:00000000-0000-4000-8000-000000000000:899900000011', SubjectNameID: '899900000011' };
const activity = { codeSecteurDactivite: 'SA07', ancienIdentifiantDeLaStructure: '499900000011001' };
const practice = { codeProfession: '10', nomDexercice: 'FICTIF', codeSavoirFaire: 'SM26', activities: [activity] };
const of = (...exercices: unknown[]): ProSanteConnectIdentity =>
  readIdentity({ ...base, SubjectRefPro: { codeCivilite: 'MME', exercices } });

describe('UserInfo claims', () => {
  it('gives codes with their table', () => {
    const identity = readIdentity({
      ...base,
      SubjectRole: ['10^1.2.250.1.213.1.1.5.5', '40^1.2.250.1.71.1.2.7', '10', 'a^b', 7, '1^2^3'],
      Secteur_Activite: 'SA07^1.2.250.1.71.4.2.4',
      Palier_Authentification: 'APPPRIP3^1.2.250.1.213.1.5.1.1.1',
      Acces_Regulation_Medicale: 'FAUX',
      otherIds: [{ identifiant: 'X', origine: 'RPPS', qualite: '1' }, { origine: 'sans' }, null],
    });
    expect(identity.roles).toEqual([
      { code: '10', system: '1.2.250.1.213.1.1.5.5' },
      { code: '40', system: '1.2.250.1.71.1.2.7' },
    ]);
    expect(identity.activitySector).toEqual({ code: 'SA07', system: '1.2.250.1.71.4.2.4' });
    expect(identity.medicalRegulation).toBe(false);
    expect(identity.otherIds).toEqual([{ id: 'X', origin: 'RPPS', quality: '1' }]);
  });

  it.each([
    [{}, 'TE_PROTOCOL'],
    [{ sub: 'x' }, 'TE_PROTOCOL'],
    [{ ...base, SubjectNameID: '8999\n' }, 'TE_PROTOCOL'],
    [{ ...base, SubjectNameID: ['899900000011'] }, 'TE_PROTOCOL'],
    [{ ...base, SubjectNameID: '899900000029' }, 'TE_IDENTITY_MISMATCH'],
  ])('refuses %j', (claims, code) => {
    expect(() => readIdentity(claims)).toThrow(expect.objectContaining({ code }));
  });

  it.each([null, 'x', 7, [], [null], { exercices: 'x' }, { exercices: [null, 7, { activities: {} }] }])(
    'leaves out what it does not understand: %j',
    (SubjectRefPro) => {
      const identity = readIdentity({ ...base, SubjectRefPro, SubjectRole: SubjectRefPro, otherIds: SubjectRefPro });
      expect(identity.nationalId).toBe('899900000011');
      expect(identity.practices.flatMap(({ activities }) => activities)).toEqual([]);
    },
  );
});

describe('proSanteConnectProfessional', () => {
  it('takes the only activity', () => {
    expect(proSanteConnectProfessional(of(practice))).toEqual({
      professional: {
        nationalId: '899900000011',
        familyName: 'FICTIF',
        givenName: undefined,
        civility: 'MME',
        professionCode: '10',
        specialtyCode: 'SM26',
      },
      structure: { nationalId: '499900000011001', activitySector: 'SA07' },
    });
  });

  it('never guesses between several', () => {
    const two = of(practice, {
      ...practice,
      codeProfession: '60',
      activities: [activity, { ...activity, codeSecteurDactivite: 'SA01' }],
    });
    const attempt = (choice: Parameters<typeof proSanteConnectProfessional>[1]): unknown => {
      try {
        return proSanteConnectProfessional(two, choice).structure.activitySector;
      } catch (error) {
        return (error as { code: string }).code;
      }
    };
    expect(attempt({})).toBe('TE_INPUT_INVALID');
    expect(attempt({ practice: 0 })).toBe('SA07');
    expect(attempt({ practice: 1 })).toBe('TE_INPUT_INVALID');
    expect(attempt({ practice: 1, activity: 1 })).toBe('SA01');
    expect(attempt({ practice: 2 })).toBe('TE_INPUT_INVALID');
  });

  it('wants what an assertion needs', () => {
    for (const broken of [
      { ...practice, codeProfession: '' },
      { ...practice, activities: [{}] },
      { ...practice, activities: [] },
    ]) {
      expect(() => proSanteConnectProfessional(of(broken))).toThrow(
        expect.objectContaining({ code: 'TE_INPUT_INVALID' }),
      );
    }
  });
});
