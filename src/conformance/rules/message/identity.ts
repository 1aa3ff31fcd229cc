import type { RuleCatalogue } from '../../../internal/finding.ts';

const transmission = 'IHE ITI TF-2 ; HL7 v3, enveloppe de transmission';

/** Rules about HL7 v3 messages of PIX and PDQ. */
export const identityMessageRules = {
  'HL7-NAME': {
    severity: 'warning',
    fr: "L'interaction écrite dans le message n'est pas celle de son élément.",
    en: 'The interaction written in the message is not that of its element.',
    fix: {
      fr: "Écrire le nom de l'élément dans interactionId.",
      en: 'Write the name of the element in interactionId.',
    },
    reference: transmission,
  },
  'HL7-REQUIRED': {
    severity: 'error',
    fr: "L'élément {field} manque.",
    en: 'The element {field} is missing.',
    fix: { fr: "Ajouter l'élément {field}.", en: 'Add the element {field}.' },
    reference: transmission,
  },
  'HL7-QUERY': {
    severity: 'error',
    fr: "La question au serveur d'identités est mal écrite : {case}.",
    en: 'The question to the identity server is badly written: {case}.',
    cases: {
      absent: { fr: 'la demande ne porte aucune question', en: 'the request asks nothing' },
      id: { fr: "la question n'a pas d'identifiant", en: 'the question has no identifier' },
      parameters: { fr: 'la question ne porte aucun critère', en: 'the question holds no parameter' },
    },
    fix: {
      fr: 'Écrire queryByParameter avec queryId et au moins un critère.',
      en: 'Write queryByParameter with queryId and one parameter at least.',
    },
    reference: 'IHE ITI TF-2, sections 3.45.4.1 et 3.47',
  },
  'HL7-ACKNOWLEDGEMENT': {
    severity: 'error',
    fr: "L'acquittement ne peut pas être suivi : {case}.",
    en: 'The acknowledgement cannot be followed: {case}.',
    cases: {
      absent: { fr: "la réponse n'acquitte aucun message", en: 'the answer acknowledges no message' },
      unknown: {
        fr: "le code d'acquittement n'est pas de la norme",
        en: 'the acknowledgement code is not of the standard',
      },
      contrary: { fr: 'les acquittements se contredisent', en: 'the acknowledgements contradict each other' },
      target: {
        fr: "l'acquittement ne nomme pas le message qu'il acquitte",
        en: 'the acknowledgement does not name the message it is about',
      },
    },
    fix: {
      fr: 'Prévenir la plateforme ; ne pas tenir la demande pour acceptée.',
      en: 'Tell the platform; do not take the request for accepted.',
    },
    reference: transmission,
  },
  'HL7-REFUSED': {
    severity: 'error',
    fr: "Le serveur d'identités refuse la demande : {case}.",
    en: 'The identity server refuses the request: {case}.',
    cases: {
      error: { fr: 'il y trouve une erreur', en: 'it finds an error in it' },
      rejected: { fr: 'il ne peut pas la traiter', en: 'it cannot process it' },
      query: { fr: 'il ne peut pas répondre à la question', en: 'it cannot answer the question' },
    },
    fix: {
      fr: 'Lire les motifs, et les corriger dans la demande.',
      en: 'Read the reasons, and correct the request.',
    },
    reference: 'HL7 v3, AcknowledgementType et QueryResponse ; IHE ITI TF-2, sections 3.44 à 3.47',
  },
  'HL7-REASON': {
    severity: 'error',
    fr: "Motif du serveur d'identités : {case}.",
    en: 'Reason of the identity server: {case}.',
    cases: {
      'unknown-patient': {
        fr: 'il ne connaît pas ce patient',
        en: 'it does not know this patient',
        fix: { fr: "Vérifier l'identifiant du patient.", en: 'Check the identifier of the patient.' },
      },
      'unknown-domain': {
        fr: 'il ne connaît pas un des domaines demandés',
        en: 'it does not know one of the domains asked for',
        fix: { fr: 'Vérifier les OID des domaines.', en: 'Check the OIDs of the domains.' },
      },
      'unknown-identifier': {
        fr: 'il ne connaît pas un identifiant de la demande',
        en: 'it does not know an identifier of the request',
        fix: { fr: 'Vérifier les identifiants de la demande.', en: 'Check the identifiers of the request.' },
      },
      duplicate: {
        fr: 'cet identifiant existe déjà',
        en: 'this identifier exists already',
        fix: { fr: "Mettre le patient à jour au lieu de l'ajouter.", en: 'Revise the patient instead of adding it.' },
      },
      busy: {
        fr: 'sa base est occupée ou en défaut',
        en: 'its store is busy or failing',
        fix: { fr: 'Recommencer plus tard.', en: 'Try again later.' },
      },
      required: {
        fr: 'une donnée obligatoire manque',
        en: 'a required item is missing',
        fix: { fr: 'Ajouter ce que désigne le motif.', en: 'Add what the reason points at.' },
      },
      other: { fr: 'code sans explication commune', en: 'a code without a common meaning' },
    },
    fix: {
      fr: 'Lire le texte du motif avec `terr-esante inspect`.',
      en: 'Read the text of the reason with `terr-esante inspect`.',
    },
    reference: 'HL7 v2.5, table 0357 ; HL7 v3, AcknowledgementDetailCode',
  },
  'HL7-COUNT': {
    severity: 'warning',
    fr: "Le nombre de patients annoncé n'est pas celui de la réponse.",
    en: 'The announced number of patients is not that of the answer.',
    fix: {
      fr: 'Prévenir la plateforme ; compter les patients de la réponse.',
      en: 'Tell the platform; count the patients of the answer.',
    },
    reference: 'IHE ITI TF-2, section 3.47',
  },
  'HL7-PATIENT': {
    severity: 'error',
    fr: "Un patient de la réponse n'a pas d'identifiant.",
    en: 'A patient of the answer has no identifier.',
    fix: { fr: 'Prévenir la plateforme.', en: 'Tell the platform.' },
    reference: 'IHE ITI TF-2, sections 3.45.4.2 et 3.47',
  },
} as const satisfies RuleCatalogue;
