import { createHash, randomBytes } from 'node:crypto';

import type { BuiltDocument, Submission, XdmArchive } from '../../src/documents/index.ts';
import { bytesSource } from '../../src/internal/bytes.ts';
import type { Runtime } from '../../src/internal/runtime.ts';
import type { ComposedMail, OutboxEntry } from '../../src/transport/index.ts';
import { entryId } from '../../src/transport/outbox/identity.ts';
import { newTrack } from '../../src/transport/receipt/track.ts';

/** Marks that must appear in no log, error, spool name or database column that is not a content. */
export const canary = {
  family: 'CANARIFAMILLE',
  given: 'Canarigiven',
  birth: '1984-05-17',
  ins: '184059912345656',
  title: 'CANARITITRE',
};

export const senderAddress = 'appli@cabinet.simulateur.mssante.fr';
export const depositAddress = 'documents@terr-esante.simulateur.mssante.fr';
/** What a mail shows of its sender: a mail system, and the mailbox that was written to. */
export const fromMailSystem = { from: 'mailer-daemon@operateur.mssante.fr', returnPath: '', authentication: [] };
export const fromPlatform = { from: depositAddress, returnPath: '', authentication: [] };
export const sender = { address: senderAddress, label: 'Cabinet fictif' };

const type = {
  code: '11488-4',
  codeSystem: '2.16.840.1.113883.6.1',
  displayName: 'CR ou fiche de consultation ou de visite',
};

export interface FixtureOptions {
  readonly uniqueId?: string;
  readonly pdfBytes?: number;
  readonly typeCode?: string;
  readonly typeLabel?: string;
  readonly birthName?: string;
  readonly firstName?: string;
  readonly title?: string;
  readonly replaces?: string;
}

/**
 * A submission as the mail layer sees it. The content is random bytes: nothing here reads a CDA.
 */
export function fixtureSubmission(options: FixtureOptions = {}): Submission {
  const { uniqueId = '2.999.1.10.5.1', pdfBytes = 3_000 } = options;
  const content = randomBytes(2_000);
  const pdf = Buffer.concat([Buffer.from('%PDF-1.4\n'), randomBytes(Math.max(0, pdfBytes - 9))]);
  const coded = { ...type, code: options.typeCode ?? type.code, displayName: options.typeLabel ?? type.displayName };
  const document = {
    kind: 'report-pdf',
    header: {
      uniqueId,
      type: coded,
      title: options.title ?? canary.title,
      effectiveTime: '20260301103000+0100',
      acts: [{ code: null, start: '20260228090000+0100', stop: null, performer: null }],
      replaces: options.replaces ?? null,
    },
    content: bytesSource(content),
    sha1: createHash('sha1').update(content).digest('hex'),
    pdf: bytesSource(pdf),
    visibility: { hiddenFromPatient: false, hiddenFromProfessionals: false, hiddenFromLegalRepresentatives: false },
    classCode: coded,
    qualifiedIns: true,
    findings: [],
  } as unknown as BuiltDocument;
  return {
    submissionSet: { id: 'SubmissionSet01', uniqueId: `${uniqueId}.0`, title: options.title ?? canary.title },
    documents: [{ entry: { uniqueId, title: options.title ?? canary.title }, document }],
    patient: {
      birthName: options.birthName ?? canary.family,
      firstName: options.firstName ?? canary.given,
      birthDate: canary.birth,
      qualifiedIns: true,
    },
  } as unknown as Submission;
}

export function fixtureArchive(byteLength = 5_000): XdmArchive {
  return {
    fileName: 'IHE_XDM.zip',
    content: bytesSource(Buffer.concat([Buffer.from('PK\u0003\u0004'), randomBytes(byteLength - 4)])),
  };
}

/** Identifiers in order and a clock that stands still. */
export function fixedRuntime(start = Date.UTC(2026, 2, 1, 9, 30)): Runtime {
  let count = 0;
  return {
    clock: { now: () => start },
    ids: {
      uuid: () => {
        count += 1;
        return `00000000-0000-4000-8000-${count.toString(16).padStart(12, '0')}`;
      },
    },
  };
}

/** A message that waits in an outbox, as a store is given it. */
export function outboxEntry(
  uniqueIds: readonly string[],
  content: Uint8Array,
  change: Partial<OutboxEntry> = {},
): OutboxEntry {
  const id = entryId(uniqueIds);
  return {
    id,
    generation: 1,
    uniqueIds,
    documents: uniqueIds.map((uniqueId) => ({ uniqueId, sha1: '00' })),
    channel: 'mssante',
    envelope: { from: senderAddress, to: depositAddress },
    byteLength: content.length,
    createdAt: 1_000,
    expiresAt: 1e12,
    work: 'queued',
    attempts: 0,
    nextAt: 1_000,
    owner: null,
    lastError: null,
    outcomeUnknown: false,
    hasContent: true,
    track: newTrack(`<${id}.x@c.mssante.fr>`, `${id}.x`, depositAddress, '2026-03-01T09:30:00.000Z'),
    previous: [],
    revision: 1,
    ...change,
  };
}

/** A mail without a byte, for outboxes whose carrier reads none. */
export const emptyMail = async (
  _submission: Submission,
  { messageId, envelopeId }: { readonly messageId: string; readonly envelopeId: string },
): Promise<ComposedMail> => ({
  envelope: { from: senderAddress, to: depositAddress },
  messageId,
  envelopeId,
  byteLength: 0,
  content: { byteLength: 0, open: () => new Blob([]).stream() },
});

/** A mail of one line, which a server may take or refuse. */
export function smallMail(): ComposedMail {
  const content = bytesSource(Buffer.from('Subject: essai\r\n\r\nBonjour.\r\n'));
  return {
    envelope: { from: senderAddress, to: depositAddress },
    messageId: '<1@c.mssante.fr>',
    envelopeId: 'e1',
    byteLength: content.byteLength,
    content,
  };
}
