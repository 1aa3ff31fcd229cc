import type { ConsentKind } from './model.ts';

/** Everything that a patient can agree to. */
export const consentKinds: ReadonlySet<string> = new Set<ConsentKind>([
  'dossier-creation',
  'join-circle',
  'document-share',
  'support-request',
]);
