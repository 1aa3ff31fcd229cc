import { addError, type IdentityIssue } from '../issue.ts';
import type { IdentityAttribute, IdentityStatus } from '../patient.ts';

/** What {@link checkIdentityStatus} looks at. @group Status */
export interface IdentityStatusInput {
  readonly status: IdentityStatus;
  readonly attributes?: readonly IdentityAttribute[] | undefined;
  /** A matricule INS is stored as the active one. */
  readonly ins: boolean;
  /** The matricule is about to be transmitted. */
  readonly transmitMatricule?: boolean | undefined;
}

/** Whether the traits come from the INSi, and whether a high-confidence document was checked. */
export function factsOf(status: unknown): { readonly insi: boolean; readonly verified: boolean } | undefined {
  const insi = status === 'RECUP' || status === 'QUAL';
  const verified = status === 'VALI' || status === 'QUAL';
  return insi || verified || status === 'PROV' ? { insi, verified } : undefined;
}

const known: readonly unknown[] = ['HOMA', 'HOMD', 'DOUT', 'FICT'];

function checkAttributes(status: unknown, attributes: unknown, issues: IdentityIssue[]): void {
  if (attributes === undefined || attributes === null) return;
  const path = 'identityAttributes';
  const all = new Set<unknown>(Array.isArray(attributes) ? attributes : [attributes]);
  for (const attribute of all) {
    if (!known.includes(attribute)) {
      addError(issues, 'ATTRIBUTE_UNKNOWN', path, "Attribut d'identité : inconnu (HOMA, HOMD, DOUT ou FICT attendu).");
    }
  }
  const homonyms = Number(all.has('HOMA')) + Number(all.has('HOMD'));
  if (homonyms > 1 || (all.has('FICT') && all.size > 1)) {
    addError(
      issues,
      'ATTRIBUTE_COMBINATION',
      path,
      "Attribut d'identité : seuls « douteux » et « homonyme » vont ensemble.",
    );
  }
  if ((all.has('DOUT') || all.has('FICT')) && status !== 'PROV') {
    addError(
      issues,
      'ATTRIBUTE_STATUS',
      path,
      "Attribut d'identité : « douteux » et « fictif » ne vont qu'avec une identité provisoire.",
    );
  }
}

/**
 * Says which rules on status, attributes and matricule a state of identity breaks.
 *
 * The four statuses cross two facts: traits fetched from the INSi, and a high-confidence identity
 * document checked. A matricule is kept with `RECUP` and `QUAL` only, and transmitted with `QUAL`
 * only. *Douteux* and *fictif* go with `PROV` only, where the matricule and its OID are invalid.
 *
 * @returns An empty array when the state is allowed.
 *
 * @example
 * ```ts
 * import { checkIdentityStatus } from 'terr-esante-sdk/identity';
 *
 * checkIdentityStatus({ status: 'QUAL', attributes: [], ins: true, transmitMatricule: true }); // []
 * checkIdentityStatus({ status: 'PROV', attributes: [], ins: true })[0]?.code; // 'INS_FORBIDDEN'
 * ```
 *
 * @see FR Core, code system of the identity statuses; Référentiel national d'identitovigilance
 * @group Status
 */
export function checkIdentityStatus(input: IdentityStatusInput): IdentityIssue[] {
  const { status, attributes, transmitMatricule } = input;
  const ins = Boolean(input.ins as unknown);
  const issues: IdentityIssue[] = [];
  const facts = factsOf(status);
  if (!facts) {
    addError(
      issues,
      'STATUS_UNKNOWN',
      'identityStatus',
      "Statut d'identité : inconnu (PROV, RECUP, VALI ou QUAL attendu).",
    );
  }
  checkAttributes(status, attributes, issues);
  if (facts && facts.insi !== ins) {
    if (ins) {
      addError(
        issues,
        'INS_FORBIDDEN',
        'ins',
        "Statut d'identité : ne permet pas de conserver un matricule INS actif.",
      );
    } else addError(issues, 'INS_MISSING', 'ins', "Statut d'identité : suppose un matricule INS et son OID.");
  }
  if (transmitMatricule === true && !(facts?.insi && facts.verified && ins)) {
    addError(
      issues,
      'TRANSMISSION_FORBIDDEN',
      'identityStatus',
      'Seule une identité qualifiée permet de transmettre le matricule INS.',
    );
  }
  return issues;
}
