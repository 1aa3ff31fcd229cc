import { isTerrESanteError, type Finding } from '../../errors.ts';
import { checkReceivedXdm, readXdm, requireSafePdf } from '../../documents/index.ts';
import { bytesSource, collect, sha1Hex } from '../../internal/bytes.ts';
import type { Runtime } from '../../internal/runtime.ts';
import {
  composeKo,
  composeMdn,
  readIncomingDeposit,
  type AnsweredMail,
  type IncomingDeposit,
} from '../../transport/index.ts';
import type { ReceivedMail } from '../mail/model.ts';
import type { IntakeResult, SimulatedMail } from '../model.ts';
import type { DossierState, FiledDocument, PlatformState } from '../state/state.ts';
import { readSimulatedCda } from './cda.ts';
import { checkMetadataAgainstCda, checkRights, findDossier, RefusedDocument } from './check-document.ts';

type NewDocument = Omit<FiledDocument, 'submittedAt' | 'replacedBy' | 'entryId'>;

export interface IntakeOptions {
  readonly state: PlatformState;
  readonly runtime: Runtime;
  readonly depositAddress: string;
  readonly maxMessageBytes: number;
  readonly requireIns: boolean;
  /** An integration code to refuse the next deposit with, consumed. */
  readonly rejection: () => string | undefined;
  /** Whether the next report is lost, consumed. */
  readonly loseReport: () => boolean;
  /** A report to leave in a mailbox. */
  readonly deliver: (mail: SimulatedMail) => void;
}

interface Accepted {
  readonly dossier: DossierState;
  readonly document: NewDocument;
  /** The same version is there already. */
  readonly duplicate: boolean;
}

async function requireSafe(pdf: Uint8Array): Promise<void> {
  try {
    await requireSafePdf(pdf);
  } catch {
    throw new RefusedDocument('906', 'SIM-PDF');
  }
}

function refuseErrors(findings: readonly Finding[]): void {
  const errors = findings.filter(({ severity }) => severity === 'error').map(({ rule }) => rule);
  if (errors.length > 0) throw new RefusedDocument('906', ...new Set(errors));
}

/** Reads and checks the whole submission before anything is filed. */
async function examine(incoming: IncomingDeposit, options: IntakeOptions): Promise<readonly Accepted[]> {
  if (!incoming.archive) throw new RefusedDocument('906', 'SIM-NO-ARCHIVE');
  const received = await readXdm(incoming.archive, { maxTotalBytes: options.maxMessageBytes * 4 });
  const { subsets, findings } = received;
  refuseErrors(findings);
  const accepted: Accepted[] = [];
  for (const { documents, metadata } of subsets) {
    if (metadata.submissionSets.length !== 1) throw new RefusedDocument('906', 'SIM-SUBMISSION-SETS');
    for (const { entry, content, intact, sha1 } of documents) {
      if (!intact || entry.hash === null || entry.size === null) throw new RefusedDocument('906', 'SIM-HASH');
      const bytes = await collect(content.open());
      if (bytes.length !== entry.size || sha1Hex(bytes) !== entry.hash) throw new RefusedDocument('906', 'SIM-HASH');
      const cda = readSimulatedCda(bytes);
      if (!cda) throw new RefusedDocument('906', 'SIM-CDA');
      checkMetadataAgainstCda(entry, cda);
      const dossier = findDossier(options.state, entry, cda, options.requireIns);
      const holder = options.state.byUniqueId(cda.uniqueId);
      const twin = holder?.documents.find(({ uniqueId }) => uniqueId === cda.uniqueId);
      if (twin && (holder !== dossier || twin.sha1 !== sha1)) throw new RefusedDocument('906', 'SIM-UNIQUE-ID-TAKEN');
      if (!twin) {
        checkRights(dossier, cda);
        if (cda.pdf) await requireSafe(cda.pdf);
      }
      accepted.push({
        dossier,
        duplicate: twin !== undefined,
        document: {
          uniqueId: cda.uniqueId,
          title: cda.title,
          typeCode: cda.typeCode,
          typeLabel: cda.typeLabel,
          confidentiality: cda.confidentiality,
          hiddenFromProfessionals: entry.confidentialityCodes.some(({ code }) => code === 'MASQUE_PS'),
          mimeType: entry.mimeType,
          sha1,
          bytes,
          pdf: cda.pdf,
          author: cda.authors[0] ?? '',
          replaces: cda.replaces,
        },
      });
    }
  }
  if (accepted.length === 0) throw new RefusedDocument('906', 'SIM-NO-DOCUMENT');
  if (new Set(accepted.map(({ dossier }) => dossier)).size > 1) {
    throw new RefusedDocument('906', 'SIM-SEVERAL-PATIENTS');
  }
  if (new Set(accepted.map(({ document }) => document.uniqueId)).size !== accepted.length) {
    throw new RefusedDocument('906', 'SIM-UNIQUE-ID-TWICE');
  }
  refuseErrors((await checkReceivedXdm(received)).findings);
  return accepted;
}

async function report(
  mail: ReceivedMail,
  incoming: IncomingDeposit | null,
  code: string | null,
  options: IntakeOptions,
): Promise<void> {
  if (options.loseReport() || mail.from === '') return;
  const answered: AnsweredMail = {
    messageId: incoming?.messageId ?? null,
    subject: incoming?.subject ?? '',
    returnPath: mail.from,
    dispositionNotificationTo: incoming?.dispositionNotificationTo ?? null,
    recipient: mail.to[0] ?? options.depositAddress,
    envelopeId: mail.envelopeId,
    content: bytesSource(mail.bytes),
  };
  const from = { address: options.depositAddress, label: 'Plateforme simulée' };
  const asked = answered.dispositionNotificationTo?.toLowerCase() === mail.from.toLowerCase();
  if (!asked && code === null) return;
  const composed = asked
    ? await composeMdn(answered, {
        from,
        outcome: code === null ? { kind: 'processed' } : { kind: 'error', code },
        reportingUa: 'Terr-eSante simulee',
        runtime: options.runtime,
      })
    : await composeKo(answered, { from, outcome: { kind: 'error', code: code ?? '906' }, runtime: options.runtime });
  options.deliver({
    to: mail.from,
    kind: asked ? 'mdn' : 'ko-mail',
    code,
    inReplyTo: answered.messageId,
    bytes: await collect(composed.content.open()),
  });
}

/** Takes one mail in: all of its documents, or none; then says so to its sender. Never throws. */
export async function takeIn(mail: ReceivedMail, options: IntakeOptions): Promise<IntakeResult> {
  let incoming: IncomingDeposit | null = null;
  let result: IntakeResult;
  try {
    incoming = await readIncomingDeposit(mail.bytes);
    const forced = options.rejection();
    if (forced !== undefined) throw new RefusedDocument(forced, 'SIM-INJECTED');
    const accepted = await examine(incoming, options);
    for (const { dossier, document, duplicate } of accepted) if (!duplicate) options.state.file(dossier, document);
    result = {
      messageId: incoming.messageId,
      outcome: accepted.every(({ duplicate }) => duplicate) ? 'duplicate' : 'filed',
      uniqueIds: accepted.map(({ document }) => document.uniqueId),
      code: null,
      rules: [],
    };
  } catch (error) {
    const [code, rules] =
      error instanceof RefusedDocument
        ? [error.code, error.rules]
        : ['906', [isTerrESanteError(error) ? error.code : 'TE_INTERNAL']];
    result = { messageId: incoming?.messageId ?? null, outcome: 'rejected', uniqueIds: [], code, rules };
  }
  try {
    await report(mail, incoming, result.code, options);
  } catch {
    // An answer that may not be sent (another return path, hostile subject) is not sent.
  }
  return result;
}
