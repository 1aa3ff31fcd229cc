import type { Finding } from '../../../errors.ts';
import { parseCx } from '../../../internal/hl7.ts';
import { isOid } from '../../../internal/oid.ts';
import { isPurpose, professionsWithSpecialty, professionSystem, purposeSystem } from '../codes.ts';
import { personIdentifier, structureIdentifier } from '../input-rules.ts';
import { contextClassPrefix, modeValues, vihfAttribute, vihfVersions } from '../names.ts';
import type { AssertionContent, VihfValue } from './content.ts';
import { problem } from './problem.ts';

/** The mode of an assertion by its attribute, under either published spelling. */
export function modeOf({ attributes }: AssertionContent): keyof typeof modeValues | null {
  const values = [vihfAttribute.mode, 'Authentification_mode'].flatMap((name) => attributes.get(name) ?? []);
  if (values.length !== 1) return null;
  const found = Object.entries(modeValues).find(([, value]) => value === values[0]);
  return found ? (found[0] as keyof typeof modeValues) : null;
}

export function stringOf(content: AssertionContent, name: string): string | null {
  const values = content.attributes.get(name);
  const [value] = values ?? [];
  return values?.length === 1 && typeof value === 'string' && value !== '' ? value : null;
}

const missing = (name: string): Finding =>
  problem(
    'VIHF-ATTRIBUTE',
    `Attribute[@Name="${name}"]`,
    `Attribut ${name} absent, vide ou répété.`,
    `Attribute ${name} is missing, empty or repeated.`,
    {
      fix: `Renseignez ${name} avec une seule valeur.`,
    },
  );

function codedProblems(name: string, element: string, values: readonly VihfValue[]): Finding[] {
  const bad = values.some(
    (value) =>
      typeof value === 'string' ||
      value.element !== element ||
      value.code === '' ||
      value.displayName === '' ||
      !isOid(value.codeSystem),
  );
  return bad
    ? [
        problem('VIHF-CODE', `Attribute[@Name="${name}"]`, 'Valeur codée incomplète.', 'Incomplete coded value.', {
          expected: `${element} avec code, codeSystem (OID), displayName`,
        }),
      ]
    : [];
}

function roleProblems(content: AssertionContent): Finding[] {
  const name = vihfAttribute.role;
  const roles = content.attributes.get(name) ?? [];
  if (roles.length < 1 || roles.length > 2) {
    return [
      problem(
        'VIHF-ROLE',
        `Attribute[@Name="${name}"]`,
        'Un ou deux rôles attendus dans un seul attribut.',
        'One or two roles in one attribute.',
        { found: String(roles.length) },
      ),
    ];
  }
  const out = codedProblems(name, 'Role', roles);
  const [first] = roles;
  if (
    out.length === 0 &&
    typeof first === 'object' &&
    first.codeSystem === professionSystem &&
    professionsWithSpecialty.has(first.code) &&
    roles.length < 2
  ) {
    out.push(
      problem(
        'VIHF-SPECIALTY',
        `Attribute[@Name="${name}"]`,
        'Spécialité obligatoire pour les médecins et les pharmaciens.',
        'A specialty is required for physicians and pharmacists.',
        {
          fix: 'Ajoutez le second rôle (savoir-faire, table TRE_R01).',
        },
      ),
    );
  }
  return out;
}

function patientProblems(content: AssertionContent): Finding[] {
  if (!content.attributes.has(vihfAttribute.patient)) return [];
  const value = stringOf(content, vihfAttribute.patient);
  const cx = value === null ? null : parseCx(value);
  if (cx && (cx.type === 'NH' || cx.type === 'PI') && cx.universalType === 'ISO' && isOid(cx.oid)) return [];
  return [
    problem(
      'VIHF-PATIENT',
      `Attribute[@Name="${vihfAttribute.patient}"]`,
      "L'INS du patient n'a pas la forme attendue.",
      'The patient identifier is malformed.',
      {
        expected: 'INS^^^&OID&ISO^NH',
        fix: "Écrivez le matricule, l'OID et le type (NH pour une INS) ; l'esperluette est échappée dans le XML.",
      },
    ),
  ];
}

/** Rules about what the assertion says, signature and clock apart. */
export function contentFindings(content: AssertionContent): Finding[] {
  const out: Finding[] = [];
  const { attributes } = content;
  const mode = modeOf(content);
  if (mode === null) {
    out.push(
      problem(
        'VIHF-MODE',
        `Attribute[@Name="${vihfAttribute.mode}"]`,
        "Mode d'authentification absent, inconnu ou répété.",
        'The authentication mode is missing, unknown or repeated.',
        {
          expected: Object.values(modeValues).join(', '),
        },
      ),
    );
  }
  const version = stringOf(content, vihfAttribute.version);
  if (version === null || !Object.hasOwn(vihfVersions, version)) {
    out.push(
      problem(
        'VIHF-VERSION',
        `Attribute[@Name="${vihfAttribute.version}"]`,
        'Version de VIHF absente ou inconnue.',
        'Missing or unknown VIHF version.',
        {
          expected: Object.keys(vihfVersions).join(', '),
        },
      ),
    );
  }
  const required: string[] = [
    vihfAttribute.structure,
    vihfAttribute.sector,
    vihfAttribute.resourceUrn,
    vihfAttribute.softwareName,
    vihfAttribute.softwareVersion,
  ];
  if (mode !== 'direct') required.push(vihfAttribute.subjectName);
  for (const name of required) if (stringOf(content, name) === null) out.push(missing(name));
  for (const name of version !== null && Object.hasOwn(vihfVersions, version)
    ? vihfVersions[version as keyof typeof vihfVersions].alsoRequired
    : []) {
    if (!attributes.has(name)) out.push(missing(name));
  }
  const structure = stringOf(content, vihfAttribute.structure);
  if (structure !== null && !structureIdentifier.test(structure)) {
    out.push(
      problem(
        'VIHF-STRUCTURE',
        `Attribute[@Name="${vihfAttribute.structure}"]`,
        "L'identifiant de la structure n'a pas une forme connue.",
        'The structure identifier has no known form.',
        { expected: 'chiffre du type et numéro (TRE_G07)' },
      ),
    );
  }
  const sector = stringOf(content, vihfAttribute.sector);
  if (sector !== null && !/^[A-Z]{2}[0-9A-Z]{2}\^[0-9.]+$/.test(sector)) {
    out.push(
      problem(
        'VIHF-SECTOR',
        `Attribute[@Name="${vihfAttribute.sector}"]`,
        "Secteur d'activité mal formé.",
        'Malformed activity sector.',
        { expected: 'CODE^OID' },
      ),
    );
  }
  const purpose = attributes.get(vihfAttribute.purpose) ?? [];
  out.push(...codedProblems(vihfAttribute.purpose, 'PurposeOfUse', purpose));
  const [use] = purpose;
  if (purpose.length !== 1 || typeof use !== 'object' || use.codeSystem !== purposeSystem || !isPurpose(use.code)) {
    out.push(
      problem(
        'VIHF-PURPOSE',
        `Attribute[@Name="${vihfAttribute.purpose}"]`,
        "Mode d'accès absent ou inconnu.",
        'Missing or unknown purpose of use.',
        { expected: 'un code de TRE_R248' },
      ),
    );
  }
  out.push(...roleProblems(content), ...patientProblems(content));
  if (!personIdentifier.test(content.nameId)) {
    out.push(
      problem(
        'VIHF-SUBJECT',
        'Subject/NameID',
        "L'identifiant du professionnel n'a pas une forme connue.",
        'The subject identifier has no known form.',
        { expected: '8 + RPPS, 0 + ADELI, ou structure/identifiant local' },
      ),
    );
  }
  if (!content.contextClass.startsWith(contextClassPrefix)) {
    out.push(
      problem(
        'VIHF-CONTEXT',
        'AuthnStatement/AuthnContext/AuthnContextClassRef',
        "Classe d'authentification inconnue.",
        'Unknown authentication class.',
        { expected: `${contextClassPrefix}…` },
      ),
    );
  }
  if (mode === 'reinforced' && (content.contextDeclaration ?? '') === '') {
    out.push(
      problem(
        'VIHF-DECLARATION',
        'AuthnStatement/AuthnContext/AuthnContextDecl',
        'Déclaration obligatoire en mode indirect renforcé.',
        'A declaration is required in this mode.',
      ),
    );
  }
  return out;
}
