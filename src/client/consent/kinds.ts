import type { ConsentKind } from './model.ts';

/** Everything that a patient can agree to. */
export const allConsentKinds: readonly ConsentKind[] = [
  'dossier-creation',
  'join-circle',
  'document-share',
  'support-request',
];

export const consentKinds: ReadonlySet<string> = new Set(allConsentKinds);
