import { TerrESanteError } from '../../errors.ts';
import { isOid } from '../../internal/oid.ts';
import type {
  ProSanteConnectActivity,
  ProSanteConnectCode,
  ProSanteConnectIdentity,
  ProSanteConnectPractice,
} from './model.ts';

type Claims = Readonly<Record<string, unknown>>;
/** More than any professional has; a longer list is cut. */
const most = 100;

function text(claims: Claims, name: string): string | null {
  const value = claims[name];
  return typeof value === 'string' && value !== '' && value.length <= 500 && !/[\u0000-\u001f\u007f]/.test(value)
    ? value
    : null;
}

function objects(claims: Claims, name: string): Claims[] {
  const value = claims[name];
  if (!Array.isArray(value)) return [];
  return value
    .slice(0, most)
    .filter((item): item is Claims => typeof item === 'object' && item !== null && !Array.isArray(item));
}

function coded(value: unknown): ProSanteConnectCode | null {
  if (typeof value !== 'string' || value.length > 200) return null;
  const [code = '', system = '', ...rest] = value.split('^');
  return rest.length === 0 && /^[\w.-]{1,64}$/.test(code) && isOid(system) ? { code, system } : null;
}

function activity(claims: Claims): ProSanteConnectActivity {
  return {
    modeCode: text(claims, 'codeModeExercice'),
    sectorCode: text(claims, 'codeSecteurDactivite'),
    siteName: text(claims, 'raisonSocialeSite'),
    finess: text(claims, 'numeroFinessSite'),
    siret: text(claims, 'numeroSiretSite'),
    technicalId: text(claims, 'identifiantTechniqueDeLaStructure'),
    structureId: text(claims, 'ancienIdentifiantDeLaStructure'),
  };
}

function practice(claims: Claims): ProSanteConnectPractice {
  return {
    professionCode: text(claims, 'codeProfession'),
    categoryCode: text(claims, 'codeCategorieProfessionnelle'),
    familyName: text(claims, 'nomDexercice'),
    givenName: text(claims, 'prenomDexercice'),
    specialtyTypeCode: text(claims, 'codeTypeSavoirFaire'),
    specialtyCode: text(claims, 'codeSavoirFaire'),
    activities: objects(claims, 'activities').map(activity),
  };
}

/** Only the value FAUX is seen in published samples; VRAI is its counterpart (inferred). */
function yesOrNo(value: string | null): boolean | null {
  if (value === 'FAUX') return false;
  return value === 'VRAI' ? true : null;
}

/**
 * The shape of a national identifier: a type digit and a number, or, for a person that a structure
 * named, the number of the structure, a slash and a local identifier with its own signs (table
 * TRE_G08). What it stands for is not read here.
 */
export function isNationalId(value: string): boolean {
  return /^[0-9A-Za-z]{2,64}(?:\/[^\s^&|~\\/\p{C}]{1,50})?$/u.test(value);
}

/** National identifier and subject of the claims, which must name one person. */
function requireSubject(claims: Claims): { readonly subject: string; readonly nationalId: string } {
  const subject = text(claims, 'sub');
  const nationalId = text(claims, 'SubjectNameID');
  if (subject === null || nationalId === null || !isNationalId(nationalId)) {
    throw new TerrESanteError(
      'TE_PROTOCOL',
      "Pro Santé Connect n'a pas donné l'identifiant national du professionnel.",
    );
  }

  // `f:<uuid>:<national id>`; a subject of another shape names no one.
  const named = /^f:[0-9a-fA-F-]{36}:(?<id>.+)$/.exec(subject)?.groups?.['id'];
  if (named !== undefined && named !== nationalId) {
    throw new TerrESanteError(
      'TE_IDENTITY_MISMATCH',
      'Pro Santé Connect donne deux identifiants différents pour la même personne.',
    );
  }

  return { subject, nationalId };
}

function otherIds(claims: Claims): ProSanteConnectIdentity['otherIds'] {
  return objects(claims, 'otherIds').flatMap((other) => {
    const id = text(other, 'identifiant');
    return id === null ? [] : [{ id, origin: text(other, 'origine'), quality: text(other, 'qualite') }];
  });
}

/**
 * Reads the claims of UserInfo into a professional identity.
 *
 * @throws TerrESanteError `TE_PROTOCOL` without a national identifier, `TE_IDENTITY_MISMATCH` when
 *   `sub` names another one
 */
export function readIdentity(claims: Claims): ProSanteConnectIdentity {
  const { subject, nationalId } = requireSubject(claims);

  const reference = claims['SubjectRefPro'];
  const refPro = typeof reference === 'object' && reference !== null ? (reference as Claims) : {};
  const roles = Array.isArray(claims['SubjectRole']) ? claims['SubjectRole'].slice(0, most) : [];

  return {
    subject,
    nationalId,
    familyName: text(claims, 'family_name'),
    givenName: text(claims, 'given_name'),
    civilityCode: text(refPro, 'codeCivilite'),
    roles: roles.map(coded).filter((role) => role !== null),
    activitySector: coded(claims['Secteur_Activite']),
    organization: text(claims, 'SubjectOrganization'),
    organizationId: text(claims, 'SubjectOrganizationID'),
    practices: objects(refPro, 'exercices').map(practice),
    otherIds: otherIds(claims),
    level: coded(claims['Palier_Authentification']),
    accessReason: text(claims, 'Mode_Acces_Raison'),
    medicalRegulation: yesOrNo(text(claims, 'Acces_Regulation_Medicale')),
    localId: text(claims, 'PSI_Locale'),
  };
}
