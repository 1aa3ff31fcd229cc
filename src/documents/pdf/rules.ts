import type { Rule } from '../check/rule.ts';

const volet = 'CI-SIS, volet Structuration minimale de documents de santé : corps non structuré en PDF/A-1';
const pdf = 'ISO 32000-1';

function rule(
  id: string,
  severity: Rule['severity'],
  [message, messageEn, expected, fix, reference]: readonly [string, string, string, string, string],
): Rule {
  return { id, severity, message, messageEn, expected, fix, reference };
}

/** What a PDF is refused for before it is put in a document, and what is only said. */
export const pdfRules = {
  empty: rule('PDF-EMPTY', 'error', [
    'Le fichier PDF est vide.',
    'The PDF file is empty.',
    'un fichier PDF',
    'Joindre le document à déposer.',
    volet,
  ]),
  notPdf: rule('PDF-FORMAT', 'error', [
    "Le fichier n'est pas un PDF.",
    'The file is not a PDF: it does not begin with %PDF-.',
    '%PDF- comme premiers octets',
    'Convertir le document en PDF/A-1.',
    `${pdf}, section 7.5.2`,
  ]),
  truncated: rule('PDF-TRUNCATED', 'error', [
    'Le fichier PDF est incomplet.',
    'The PDF has no end-of-file marker: it is truncated.',
    'startxref et %%EOF près de la fin',
    'Produire de nouveau le PDF.',
    `${pdf}, section 7.5.5`,
  ]),
  unreadable: rule('PDF-UNREADABLE', 'error', [
    'Une partie du PDF ne peut pas être contrôlée.',
    'A part of the PDF cannot be inspected, so it is not let through.',
    'une structure lisible dans les limites',
    'Produire de nouveau le PDF, si possible en PDF/A-1.',
    `${pdf}, section 7.5`,
  ]),
  hiddenObject: rule('PDF-HIDDEN-OBJECT', 'error', [
    'Le PDF contient un objet caché dans un commentaire, une chaîne ou un flux.',
    'The PDF holds an object header inside a comment, a string or a stream body.',
    'des objets au niveau du fichier seulement',
    'Produire de nouveau le PDF avec un autre outil.',
    `${pdf}, section 7.3.10`,
  ]),
  encrypted: rule('PDF-ENCRYPTED', 'error', [
    'Le PDF est chiffré ou protégé par un mot de passe.',
    'The PDF is encrypted.',
    'aucune entrée Encrypt dans aucune révision du fichier',
    'Retirer la protection du PDF.',
    'ISO 19005-1, section 6.1.3',
  ]),
  javaScript: rule('PDF-JAVASCRIPT', 'error', [
    'Le PDF contient du JavaScript.',
    'The PDF contains JavaScript.',
    'aucun JavaScript dans aucune révision du fichier',
    'Enregistrer le document en PDF/A-1, sans script.',
    'ISO 19005-1, section 6.6.1',
  ]),
  launch: rule('PDF-LAUNCH', 'error', [
    'Le PDF peut lancer un programme.',
    'The PDF contains a Launch action.',
    'aucune action Launch dans aucune révision du fichier',
    'Enregistrer le document en PDF/A-1, sans action.',
    'ISO 19005-1, section 6.6.1',
  ]),
  embeddedFile: rule('PDF-EMBEDDED-FILE', 'error', [
    'Le PDF contient un fichier joint.',
    'The PDF contains an embedded file.',
    'aucun fichier joint dans aucune révision du fichier',
    'Retirer les fichiers joints et les déposer à part.',
    'ISO 19005-1, section 6.1.11',
  ]),
  xfa: rule('PDF-XFA', 'error', [
    'Le PDF est un formulaire dynamique (XFA).',
    'The PDF contains an XFA form.',
    'aucun formulaire XFA dans aucune révision du fichier',
    'Imprimer le formulaire en PDF/A-1.',
    'ISO 19005-1, section 6.9',
  ]),
  richMedia: rule('PDF-RICH-MEDIA', 'error', [
    'Le PDF contient un contenu multimédia actif.',
    'The PDF contains rich media.',
    'aucune annotation RichMedia dans aucune révision du fichier',
    'Enregistrer le document en PDF/A-1.',
    'ISO 19005-1, section 6.5.2',
  ]),
  notPdfA: rule('PDF-A1', 'warning', [
    "Le PDF n'est pas déclaré conforme à PDF/A-1.",
    'The PDF is not marked as PDF/A-1 (pdfaid:part in its XMP metadata).',
    'pdfaid:part 1',
    'Enregistrer si possible le document en PDF/A-1.',
    volet,
  ]),
} as const satisfies Record<string, Rule>;
