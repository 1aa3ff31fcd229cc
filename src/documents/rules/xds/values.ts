import type { RuleCatalogue } from '../../../internal/finding.ts';
import { sharing } from '../references.ts';

const dataTypes = 'IHE ITI TF-3, table 4.2.3.1.7-2';

/** The data types of values: identifiers, people, structures, telecom, references. */
export const xdsValueRules = {
  'XDS-AUTHORITY': {
    severity: 'error',
    fr: "L'autorité d'affectation d'un identifiant n'est pas un OID de type ISO, seul.",
    en: 'The assigning authority of an identifier is not an OID alone, of type ISO.',
    fix: {
      fr: 'Écrire &OID&ISO : première sous-composante vide, type ISO.',
      en: 'Write &OID&ISO: the first sub-component empty, the type ISO.',
    },
    expected: '&OID&ISO',
    reference: `${dataTypes} (CX, XCN, XON)`,
  },
  'XDS-CX-TYPE': {
    severity: 'error',
    fr: "Un identifiant de patient n'a pas le type que le cadre français demande, ou a d'autres composantes.",
    en: 'A patient identifier lacks the type that the French framework asks for, or has further components.',
    fix: {
      fr: "Écrire le type NH pour une INS, PI pour un identifiant local. Le cadre français demande cette composante, qu'IHE interdit : il l'emporte.",
      en: 'Write the type NH for an INS, PI for a local identifier. The French framework asks for this component, which IHE forbids: it wins.',
    },
    expected: 'NH | PI',
    reference: `${sharing} (CX.5); ${dataTypes} (CX)`,
  },
  'XDS-INSTITUTION-COMPONENTS': {
    severity: 'error',
    fr: "Une structure a des composantes que ni IHE ni le cadre français n'admettent.",
    en: 'An XON has components that neither IHE nor the French framework allows.',
    fix: {
      fr: "N'écrire que les composantes 1, 6, 7 et 10. Le cadre français demande la septième (IDNST), qu'IHE interdit : il l'emporte.",
      en: 'Write components 1, 6, 7 and 10 only. The French framework asks for the seventh (IDNST), which IHE forbids: it wins.',
    },
    expected: 'nom^^^^^&1.2.250.1.71.4.2.2&ISO^IDNST^^^id',
    reference: `${sharing} (XON); ${dataTypes} (XON)`,
  },
  'XDS-PERSON-COMPONENTS': {
    severity: 'warning',
    fr: "Une personne a des composantes ou des sous-composantes que le cadre français n'emploie pas : elles ne sont pas reprises.",
    en: 'An XCN has components or sub-components that the French framework does not use: they are not kept.',
    fix: {
      fr: "N'écrire que les composantes 1, 2, 3, 9, 10 et 13, le nom entier dans la deuxième.",
      en: 'Write components 1, 2, 3, 9, 10 and 13 only, the whole family name in the second.',
    },
    expected: 'id^family^given^^^^^^&OID&ISO^D^^^IDNPS',
    reference: `${sharing} (XCN)`,
  },
  'XDS-AUTHOR-ROLE': {
    severity: 'error',
    fr: "Le rôle d'un auteur est vide, ou porte des composantes.",
    en: 'authorRole is empty, or has components.',
    fix: {
      fr: "Écrire le libellé du rôle, seul : le cadre français n'emploie pas l'identifiant codé qu'IHE admet.",
      en: 'Write the label of the role, alone: the French framework does not use the coded identifier that IHE allows.',
    },
    expected: 'Médecin traitant',
    reference: `${sharing} (authorRole); IHE ITI TF-3, section 4.2.3.1.4.3`,
  },
  'XDS-AUTHOR-SPECIALTY': {
    severity: 'error',
    fr: "La spécialité d'un auteur est vide, ou n'a pas la forme attendue.",
    en: 'authorSpecialty is empty, or is neither the French nor the IHE form.',
    fix: {
      fr: "Écrire code^libellé^OID. Le cadre français demande ces trois composantes, qu'IHE n'a pas : il l'emporte.",
      en: 'Write code^display^OID. The French framework asks for these three components, which IHE does not have: it wins.',
    },
    expected: 'code^display^OID',
    reference: `${sharing} (authorSpecialty); IHE ITI TF-3, section 4.2.3.1.4.4`,
  },
  'XDS-TELECOM': {
    severity: 'error',
    fr: "Une adresse de télécommunication n'a pas les parties de sa forme.",
    en: 'An XTN lacks the parts of its kind, or mixes them.',
    fix: {
      fr: 'Écrire ^^Internet^adresse pour un courriel, ^PRN^PH et le numéro pour un téléphone.',
      en: 'Write ^^Internet^address for a mail address, ^PRN^PH and the number for a telephone.',
    },
    expected: '^^Internet^adresse@domaine',
    reference: `${dataTypes} (XTN); IHE ITI TF-3, section 4.2.3.1.4.5`,
  },
  'XDS-RECIPIENT': {
    severity: 'error',
    fr: "Un destinataire n'est ni une structure, ni une personne, ni une adresse.",
    en: 'An intendedRecipient is not XON|XCN|XTN.',
    fix: {
      fr: 'Écrire structure|personne|adresse, une partie au moins, chacune dans sa forme.',
      en: 'Write organization|person|telecom, at least one of them, each in its form.',
    },
    expected: 'XON|XCN|XTN',
    reference: 'IHE ITI TF-3, section 4.2.3.3.7',
  },
  'XDS-REPETITION': {
    severity: 'error',
    fr: 'Une valeur en contient plusieurs, séparées par un tilde.',
    en: 'A value holds several, separated by a tilde.',
    fix: { fr: 'Écrire chaque valeur dans un élément Value.', en: 'Write each one in a Value element of its own.' },
    reference: 'IHE ITI TF-3, section 4.2.3.1.7',
  },
  'XDS-MIME-TYPE': {
    severity: 'error',
    fr: "La nature du document n'est pas un type et un sous-type, sans paramètre.",
    en: 'mimeType is not a type and a subtype, without parameters.',
    fix: { fr: 'Écrire text/xml pour un CDA.', en: 'Write text/xml for a CDA.' },
    expected: 'text/xml',
    reference: 'IHE ITI TF-3, section 4.2.3.2.15; RFC 2045, section 5.1',
  },
  'XDS-URI-FORM': {
    severity: 'error',
    fr: "L'URI d'un document est vide ou mal formée.",
    en: 'The URI of a document is empty or malformed.',
    fix: {
      fr: 'Écrire le nom du fichier, DOC0001.XML par exemple, ou retirer le slot.',
      en: 'Write the name of the file, DOC0001.XML for example, or remove the slot.',
    },
    expected: 'DOC0001.XML',
    reference: 'IHE ITI TF-3, section 4.2.3.2.27; RFC 2396',
  },
  'XDS-URI-PARTS': {
    severity: 'warning',
    fr: "L'URI d'un document est coupée en plusieurs valeurs numérotées : peu de logiciels les recollent.",
    en: 'The URI of a document is cut into numbered values: few programs join them.',
    fix: { fr: "Écrire l'URI en une valeur.", en: 'Write the URI as one value.' },
    expected: '1',
    reference: 'IHE ITI TF-3, section 4.2.3.2.27',
  },
  'XDS-REPOSITORY': {
    severity: 'error',
    fr: "L'identifiant de l'entrepôt n'est pas un OID.",
    en: 'repositoryUniqueId is not an OID.',
    fix: {
      fr: "Retirer ce slot d'un dépôt : l'entrepôt le pose.",
      en: 'Remove this slot from a deposit: the repository sets it.',
    },
    expected: 'OID',
    reference: 'IHE ITI TF-3, section 4.2.3.2.18',
  },
  'XDS-HOME': {
    severity: 'error',
    fr: "L'identifiant de communauté n'est pas un OID précédé de urn:oid:.",
    en: 'homeCommunityId is not urn:oid: and an OID.',
    fix: {
      fr: "Retirer cet attribut, ou écrire urn:oid: puis l'OID.",
      en: 'Remove this attribute, or write urn:oid: then the OID.',
    },
    expected: 'urn:oid:OID',
    reference: 'IHE ITI TF-3, section 4.2.3.2.12',
  },
  'XDS-REFERENCE-ID': {
    severity: 'error',
    fr: "Une référence n'a pas d'identifiant, pas de type, ou d'autres composantes.",
    en: 'A reference id lacks its identifier or its type, or has further components.',
    fix: {
      fr: "Écrire l'identifiant, son autorité et son type.",
      en: 'Write the identifier, its authority and its type.',
    },
    expected: 'id^^^&OID&ISO^urn:ihe:iti:xds:2013:accession',
    reference: `${dataTypes} (CXi); IHE ITI TF-3, section 4.2.3.2.28`,
  },
} as const satisfies RuleCatalogue;
