import type { TerrESanteErrorCode } from '../../errors.ts';

/** What a doctor reads of a platform that refuses, by what the refusal means. */
export const dossierSentences: Readonly<Partial<Record<TerrESanteErrorCode, string>>> = {
  TE_DOSSIER_ABSENT: "Le patient n'a pas de dossier sur la plateforme.",
  TE_DOSSIER_EXISTS: 'Le patient a déjà un dossier sur la plateforme.',
  TE_DOSSIER_CLOSED: 'Le dossier du patient est fermé.',
  TE_NOT_IN_CIRCLE: 'Vous ne faites pas partie du cercle de soins du patient.',
  TE_BLOCKED_BY_PATIENT: 'Le patient ne vous autorise pas à accéder à son dossier.',
  TE_CONSENT_REQUIRED: 'La plateforme demande le consentement du patient.',
  TE_CONSENT_REFUSED: 'Le patient a refusé ou retiré son consentement.',
  TE_IDENTITY_INCOMPLETE: "La plateforme juge l'identité incomplète.",
  TE_IDENTITY_AMBIGUOUS: "Plusieurs patients correspondent : aucun n'est choisi.",
  TE_IDENTITY_MISMATCH: 'Les traits du patient ne sont pas ceux de la plateforme.',
  TE_IDENTITY_PROVISIONAL: 'La plateforme refuse une identité provisoire.',
  TE_AUTHN_REJECTED: 'La plateforme refuse le certificat de signature ou cette authentification.',
  TE_FORBIDDEN: 'La plateforme refuse cette action.',
  TE_CONFIG_INVALID: 'La plateforme ne reconnaît pas la structure ou le logiciel : vérifiez la configuration.',
  TE_UNAVAILABLE: 'La plateforme est momentanément indisponible.',
};
