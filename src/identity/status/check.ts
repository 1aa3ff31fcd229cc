import { errorIssue, type IdentityIssue } from '../issue.ts';
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
  switch (status) {
    case 'PROV':
      return { insi: false, verified: false };
    case 'VALI':
      return { insi: false, verified: true };
    case 'RECUP':
      return { insi: true, verified: false };
    case 'QUAL':
      return { insi: true, verified: true };
    default:
      return undefined;
  }
}

const known: readonly unknown[] = ['HOMA', 'HOMD', 'DOUT', 'FICT'];

function checkAttributes(status: unknown, attributes: unknown, issues: IdentityIssue[]): void {
  if (attributes === undefined || attributes === null) return;
  const path = 'identityAttributes';
  const all = new Set<unknown>(Array.isArray(attributes) ? attributes : [attributes]);
  for (const attribute of all)
    if (!known.includes(attribute))
      issues.push(errorIssue('ATTRIBUTE_UNKNOWN', path, "Attribut d'identité inconnu (HOMA, HOMD, DOUT ou FICT)."));
  const homonyms = Number(all.has('HOMA')) + Number(all.has('HOMD'));
  if (homonyms > 1 || (all.has('FICT') && all.size > 1))
    issues.push(
      errorIssue(
        'ATTRIBUTE_COMBINATION',
        path,
        'Attributs incompatibles : seuls « douteux » et « homonyme » peuvent être réunis.',
      ),
    );
  if ((all.has('DOUT') || all.has('FICT')) && status !== 'PROV')
    issues.push(
      errorIssue('ATTRIBUTE_STATUS', path, "Une identité douteuse ou fictive n'a que le statut d'identité provisoire."),
    );
}

/**
 * Says which rules on status, attributes and matricule a state of identity breaks.
 *
 * The four statuses cross two facts: traits fetched from the INSi, and a high-confidence identity document checked.
 * A matricule is kept with `RECUP` and `QUAL` only, and transmitted with `QUAL` only. *Douteux* and *fictif* go with
 * `PROV` only, where the matricule and its OID are invalid.
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
  if (!facts)
    issues.push(
      errorIssue('STATUS_UNKNOWN', 'identityStatus', "Statut d'identité inconnu (PROV, RECUP, VALI ou QUAL)."),
    );
  checkAttributes(status, attributes, issues);
  if (facts && facts.insi !== ins)
    issues.push(
      ins
        ? errorIssue('INS_FORBIDDEN', 'ins', "Ce statut d'identité ne permet pas de conserver un matricule INS actif.")
        : errorIssue('INS_MISSING', 'ins', "Ce statut d'identité suppose un matricule INS et son OID."),
    );
  if (transmitMatricule === true && !(facts?.insi && facts.verified && ins))
    issues.push(
      errorIssue(
        'TRANSMISSION_FORBIDDEN',
        'identityStatus',
        'Seule une identité qualifiée permet de transmettre le matricule INS.',
      ),
    );
  return issues;
}
