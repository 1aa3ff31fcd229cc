import type { RuleCatalogue } from '../../internal/finding.ts';

const later = { fr: 'Recommencer plus tard, avec la même demande.', en: 'Try again later, with the same request.' };
const support = {
  fr: "Donner le statut et le code à la plateforme, avec l'heure de la demande.",
  en: 'Give the status and the code to the platform, with the time of the request.',
};
const rights = {
  fr: 'Vérifier les droits du professionnel auprès de la plateforme.',
  en: 'Check the rights of the professional with the platform.',
};
const login = { fr: "S'authentifier à nouveau.", en: 'Log in again.' };
const narrow = { fr: 'Préciser la demande.', en: 'Narrow the request.' };
const reread = { fr: 'Relire, puis recommencer.', en: 'Read again, then start over.' };

/**
 * What a FHIR server says of a request, by the code of its issue. Texts of a server stay out: they
 * echo identifiers.
 */
export const fhirIssueRules = {
  'FHIR-ISSUE': {
    severity: 'error',
    fr: 'Le serveur FHIR signale : {case}.',
    en: 'The FHIR server reports: {case}.',
    fix: {
      fr: "Corriger l'élément désigné, sinon donner le code à la plateforme.",
      en: 'Correct the element that is named, else give the code to the platform.',
    },
    reference: 'HL7 FHIR R4, OperationOutcome, table IssueType',
    cases: {
      invalid: { fr: 'contenu invalide', en: 'invalid content' },
      structure: { fr: 'structure invalide', en: 'a structural issue' },
      required: { fr: 'élément obligatoire absent', en: 'a required element is missing' },
      value: { fr: 'valeur hors de ce qui est permis', en: 'a value that is not allowed' },
      invariant: { fr: 'règle du profil non respectée', en: 'a rule of the profile is broken' },
      security: { fr: 'refus de sécurité', en: 'a security problem', fix: rights },
      login: { fr: 'authentification demandée', en: 'a login is required', fix: login },
      unknown: { fr: 'utilisateur inconnu', en: 'an unknown user', fix: rights },
      expired: { fr: 'session expirée', en: 'an expired session', fix: login },
      forbidden: { fr: 'accès refusé', en: 'no rights for this', fix: rights },
      suppressed: { fr: 'information retenue', en: 'information is withheld', fix: rights },
      processing: { fr: 'traitement impossible', en: 'a processing failure' },
      'not-supported': { fr: 'demande non prise en charge', en: 'an unsupported request', fix: support },
      duplicate: { fr: 'ressource déjà présente', en: 'a duplicate', fix: reread },
      'multiple-matches': { fr: 'plusieurs ressources conviennent', en: 'several resources match', fix: reread },
      'not-found': { fr: 'ressource inconnue', en: 'an unknown resource' },
      deleted: { fr: 'ressource supprimée', en: 'a deleted resource', fix: reread },
      'too-long': { fr: 'contenu trop long', en: 'content is too long', fix: narrow },
      'code-invalid': { fr: 'code ou domaine inconnu', en: 'an unknown code or domain' },
      extension: { fr: 'extension non acceptée', en: 'an extension that is not accepted' },
      'too-costly': { fr: 'demande trop coûteuse', en: 'a request that is too costly', fix: narrow },
      'business-rule': { fr: 'règle de gestion non respectée', en: 'a business rule is broken' },
      conflict: { fr: 'ressource modifiée entre-temps', en: 'a conflict of versions', fix: reread },
      transient: { fr: 'panne passagère', en: 'a passing failure', fix: later },
      'lock-error': { fr: 'ressource verrouillée', en: 'a locked resource', fix: later },
      'no-store': { fr: 'base de données indisponible', en: 'no persistent store', fix: later },
      exception: { fr: 'erreur interne', en: 'an internal error', fix: support },
      timeout: { fr: 'délai interne dépassé', en: 'an internal timeout', fix: later },
      incomplete: { fr: 'réponse incomplète', en: 'an incomplete answer', fix: later },
      throttled: { fr: 'trop de demandes', en: 'too many requests', fix: later },
      informational: { fr: 'information', en: 'a note for information' },
      other: {
        fr: 'motif hors de la table de la norme',
        en: 'a reason that the standard has no code for',
        fix: support,
      },
    },
  },
} as const satisfies RuleCatalogue;
