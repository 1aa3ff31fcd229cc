/**
 * What a receiving program says when it refuses a document. Indicative: unknown codes are kept as
 * they come.
 *
 * @group Receipt
 */
export interface IntegrationCode {
  readonly code: string;
  readonly label: string;
  /** French sentence: what the doctor can do. */
  readonly fix: string;
}

const codes: readonly IntegrationCode[] = [
  {
    code: '900',
    label: 'Version du document erronée',
    fix: 'Vérifiez que la version remplacée est bien la dernière déposée, puis déposez de nouveau.',
  },
  {
    code: '901',
    label: 'Auteur non autorisé à remplacer ou supprimer le document',
    fix: "Seul l'auteur du document d'origine peut le remplacer.",
  },
  {
    code: '902',
    label: 'Identifiant de patient inconnu',
    fix: 'Vérifiez que le dossier du patient existe, sinon créez-le avec son accord, puis déposez de nouveau.',
  },
  {
    code: '903',
    label: "Absence d'INS dans le document",
    fix: "Qualifiez l'identité du patient pour que l'INS soit transmise, puis déposez de nouveau.",
  },
  {
    code: '904',
    label: "Traits de l'INS différents",
    fix: "Comparez les traits d'identité avec ceux de l'INS, corrigez-les, puis déposez de nouveau.",
  },
  {
    code: '905',
    label: 'INS incomplète',
    fix: 'Complétez les cinq traits et le matricule INS, puis déposez de nouveau.',
  },
  { code: '906', label: 'Autre erreur', fix: 'Contactez le support du destinataire.' },
];

/**
 * The published meaning of an integration error code (user table `applicationErrorCondition`), or
 * `null`.
 *
 * @example
 * ```ts
 * import { integrationCode } from 'terr-esante-sdk/transport';
 *
 * integrationCode('902')?.label; // 'Identifiant de patient inconnu'
 * ```
 *
 * @see CI-SIS, volet Transmission au LPS d'un document CDA provenant d'un courriel MSSanté
 * @group Receipt
 */
export function integrationCode(code: string): IntegrationCode | null {
  return codes.find((item) => item.code === code) ?? null;
}
