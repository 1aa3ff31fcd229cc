import type { Finding } from '../errors.ts';
import { checkCompleteness, type PatientInput } from '../identity/index.ts';

const refuse = (found: string): readonly Finding[] => [
  {
    rule: 'IDENTITY-JSON',
    severity: 'error',
    path: '$',
    message: "Le fichier n'est pas un objet JSON décrivant un patient.",
    messageEn: 'The file is not a JSON object that describes a patient.',
    found,
    expected: 'un objet PatientInput : { "traits": { … }, "ins": … }',
    fix: 'Corriger la syntaxe JSON ; le fichier doit être en UTF-8.',
    reference: null,
  },
];

/**
 * What is missing or wrong in the identity of a patient, given as JSON. The values are never
 * repeated.
 */
export function checkIdentityFile(bytes: Uint8Array, now: number): readonly Finding[] {
  let patient: unknown;
  try {
    patient = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes));
  } catch {
    return refuse('JSON mal formé');
  }
  if (typeof patient !== 'object' || patient === null || Array.isArray(patient)) {
    return refuse("autre chose qu'un objet");
  }
  const { missing, issues } = checkCompleteness(patient as PatientInput, { now });
  return [
    ...missing.map(({ trait, label }): Finding => ({
      rule: 'IDENTITY-TRAIT-MISSING',
      severity: 'error',
      path: trait === 'localId' ? 'localId' : `traits.${trait}`,
      message: `${label} : trait obligatoire absent.`,
      messageEn: `Mandatory trait missing: ${trait}.`,
      found: null,
      expected: 'une valeur',
      fix: "Compléter le dossier administratif du patient à partir de sa pièce d'identité.",
      reference: "Terr-eSanté, guide d'intégration : création du dossier, cinq traits obligatoires",
    })),
    ...issues.map(({ code, severity, path, message }): Finding => ({
      rule: `IDENTITY-${code.replaceAll('_', '-')}`,
      severity,
      path,
      message,
      messageEn: code,
      found: null,
      expected: null,
      fix: null,
      reference: "Référentiel INS ; référentiel national d'identitovigilance (RNIV)",
    })),
  ];
}
