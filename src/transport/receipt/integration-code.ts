/**
 * An integration error code: why the receiving program refuses a document. Indicative: unknown
 * codes are passed on as they come.
 *
 * @group Receipt
 */
export interface IntegrationCode {
  readonly code: string;
  readonly label: string;
  /** French sentence: what the doctor can do. */
  readonly fix: string;
}

/**
 * The codes of a KO mail and of a disposition report, from 900 to 906. KO code 903 means that the
 * document carries no INS: the identity has to be qualified before an INS may be transmitted.
 *
 * @see CI-SIS, volet Transmission au LPS d'un document CDA provenant d'un courriel MSSanté, user
 *   table `applicationErrorCondition`
 */
export const integrationCodes: readonly IntegrationCode[] = [
  {
    code: '900',
    label: 'Version du document erronée',
    fix: 'Vérifier que la version remplacée est bien la dernière déposée, puis déposer de nouveau.',
  },
  {
    code: '901',
    label: 'Auteur non autorisé à remplacer ou supprimer le document',
    fix: "Demander le remplacement à l'auteur du document d'origine : lui seul le peut.",
  },
  {
    code: '902',
    label: 'Identifiant de patient inconnu',
    fix: "Vérifier que le dossier du patient existe, sinon le créer avec l'accord du patient, puis déposer de nouveau.",
  },
  {
    code: '903',
    label: "Absence d'INS dans le document",
    fix: "Qualifier l'identité du patient pour que l'INS soit transmise, puis déposer de nouveau.",
  },
  {
    code: '904',
    label: "Traits de l'INS différents",
    fix: "Comparer les traits d'identité avec ceux de l'INS, les corriger, puis déposer de nouveau.",
  },
  {
    code: '905',
    label: 'INS incomplète',
    fix: 'Compléter les cinq traits et le matricule INS, puis déposer de nouveau.',
  },
  {
    code: '906',
    label: 'Autre erreur',
    fix: 'Lire le message reçu, puis contacter le support du destinataire.',
  },
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
  return integrationCodes.find((item) => item.code === code) ?? null;
}
