import { finding, type RuleCatalogue, type RuleRow } from '../../internal/finding.ts';
import type { Finding, TerrESanteErrorCode } from '../../errors.ts';
import type { RegistryError } from './response.ts';
import { registryServiceRules } from './service-rules.ts';
import { registrySubmissionRules } from './submission-rules.ts';

/** What the codes of a registry mean, and what to do. */
export const registryRules = {
  ...registrySubmissionRules,
  ...registryServiceRules,
  'REGISTRY-OTHER-CODE': {
    severity: 'error',
    fr: "Le registre refuse avec un code qui n'est pas de la norme.",
    en: 'The registry refuses with a code that is not of the standard.',
    fix: {
      fr: "Lire le contexte de l'erreur, puis la documentation de la plateforme.",
      en: 'Read the context of the error, then the documentation of the platform.',
    },
    reference: 'Règle de prudence de la bibliothèque',
  },
} as const satisfies RuleCatalogue;

/** The codes of the standard, as a registry writes them. */
export const registryCodes: readonly string[] = [
  'XDSMissingDocument',
  'XDSMissingDocumentMetadata',
  'XDSRegistryDuplicateUniqueIdInMessage',
  'XDSRepositoryDuplicateUniqueIdInMessage',
  'XDSDuplicateUniqueIdInRegistry',
  'XDSNonIdenticalHash',
  'XDSNonIdenticalSize',
  'XDSRegistryMetadataError',
  'XDSRepositoryMetadataError',
  'XDSExtraMetadataNotSaved',
  'XDSUnknownPatientId',
  'XDSPatientIdDoesNotMatch',
  'XDSRegistryDeprecatedDocumentError',
  'XDSReplaceFailed',
  'UnresolvedReferenceException',
  'InvalidDocumentContent',
  'DocumentQueued',
  'PartialFolderContentNotProcessed',
  'PartialReplaceContentNotProcessed',
  'PartialTransformNotProcessed',
  'PartialAppendContentNotProcessed',
  'PartialRelationshipContentNotProcessed',
  'PartialTransformReplaceNotProcessed',
  'UnknownRecipient',
  'UnavailableRecipient',
  'XDSRegistryNotAvailable',
  'XDSRegistryBusy',
  'XDSRepositoryBusy',
  'XDSRegistryOutOfResources',
  'XDSRepositoryOutOfResources',
  'XDSRegistryError',
  'XDSRepositoryError',
  'XDSTooManyResults',
  'XDSUnknownStoredQuery',
  'XDSStoredQueryMissingParam',
  'XDSStoredQueryParamNumber',
  'XDSResultNotSinglePatient',
  'XDSUnknownRepositoryId',
  'XDSDocumentUniqueIdError',
  'XDSUnknownCommunity',
  'XDSMissingHomeCommunityId',
  'XDSUnavailableCommunity',
  'TranscodingError',
  'XDSMetadataUpdateError',
  'XDSPatientIDReconciliationError',
  'XDSMetadataUpdateOperationError',
  'XDSMetadataVersionError',
  'UnmodifiableMetadataError',
  'XDSMetadataIdentifierError',
  'XDSObjectTypeError',
  'XDSMetadataAnnotationError',
  'XDSInvalidRequestException',
  'LocalPolicyRestrictionError',
  'XDSRemoveDocumentsError',
  'ReferencesExistException',
  'XDSUnreferencedObjectException',
];

const ids: ReadonlyMap<string, keyof typeof registryRules> = new Map(
  registryCodes.map((code) => [code, `REGISTRY-${code.toUpperCase()}` as keyof typeof registryRules]),
);

/** The rule of a code; codes of a country or of a vendor have none of their own. */
export function registryRuleOf(code: string): RuleRow {
  return registryRules[ids.get(code) ?? 'REGISTRY-OTHER-CODE'];
}

/**
 * Codes that mean more than a refusal of what was sent.
 *
 * @see IHE ITI TF-3, section 4.2.4.1
 */
const meanings: ReadonlyMap<string, TerrESanteErrorCode> = new Map([
  ['XDSDuplicateUniqueIdInRegistry', 'TE_DUPLICATE'],
  ['XDSNonIdenticalHash', 'TE_CONFLICT'],
  ['XDSNonIdenticalSize', 'TE_CONFLICT'],
  ['XDSMetadataVersionError', 'TE_CONFLICT'],
  ['XDSRegistryBusy', 'TE_UNAVAILABLE'],
  ['XDSRepositoryBusy', 'TE_UNAVAILABLE'],
  ['XDSRegistryOutOfResources', 'TE_UNAVAILABLE'],
  ['XDSRepositoryOutOfResources', 'TE_UNAVAILABLE'],
  ['XDSRegistryNotAvailable', 'TE_UNAVAILABLE'],
]);

/** The code of our error for one of the registry. */
export function errorCodeOf(code: string): TerrESanteErrorCode {
  return meanings.get(code) ?? 'TE_VALIDATION';
}

/**
 * A code as it may be shown: the name that it is. `null` for anything else, such as a sentence,
 * which may name the patient.
 */
export function shownCode(code: string): string | null {
  return /^[\w.:-]{1,80}$/.test(code) ? code : null;
}

/** Those of some codes that may be shown. */
export function namesIn(codes: readonly string[]): string[] {
  return codes.filter((code) => shownCode(code) !== null);
}

/** The lines of a registry as findings. Their contexts stay out: one may name the patient. */
export function registryFindings(errors: readonly RegistryError[]): Finding[] {
  return errors.map(({ code, severity }, place) =>
    finding(registryRules, ids.get(code) ?? 'REGISTRY-OTHER-CODE', {
      path: `/RegistryErrorList/RegistryError[${String(place + 1)}]`,
      severity: severity === 'Warning' ? 'warning' : 'error',
      found: shownCode(code),
    }),
  );
}
