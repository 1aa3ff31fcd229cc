import type { Submission } from '../../documents/index.ts';
import { TerrESanteError, type Finding } from '../../errors.ts';
import { cxIdentity } from '../../internal/hl7.ts';
import { nationalEnvironment } from '../../platform/environment.ts';
import type { BoundPatient } from '../../transport/index.ts';
import { differingTraits } from '../../identity/differing-traits.ts';
import type { PlatformContext } from '../policy/context.ts';

/**
 * A submission made for another patient never leaves: traits, local identifier and INS are those of
 * the patient of the call.
 *
 * @throws TerrESanteError `TE_IDENTITY_MISMATCH`, `TE_IDENTITY_STATUS`
 */
export function requireSubmissionOf(patient: BoundPatient, submission: Submission): void {
  const { birthName, firstName, birthDate } = submission.patient;
  const differing = differingTraits(patient.traits, { birthName, firstName, birthDate: birthDate ?? undefined });
  if (differing.length > 0) {
    throw new TerrESanteError(
      'TE_IDENTITY_MISMATCH',
      "Le document est celui d'un autre patient : rien n'a été envoyé.",
      { details: { traits: differing } },
    );
  }

  for (const document of submission.documents) requireDocumentOf(patient, document);
}

function requireDocumentOf(patient: BoundPatient, { entry, document }: Submission['documents'][number]): void {
  const { ins } = document.header.patient;

  // A document made earlier may hold an INS that the identity may no longer transmit.
  if (ins !== null && patient.ins === null) {
    throw new TerrESanteError(
      'TE_IDENTITY_STATUS',
      "Le document porte une INS que l'identité du patient ne permet pas de transmettre : rien n'a été envoyé.",
      { details: { traits: ['ins'] } },
    );
  }

  const source = cxIdentity(entry.sourcePatientId);
  const sameLocal = source?.id === patient.localId.value && source.oid === patient.localId.system;
  const sameIns = patient.ins !== null && source?.id === patient.ins.value && source.oid === patient.ins.oid;
  const otherIns = ins !== null && (ins.value !== patient.ins?.value || ins.oid !== patient.ins.oid);
  if ((!sameLocal && !sameIns) || otherIns) {
    throw new TerrESanteError(
      'TE_IDENTITY_MISMATCH',
      "Le document ne porte pas l'identifiant de ce patient : rien n'a été envoyé.",
      { details: { traits: ['identifier'] } },
    );
  }
}

/** @throws TerrESanteError `TE_INPUT_INVALID`, `TE_DOCUMENT_INVALID`, `TE_TOO_LARGE` */
export function requireSize(submission: Submission, maxBytes: number): void {
  if (submission.documents.length === 0) {
    throw new TerrESanteError('TE_INPUT_INVALID', 'Aucun document à déposer.', { details: { path: 'documents' } });
  }

  for (const { document } of submission.documents) {
    const bytes = document.content.byteLength;
    if (bytes === 0) throw new TerrESanteError('TE_DOCUMENT_INVALID', 'Le document est vide.');

    if (bytes > maxBytes) {
      throw new TerrESanteError(
        'TE_TOO_LARGE',
        `Le document dépasse la taille admise (${bytes} octets pour ${maxBytes} au plus).`,
        { details: { bytes, maxBytes } },
      );
    }
  }
}

/**
 * Looks for what the platform would refuse, before anything leaves.
 *
 * @returns the warnings
 * @throws TerrESanteError `TE_DOCUMENT_INVALID`, its findings are the errors
 */
export async function requireSound(context: PlatformContext, submission: Submission): Promise<readonly Finding[]> {
  const { descriptor, config, runtime } = context;
  const { preflight } = await import('../../documents/index.ts');
  const { ok, findings } = await preflight(
    submission,
    {
      environment: nationalEnvironment(config.environment),
      typeCodeSet: descriptor.documents.typeCodeSet.value,
    },
    { runtime },
  );

  if (!ok) {
    const errors = findings.filter(({ severity }) => severity === 'error');
    const [first] = errors;
    throw new TerrESanteError(
      'TE_DOCUMENT_INVALID',
      `Le document serait refusé : ${first?.message ?? 'motif inconnu.'}`,
      {
        findings: errors,
        details: { rules: [...new Set(errors.map(({ rule }) => rule))] },
      },
    );
  }

  return findings.filter(({ severity }) => severity === 'warning');
}
