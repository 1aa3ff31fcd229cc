import type { CheckReport, Finding } from '../../errors.ts';
import { checkReport, finding } from '../../internal/finding.ts';
import type { IdentityAttribute, IdentityStatus } from '../patient.ts';
import { statusRules } from './rules.ts';
import { reading } from '../../internal/reading.ts';

/** What {@link checkIdentityStatus} looks at. @group Status */
export interface IdentityStatusInput {
  readonly status: IdentityStatus;
  readonly attributes?: readonly IdentityAttribute[] | undefined;
  /** A matricule INS is stored as the active one. */
  readonly ins: boolean;
  /** The matricule is about to be transmitted. */
  readonly transmitMatricule?: boolean | undefined;
}

/** The two facts that the four statuses cross. */
export interface Facts {
  /** The traits come from the INSi. */
  readonly insi: boolean;
  /** A high-confidence identity document was checked. */
  readonly verified: boolean;
}

/** The facts of a status, `null` when it is unknown. */
export function factsOf(status: unknown): Facts | null {
  const insi = status === 'RECUP' || status === 'QUAL';
  const verified = status === 'VALI' || status === 'QUAL';
  return insi || verified || status === 'PROV' ? { insi, verified } : null;
}

const known: readonly unknown[] = ['HOMA', 'HOMD', 'DOUT', 'FICT'];

function addAttributeFindings(status: unknown, attributes: unknown, findings: Finding[]): void {
  if (attributes === undefined || attributes === null) return;

  const path = 'identityAttributes';
  const all = new Set<unknown>(Array.isArray(attributes) ? attributes : [attributes]);
  for (const attribute of all) {
    if (!known.includes(attribute)) {
      findings.push(finding(statusRules, 'IDENTITY-ATTRIBUTE-UNKNOWN', { path }));
    }
  }

  const homonyms = Number(all.has('HOMA')) + Number(all.has('HOMD'));
  if (homonyms > 1 || (all.has('FICT') && all.size > 1)) {
    findings.push(finding(statusRules, 'IDENTITY-ATTRIBUTE-COMBINATION', { path }));
  }

  if ((all.has('DOUT') || all.has('FICT')) && status !== 'PROV') {
    findings.push(finding(statusRules, 'IDENTITY-ATTRIBUTE-STATUS', { path }));
  }
}

/**
 * Says which rules on status, attributes and matricule a state of identity breaks.
 *
 * The four statuses cross two facts: traits fetched from the INSi, and a high-confidence identity
 * document checked. A matricule is kept with `RECUP` and `QUAL` only, and transmitted with `QUAL`
 * only. *Douteux* and *fictif* go with `PROV` only, where the matricule and its OID are invalid.
 *
 * @example
 * ```ts
 * import { checkIdentityStatus } from 'terr-esante-sdk/identity';
 *
 * checkIdentityStatus({ status: 'QUAL', attributes: [], ins: true, transmitMatricule: true }).ok; // true
 * checkIdentityStatus({ status: 'PROV', attributes: [], ins: true }).findings[0]?.rule; // 'IDENTITY-INS-FORBIDDEN'
 * ```
 *
 * @see FR Core, code system of the identity statuses; Référentiel national d'identitovigilance
 * @group Status
 */
export function checkIdentityStatus(input: IdentityStatusInput): CheckReport {
  return reading('input', () => crossStatus(input));
}

function crossStatus(input: IdentityStatusInput): CheckReport {
  const { status, attributes, transmitMatricule } = input;
  const ins = Boolean(input.ins as unknown);
  const findings: Finding[] = [];

  const facts = factsOf(status);
  if (!facts) {
    findings.push(finding(statusRules, 'IDENTITY-STATUS-UNKNOWN', { path: 'identityStatus' }));
  }

  addAttributeFindings(status, attributes, findings);
  if (facts && facts.insi !== ins) {
    const rule = ins ? 'IDENTITY-INS-FORBIDDEN' : 'IDENTITY-INS-MISSING';
    findings.push(finding(statusRules, rule, { path: 'ins' }));
  }

  if (transmitMatricule === true && !(facts?.insi && facts.verified && ins)) {
    findings.push(finding(statusRules, 'IDENTITY-TRANSMISSION-FORBIDDEN', { path: 'identityStatus' }));
  }

  return checkReport(findings);
}
