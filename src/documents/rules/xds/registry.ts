import type { RuleCatalogue } from '../../../internal/finding.ts';
import { sharing } from '../references.ts';

const rim = 'OASIS ebXML RIM 3.0, schema rim.xsd';
const slotTable = 'IHE ITI TF-3, table 4.2.3.2-1 (DocumentEntry), 4.2.3.3-1 (SubmissionSet), 4.2.3.4-1 (Folder)';

/** How registry objects are written: the ebRIM form, how often a part of them occurs. */
export const xdsRegistryRules = {
  'XDS-SCHEMA': {
    severity: 'error',
    fr: "Les métadonnées ne suivent pas le schéma ebRIM : élément, ordre, attribut ou longueur d'un attribut.",
    en: 'The metadata do not follow the ebRIM schema: an element, its order, an attribute or its length.',
    fix: {
      fr: "Écrire Slot, Name, Description, VersionInfo, Classification puis ExternalIdentifier, avec un id et les attributs du schéma, dans l'espace de noms rim:3.0.",
      en: 'Write Slot, Name, Description, VersionInfo, Classification, then ExternalIdentifier, with an id and the attributes of the schema, in the namespace rim:3.0.',
    },
    reference: rim,
  },
  'XDS-SLOT-VALUES': {
    severity: 'error',
    fr: 'Une métadonnée à valeur unique en a plusieurs.',
    en: 'A single-valued attribute has several values.',
    fix: {
      fr: "Garder une valeur : celle de l'en-tête du document.",
      en: 'Keep one value: that of the document header.',
    },
    expected: '1',
    reference: slotTable,
  },
  'XDS-CODING-SCHEME': {
    severity: 'error',
    fr: 'Un code ne dit pas, une fois et une seule, de quelle nomenclature il vient.',
    en: 'A code does not name its coding scheme exactly once.',
    fix: {
      fr: "Écrire dans la classification le slot codingScheme, une seule fois, avec l'OID de la nomenclature.",
      en: 'Write the slot codingScheme in the classification, once, with the OID of the code system.',
    },
    expected: 'codingScheme 1..1',
    reference: 'IHE ITI TF-3, section 4.2.3.1.2',
  },
  'XDS-CLASSIFICATION-TWICE': {
    severity: 'error',
    fr: "Une classification qui ne vient qu'une fois par objet vient plusieurs fois.",
    en: 'A classification that occurs once per object occurs several times.',
    fix: {
      fr: "Garder le code de l'en-tête du document, et supprimer les autres classifications du même schéma.",
      en: 'Keep the code of the document header, and remove the other classifications of the same scheme.',
    },
    expected: 'Classification 1..1',
    reference: slotTable,
  },
  'XDS-CODE-VALUE': {
    severity: 'error',
    fr: "Une classification n'a pas de code, ou celle d'un auteur en a un.",
    en: 'A classification has no code, or that of an author has one.',
    fix: {
      fr: 'Écrire le code dans nodeRepresentation ; laisser cet attribut vide pour un auteur.',
      en: 'Write the code in nodeRepresentation; leave this attribute empty for an author.',
    },
    expected: 'nodeRepresentation',
    reference: 'IHE ITI TF-3, section 4.2.3.1.2 (code), 4.2.3.1.4 (author)',
  },
  'XDS-OWNER': {
    severity: 'error',
    fr: 'Une classification ou un identifiant désigne un autre objet que celui qui le contient.',
    en: 'A classification or an external identifier names another object than the one it stands in.',
    fix: {
      fr: "Écrire dans classifiedObject ou registryObject l'id de l'objet qui contient l'élément.",
      en: 'Write in classifiedObject or registryObject the id of the object that holds the element.',
    },
    reference: 'OASIS ebXML RIM 3.0, sections 2.9 (ExternalIdentifier), 4.3 (Classification)',
  },
  'XDS-IDENTIFIER-TWICE': {
    severity: 'error',
    fr: 'Un identifiant externe (patientId, uniqueId, sourceId) est écrit plusieurs fois.',
    en: 'An external identifier (patientId, uniqueId, sourceId) occurs several times in one object.',
    fix: { fr: "N'écrire chaque identifiant qu'une fois par objet.", en: 'Write each identifier once per object.' },
    expected: 'ExternalIdentifier 1..1',
    reference: slotTable,
  },
  'XDS-IDENTIFIER-NAME': {
    severity: 'warning',
    fr: "Le nom d'un identifiant externe n'est pas celui de sa métadonnée.",
    en: 'The Name of an external identifier is not that of its attribute.',
    fix: {
      fr: 'Écrire le nom fixé par le cadre technique, par exemple XDSDocumentEntry.patientId.',
      en: 'Write the name that the framework fixes, for example XDSDocumentEntry.patientId.',
    },
    reference: 'IHE ITI TF-3, section 4.2.3.1.3',
  },
  'XDS-SCHEME-CASE': {
    severity: 'error',
    fr: "L'identifiant d'un schéma de classification est écrit en majuscules : certains registres ne le reconnaissent pas.",
    en: 'The UUID of a scheme is not in lower case: some registries do not recognise it.',
    fix: { fr: "Écrire l'UUID en minuscules.", en: 'Write the UUID in lower case.' },
    reference: 'RFC 4122, section 3; IHE ITI TF-3, section 4.2.5',
  },
  'XDS-STATUS': {
    severity: 'error',
    fr: "Le lot de soumission ou un classeur n'est pas à l'état Approved.",
    en: 'A SubmissionSet or a Folder has another status than Approved.',
    fix: { fr: 'Retirer cet attribut : le registre le pose.', en: 'Remove this attribute: the registry sets it.' },
    expected: 'urn:oasis:names:tc:ebxml-regrep:StatusType:Approved',
    reference: 'IHE ITI TF-3, sections 4.2.3.3.2, 4.2.3.4.1 (availabilityStatus)',
  },
  'XDS-OBJECT-TYPE': {
    severity: 'error',
    fr: "Un document n'est pas déclaré stable : ni un dépôt, ni une archive ne portent autre chose.",
    en: 'A DocumentEntry is not declared stable: neither a deposit nor a medium carries anything else.',
    fix: {
      fr: "Écrire l'objectType d'un document stable.",
      en: 'Write the objectType of a stable document.',
    },
    expected: 'urn:uuid:7edca82f-054d-47f2-a032-9b2a5b5186c1',
    reference: 'IHE ITI TF-3, section 4.2.3.2.17; ITI TF-2, sections 3.32, 3.41',
  },
  'XDS-MEMBER-STATUS': {
    severity: 'error',
    fr: "Le lien entre le lot et un document ne dit pas, une fois, s'il est nouveau (Original) ou déjà enregistré (Reference).",
    en: 'A HasMember does not say once whether its document is new (Original) or registered already (Reference).',
    fix: {
      fr: "Écrire SubmissionSetStatus Original pour un document de l'envoi, Reference pour un document déjà enregistré.",
      en: 'Write SubmissionSetStatus Original for a document of the request, Reference for a registered one.',
    },
    expected: 'Original | Reference',
    reference: 'IHE ITI TF-3, section 4.2.2.1.2.1 (SubmissionSetStatus)',
  },
  'XDS-ASSOCIATION': {
    severity: 'error',
    fr: "Le type d'un lien n'est pas connu, ou il manque ce que ce type demande.",
    en: 'The type of an Association is unknown, or lacks what this type needs.',
    fix: {
      fr: "Écrire l'URN entière d'un type du cadre technique, une source contenue dans l'envoi, et les slots du type.",
      en: 'Write the whole URN of a type of the framework, a source of the request, and the slots of the type.',
    },
    reference: 'IHE ITI TF-3, section 4.2.2',
  },
  'XDS-CHARSET': {
    severity: 'error',
    fr: "Un libellé est déclaré dans un autre jeu de caractères que l'UTF-8.",
    en: 'A LocalizedString declares another charset than UTF-8.',
    fix: { fr: 'Écrire charset="UTF-8".', en: 'Write charset="UTF-8".' },
    expected: 'UTF-8',
    reference: 'IHE ITI TF-3, section 4.2.3.2.25 (title); OASIS ebXML RIM 3.0, section 2.1.5',
  },
  'XDS-SEVERAL-TEXTS': {
    severity: 'warning',
    fr: 'Un libellé existe en plusieurs langues : seul le texte français, ou à défaut le premier, est repris.',
    en: 'A text is given in several languages: only the French one is kept, or the first.',
    fix: { fr: "N'écrire qu'un LocalizedString, en français.", en: 'Write one LocalizedString, in French.' },
    expected: 'LocalizedString 1..1',
    reference: sharing,
  },
  'XDS-BLANK': {
    severity: 'error',
    fr: 'Une valeur commence ou finit par des blancs : certains registres la refusent.',
    en: 'A value begins or ends with blanks: some registries refuse it.',
    fix: { fr: 'Retirer les blancs autour de la valeur.', en: 'Remove the blanks around the value.' },
    reference: 'IHE ITI TF-3, section 4.2.3.1.7',
  },
} as const satisfies RuleCatalogue;
