/**
 * What a doctor can do about the refusals of a registry that speak of the document or the patient.
 *
 * @see IHE ITI TF-3, table 4.2.4.1-2 (error codes)
 */
const sentences: ReadonlyMap<string, string> = new Map([
  ['XDSUnknownPatientId', "Le patient n'est pas connu du registre : vérifier que son dossier existe."],
  ['XDSPatientIdDoesNotMatch', "Le patient n'est pas le même partout dans le dépôt, ou pas celui du document visé."],
  ['XDSDuplicateUniqueIdInRegistry', 'Le registre a déjà un autre document de même identifiant.'],
  ['XDSNonIdenticalHash', 'Le registre a déjà un autre contenu sous le même identifiant.'],
  [
    'XDSRegistryDeprecatedDocumentError',
    'Le document à remplacer a déjà été remplacé : partir de sa dernière version.',
  ],
  ['XDSReplaceFailed', "Le remplacement n'a pas pu être fait."],
  ['XDSRegistryMetadataError', 'La description du document ne convient pas au registre : contacter le support.'],
  ['XDSRepositoryMetadataError', "La description du document ne convient pas à l'entrepôt : contacter le support."],
]);

/** The code, and what it means where that helps. */
export function registryCodeSentence(code: string): string {
  const known = sentences.get(code);
  return known === undefined ? `Code ${code}.` : `Code ${code} : ${known}`;
}
