/** A rule of the simulator: the status and the code of what breaks it, and why, in French. */
type Rule = readonly [status: number, code: string, sentence: string];

/**
 * Why the FHIR side refuses. A sentence never holds a value of the request.
 *
 * @see HL7 FHIR R4, RESTful API; OperationOutcome, table IssueType
 */
export const fhirRules = {
  // The exchange.
  'SIM-FHIR-ADDRESS': [404, 'not-found', "Cette adresse n'est pas de la base FHIR."],
  'SIM-FHIR-METHOD': [405, 'not-supported', "Cette méthode n'est pas prise en charge à cette adresse."],
  'SIM-FHIR-TYPE': [404, 'not-supported', "Ce type de ressource n'est pas pris en charge."],
  'SIM-FHIR-ACCEPT': [406, 'not-supported', 'La base répond en application/fhir+json (Accept, _format).'],
  'SIM-FHIR-CONTENT-TYPE': [415, 'not-supported', 'Content-Type attendu : application/fhir+json, en UTF-8.'],
  'SIM-FHIR-FORM': [415, 'not-supported', 'Une recherche par POST porte application/x-www-form-urlencoded.'],
  'SIM-FHIR-CODING': [415, 'not-supported', 'Le corps de la demande ne doit pas être compressé.'],
  'SIM-FHIR-TOO-LARGE': [413, 'too-long', 'La demande est trop longue.'],
  'SIM-FHIR-TOO-MANY': [413, 'too-costly', "Le lot a trop d'entrées, ou la recherche trop de paramètres."],
  'SIM-FHIR-SLOW': [408, 'timeout', "La demande n'est pas arrivée entière à temps."],
  'SIM-FHIR-INTERNAL': [500, 'exception', 'Erreur interne du simulateur.'],
  'SIM-FHIR-JSON-ENCODING': [400, 'structure', "JSON refusé : octets qui ne sont pas de l'UTF-8."],
  'SIM-FHIR-JSON-SYNTAX': [400, 'structure', 'JSON refusé : syntaxe invalide.'],
  'SIM-FHIR-JSON-DEPTH': [400, 'structure', 'JSON refusé : imbrication trop profonde.'],
  'SIM-FHIR-JSON-VALUES': [413, 'too-costly', 'JSON refusé : trop de valeurs.'],
  'SIM-FHIR-JSON-KEY': [400, 'structure', 'JSON refusé : une clé est deux fois dans un objet.'],
  'SIM-FHIR-RESOURCE': [400, 'structure', "Le corps n'est pas une ressource du type de l'adresse."],
  'SIM-FHIR-MODIFIER': [422, 'extension', 'modifierExtension et implicitRules ne sont pas acceptés.'],
  'SIM-FHIR-IDENTIFIER-IN-ADDRESS': [
    405,
    'not-supported',
    "Une adresse ne porte ni identifiant ni trait d'un patient : recherche par POST _search (LEG-15).",
  ],
  'SIM-FHIR-IDENTIFIER-FORBIDDEN': [
    403,
    'forbidden',
    "Cette transaction met l'identifiant du patient dans l'adresse : le simulateur doit le permettre (LEG-15).",
  ],

  // Who asks.
  'SIM-FHIR-TOKEN-ABSENT': [401, 'login', "La demande ne porte pas d'assertion (Authorization: Bearer)."],
  'SIM-FHIR-TOKEN-EXPIRED': [401, 'expired', "L'assertion n'est pas encore, ou n'est plus valable."],
  'SIM-FHIR-TOKEN-REJECTED': [401, 'unknown', "L'assertion est refusée."],
  'SIM-FHIR-CERTIFICATE': [401, 'unknown', "Le certificat qui signe l'assertion est refusé."],
  'SIM-FHIR-OTHER-PATIENT': [403, 'forbidden', "L'assertion n'est pas celle de ce patient."],
  'SIM-FHIR-BLOCKED': [403, 'suppressed', 'Le patient a bloqué ce professionnel.'],
  'SIM-FHIR-NOT-IN-CIRCLE': [403, 'forbidden', "Ce professionnel n'est pas du cercle de soins du patient."],
  'SIM-FHIR-CLOSED': [403, 'forbidden', 'Le dossier du patient est fermé.'],
  'SIM-FHIR-PURPOSE': [403, 'forbidden', "Pas d'écriture dans ce mode d'accès."],

  // What is asked for.
  'SIM-FHIR-NOT-FOUND': [404, 'not-found', "Cette ressource n'existe pas."],
  'SIM-FHIR-DELETED': [410, 'deleted', "Cette ressource n'existe plus."],
  'SIM-FHIR-PAGE-EXPIRED': [410, 'deleted', 'Ces pages de recherche ne sont plus gardées : recommencer la recherche.'],
  'SIM-FHIR-PARAMETER': [400, 'invalid', 'Paramètre de recherche inconnu pour ce type.'],
  'SIM-FHIR-PARAMETER-VALUE': [400, 'invalid', 'Valeur mal formée pour ce paramètre de recherche.'],
  'SIM-FHIR-MODIFIER-UNKNOWN': [400, 'invalid', "Ce modificateur n'est pas pris en charge pour ce paramètre."],
  'SIM-FHIR-PATIENT-NEEDED': [400, 'required', 'Le paramètre patient, ou patient.identifier, est obligatoire.'],
  'SIM-FHIR-STATUS-NEEDED': [400, 'required', 'Le paramètre status est obligatoire (MHD).'],
  'SIM-FHIR-CODE-NEEDED': [400, 'required', 'Le paramètre code est obligatoire (MHD, ITI-66).'],
  'SIM-FHIR-DATE-NEEDED': [400, 'required', 'Le paramètre date est obligatoire (ITI-81).'],
  'SIM-FHIR-TARGET-DOMAIN-UNKNOWN': [403, 'code-invalid', 'Un domaine cible est inconnu (PIXm).'],
  'SIM-FHIR-SOURCE-DOMAIN-UNKNOWN': [400, 'code-invalid', 'Le domaine de la source est inconnu (PIXm).'],
  'SIM-FHIR-PATIENT-UNKNOWN': [404, 'not-found', 'Aucun patient ne porte cet identifiant (PIXm).'],
  'SIM-FHIR-DOMAIN-UNKNOWN': [404, 'not-found', 'Un domaine demandé est inconnu (PDQm).'],
  'SIM-FHIR-SOURCE-IDENTIFIER': [400, 'required', 'Un sourceIdentifier avec son domaine est attendu (PIXm).'],
  'SIM-FHIR-MATCH-PARAMETERS': [400, 'invalid', 'Parameters attendu : resource, onlyCertainMatches, count (PDQm).'],

  // What is written.
  'SIM-FHIR-ID': [400, 'invalid', "L'id du corps est celui de l'adresse."],
  'SIM-FHIR-VERSION': [412, 'conflict', 'If-Match ne désigne pas la version en cours : relire, puis recommencer.'],
  'SIM-FHIR-VERSION-SHAPE': [400, 'invalid', 'If-Match : W/"version" attendu.'],
  'SIM-FHIR-VERSION-NEEDED': [412, 'required', 'Cette ressource est partagée : If-Match est obligatoire.'],
  'SIM-FHIR-SEVERAL': [412, 'multiple-matches', 'Plusieurs ressources conviennent à ce critère.'],
  'SIM-FHIR-CRITERIA': [400, 'invalid', "Critère attendu : identifier=système|valeur, et rien d'autre."],
  'SIM-FHIR-REQUIRED': [422, 'required', 'Un élément obligatoire du profil est absent.'],
  'SIM-FHIR-VALUE': [422, 'value', "La valeur d'un élément n'est pas permise par le profil."],
  'SIM-FHIR-REFERENCE': [422, 'value', 'Une référence ne mène à aucune ressource connue.'],
  'SIM-FHIR-BUNDLE': [400, 'structure', 'Lot de type transaction ou batch attendu, chaque entrée avec sa demande.'],
  'SIM-FHIR-ENTRY': [422, 'not-supported', "Une entrée du lot n'est pas prise en charge ici."],
  'SIM-FHIR-DOSSIER-EXISTS': [409, 'duplicate', 'Le patient a déjà un dossier et un cercle de soins.'],
  'SIM-FHIR-DOSSIER-CLOSED': [409, 'business-rule', 'Le dossier du patient est fermé.'],
  'SIM-FHIR-IDENTITY-MISMATCH': [409, 'conflict', "Cet identifiant est connu sous d'autres traits."],
  'SIM-FHIR-IDENTITY-AMBIGUOUS': [412, 'multiple-matches', 'Plusieurs patients conviennent : aucun dossier.'],
  'SIM-FHIR-IDENTITY-INCOMPLETE': [422, 'required', "L'identité du patient est incomplète."],
  'SIM-FHIR-CONSENT': [403, 'forbidden', "Le consentement du patient à cet acte n'est pas enregistré."],
  'SIM-FHIR-CONSENT-TIME': [422, 'value', 'Un consentement est recueilli avant maintenant.'],
  'SIM-FHIR-CONSENT-FIXED': [422, 'business-rule', "D'un consentement, seul le retrait (status inactive) est permis."],
  'SIM-FHIR-PARTICIPANT-KEPT': [
    422,
    'business-rule',
    "Une entrée du cercle de soins n'est ni retirée ni modifiée : sa période prend fin.",
  ],
  'SIM-FHIR-PARTICIPANT-RIGHT': [403, 'forbidden', "Qui n'est pas du cercle de soins n'y ajoute que lui-même."],
  'SIM-FHIR-MSS-ADDRESS': [422, 'value', "L'adresse d'envoi est une boîte MSSanté (mailto:)."],
  'SIM-FHIR-SUBSCRIBER': [403, 'forbidden', "L'abonné est le professionnel de l'assertion."],
  'SIM-FHIR-NOTE-AUTHOR': [403, 'forbidden', "L'auteur d'une note est le professionnel de l'assertion."],
  'SIM-FHIR-NOTE-OWNER': [403, 'forbidden', "Seul l'auteur d'une note la modifie ou la retire."],
  'SIM-FHIR-NOTE-RETRACTED': [409, 'business-rule', 'Cette note a été retirée.'],
  'SIM-FHIR-SUPPORT-REQUESTER': [403, 'forbidden', "Le demandeur d'un appui est le professionnel de l'assertion."],
  'SIM-FHIR-SUPPORT-STRUCTURE': [422, 'business-rule', 'La plateforme ne connaît pas cette structure.'],
  'SIM-FHIR-SUPPORT-BEGUN': [409, 'business-rule', 'La structure a déjà répondu ou commencé.'],
  'SIM-FHIR-SUBMISSION-SET': [422, 'required', 'Un dépôt porte une List de type submissionset, et une seule (MHD).'],
  'SIM-FHIR-ATTACHMENT': [422, 'invariant', 'attachment.url désigne la Binary du lot, dont hash et size sont ceux.'],
  'SIM-FHIR-PATCH': [400, 'structure', 'Une liste de pas (JSON Patch) est attendue.'],
  'SIM-FHIR-PATCH-TEST': [409, 'conflict', 'Les étiquettes ont changé : relire, puis recommencer.'],
  'SIM-FHIR-PATCH-PATH': [405, 'not-supported', "Seuls securityLabel et l'archivage changent (PDSm, flux 3)."],
  'SIM-FHIR-PATCH-STATUS': [422, 'business-rule', "Seul un document en cours change d'étiquettes."],
  'SIM-FHIR-DUPLICATE': [409, 'duplicate', 'Un document de cet identifiant unique est déjà là.'],
  'SIM-FHIR-DOCUMENT': [422, 'business-rule', 'Le document est refusé.'],
  'SIM-FHIR-SUPERSEDE': [422, 'business-rule', 'Seul le document que ce dépôt remplace passe à superseded.'],
} as const satisfies Readonly<Record<string, Rule>>;

export type FhirRuleId = keyof typeof fhirRules;
