import type { SimulatedDocument, SimulatedDossier } from './model.ts';
import type { FiledDocument } from './state/filed.ts';
import type { DossierState, PlatformState } from './state/state.ts';

/** A copy of a filed document, so that a test cannot alter the state of the far side. */
function documentView(state: PlatformState, document: FiledDocument): SimulatedDocument {
  return {
    uniqueId: document.uniqueId,
    title: document.title,
    typeCode: document.typeCode,
    status: document.status,
    submittedAt: state.iso(document.submittedAt),
    size: document.bytes.length,
    sha1: document.sha1,
    author: document.author,
    bytes: () => Uint8Array.from(document.bytes),
    pdf: () => document.pdf && Uint8Array.from(document.pdf),
  };
}

/** A copy of a dossier as it is now. */
export function dossierView(state: PlatformState, dossier: DossierState): SimulatedDossier {
  return {
    regionalId: dossier.regionalId,
    localIds: [...dossier.localIds],
    state: dossier.state,
    sharing: dossier.sharing,
    members: [...dossier.members],
    blocked: [...dossier.blocked],
    documents: dossier.documents.map((document) => documentView(state, document)),
  };
}
