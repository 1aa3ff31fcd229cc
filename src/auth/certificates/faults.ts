import type { FaultTable } from '../../internal/fault.ts';

/** Why a certificate, a list of revoked certificates or an OCSP answer cannot be read. */
export const certificateFaults = {
  'not-a-certificate': { fr: "ce n'est pas un certificat X.509", en: 'it is not an X.509 certificate' },
  'empty-pem': { fr: 'aucun certificat dans le texte PEM', en: 'the PEM text holds no certificate' },
  truncated: { fr: 'données tronquées', en: 'the data are cut short' },
  trailing: { fr: 'octets en trop', en: 'there are bytes after its end' },
  'length-form': { fr: 'longueur DER non définie ou excessive', en: 'a DER length is indefinite or excessive' },
  'length-not-minimal': { fr: 'longueur DER non minimale', en: 'a DER length is not written in the fewest bytes' },
  'high-tag': { fr: "étiquette DER d'un numéro élevé", en: 'a DER tag has a high number' },
  constructed: {
    fr: "une valeur DER n'a pas la forme de son type",
    en: 'a DER value does not have the form of its type',
  },
  depth: { fr: 'structure trop profonde', en: 'the structure is too deep' },
  size: { fr: 'données trop longues', en: 'the data are too long' },
  structure: { fr: 'structure inattendue', en: 'the structure is not the expected one' },
  type: { fr: "le champ {field} n'a pas le type attendu", en: 'the field {field} is not of the expected type' },
  parts: { fr: 'trois parties attendues', en: 'it does not have three parts' },
  'missing-field': { fr: 'champs manquants', en: 'fields are missing' },
  'algorithms-differ': {
    fr: 'algorithmes de signature différents',
    en: 'the two algorithms of its signature are different',
  },
  'no-validity': { fr: 'validité absente', en: 'its validity is missing' },
  'empty-attribute': { fr: 'attribut de nom vide', en: 'an attribute of a name is empty' },
  'extension-form': { fr: 'extension mal formée', en: 'an extension is malformed' },
  'extension-twice': { fr: 'extension en double', en: 'an extension is there twice' },
  boolean: { fr: 'booléen DER mal écrit', en: 'a DER boolean is badly written' },
  'oid-form': { fr: "arc d'OID mal écrit", en: 'an arc of an OID is badly written' },
  'oid-size': { fr: "arc d'OID trop grand", en: 'an arc of an OID is too large' },
  'oid-truncated': { fr: 'OID tronqué', en: 'an OID is cut short' },
  'date-form': { fr: 'date attendue', en: 'a date is malformed' },
  'date-impossible': { fr: 'date impossible', en: 'a date is impossible' },
} as const satisfies FaultTable;

export type CertificateFault = keyof typeof certificateFaults;
