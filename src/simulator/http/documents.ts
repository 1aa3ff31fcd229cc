import type { FiledDocument } from '../state/filed.ts';
import { entryOf } from './document-entry.ts';
import { accessibleDossier, type Operation } from './operation.ts';
import { invalid, optionalText, Refusal, text } from './request.ts';

/** Documents of one answer. */
const pageSize = 50;

/** A masked document stays visible to the one who deposited it; a deleted one to nobody. */
function isVisible(document: FiledDocument, caller: string): boolean {
  if (document.status === 'deleted') return false;
  return !document.hiddenFromProfessionals || document.author === caller;
}

export const list: Operation = (request) => {
  const { body, caller, state } = request;
  const dossier = accessibleDossier(request);
  const { statuses } = body;
  if (!Array.isArray(statuses) || statuses.length === 0) throw invalid();
  const cursor = optionalText(body, 'cursor', 10) ?? '0';
  if (!/^\d+$/.test(cursor)) throw invalid();

  const start = Number(cursor);
  const documents = dossier.documents.filter(
    (document) => statuses.includes(document.status) && isVisible(document, caller.nameId),
  );
  const shown = documents.slice(start, start + pageSize);
  return {
    documents: shown.map((document) => entryOf(document, dossier, state)),
    next: start + pageSize < documents.length ? String(start + pageSize) : null,
  };
};

export const fetch: Operation = (request) => {
  const dossier = accessibleDossier(request);
  const uniqueId = text(request.body, 'uniqueId', 128);

  const document = dossier.documents.find((filed) => filed.uniqueId === uniqueId);
  if (!document || !isVisible(document, request.caller.nameId)) throw new Refusal(404, 'not-found');
  return document.bytes;
};
