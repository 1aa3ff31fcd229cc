import type { FiledDocument } from '../state/filed.ts';
import type { PlatformState } from '../state/state.ts';
import { accessibleDossier, type Operation } from './operation.ts';
import { flag, Refusal, text } from './request.ts';

/** A masked document stays visible to the one who deposited it; a deleted one to nobody. */
function isVisible(document: FiledDocument, caller: string): boolean {
  if (document.status === 'deleted') return false;
  return !document.hiddenFromProfessionals || document.author === caller;
}

function entryOf(document: FiledDocument, state: PlatformState): Readonly<Record<string, unknown>> {
  return {
    uniqueId: document.uniqueId,
    entryId: document.entryId,
    title: document.title,
    typeCode: document.typeCode,
    typeLabel: document.typeLabel,
    // This wire has two words: what is archived is not current either.
    status: document.status === 'approved' ? 'approved' : 'deprecated',
    submittedAt: state.iso(document.submittedAt),
    mimeType: document.mimeType,
    size: document.bytes.length,
    sha1: document.sha1,
    confidentiality: document.confidentiality,
    replacedBy: document.replacedBy,
  };
}

export const list: Operation = (request) => {
  const { body, caller, state } = request;
  const dossier = accessibleDossier(request);
  const deprecated = flag(body, 'includeDeprecated');

  const documents = dossier.documents.filter(
    (document) => (deprecated || document.status === 'approved') && isVisible(document, caller.nameId),
  );
  return { documents: documents.map((document) => entryOf(document, state)) };
};

export const fetch: Operation = (request) => {
  const dossier = accessibleDossier(request);
  const uniqueId = text(request.body, 'uniqueId', 128);

  const document = dossier.documents.find((filed) => filed.uniqueId === uniqueId);
  if (!document || !isVisible(document, request.caller.nameId)) throw new Refusal(404, 'not-found');
  return document.bytes;
};
