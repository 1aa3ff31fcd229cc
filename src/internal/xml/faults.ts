import type { FaultTable } from '../fault.ts';

/** Why a text is refused. None of these quotes the text, which may hold a patient's data. */
export const xmlFaults = {
  'too-long': { fr: 'texte trop long', en: 'the text is too long' },
  utf16: { fr: 'le contenu est en UTF-16, pas en UTF-8', en: 'the content is UTF-16, not UTF-8' },
  'not-utf8': { fr: "le contenu n'est pas en UTF-8", en: 'the content is not UTF-8' },
  encoding: { fr: "l'encodage déclaré n'est pas UTF-8", en: 'an encoding other than UTF-8 is declared' },
  version: { fr: 'version de XML autre que 1.0', en: 'a version of XML other than 1.0' },
  doctype: { fr: 'DOCTYPE ou déclaration interdits', en: 'a DOCTYPE or declaration, which is forbidden' },
  comment: { fr: 'commentaire interdit ici', en: 'a comment, which is forbidden here' },
  instruction: {
    fr: 'instruction de traitement interdite ici',
    en: 'a processing instruction, which is forbidden here',
  },
  'too-many-elements': { fr: "trop d'éléments", en: 'too many elements' },
  'too-many-attributes': { fr: "trop d'attributs sur un élément", en: 'too many attributes on one element' },
  'too-deep': { fr: 'imbrication trop profonde', en: 'elements nested too deeply' },
  character: { fr: 'caractère interdit', en: 'a forbidden character' },
  'character-reference': {
    fr: 'référence à un caractère interdit',
    en: 'a reference to a forbidden character',
  },
  reference: { fr: 'référence mal formée', en: 'a malformed or unknown reference' },
  name: { fr: 'nom mal formé', en: 'a malformed name' },
  tag: { fr: 'balise mal formée', en: 'a malformed tag' },
  'duplicate-attribute': { fr: 'attribut en double', en: 'an attribute twice on one element' },
  'undeclared-prefix': { fr: 'préfixe non déclaré', en: 'a prefix that is not declared' },
  'forbidden-namespace': {
    fr: "déclaration d'espace de noms interdite",
    en: 'a forbidden declaration of a namespace',
  },
  'malformed-comment': { fr: 'commentaire mal formé', en: 'a malformed comment' },
  'section-end': { fr: '« ]]> » dans un texte', en: 'the end of a CDATA section inside a text' },
  'outside-root': { fr: "texte hors de l'élément racine", en: 'text outside of the root element' },
  'several-roots': { fr: 'plusieurs éléments racines', en: 'several root elements' },
  'no-root': { fr: 'aucun élément', en: 'no element' },
  unclosed: { fr: 'élément non fermé', en: 'an element that is not closed' },
  'other-end-tag': { fr: "balise fermante d'un autre élément", en: 'the end tag of another element' },
  'stray-end-tag': { fr: 'balise fermante sans ouverture', en: 'an end tag without a start tag' },
  malformed: { fr: 'mal formé', en: 'malformed' },
} as const satisfies FaultTable;

export type XmlFault = keyof typeof xmlFaults;
