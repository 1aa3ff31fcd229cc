import type { RuleCatalogue } from '../../internal/finding.ts';
import { pdfBody } from './references.ts';

/** A PDF before it is put in a document. */
export const pdfRules = {
  'PDF-EMPTY': {
    severity: 'error',
    fr: 'Le fichier PDF est vide.',
    en: 'The PDF file is empty.',
    fix: { fr: 'Joindre le document à déposer.', en: 'Attach the document to deposit.' },
    reference: pdfBody,
  },
  'PDF-FORMAT': {
    severity: 'error',
    fr: 'Le fichier est refusé : {case}.',
    en: 'The file is refused: {case}.',
    fix: { fr: 'Convertir le document en PDF/A-1.', en: 'Convert the document to PDF/A-1.' },
    expected: '%PDF-',
    reference: 'ISO 32000-1, section 7.5.2; ISO 19005-1, section 6.1.2',
    cases: {
      none: { fr: "ce n'est pas un PDF", en: 'it is not a PDF, no %PDF- stands at its beginning' },
      'late-header': {
        fr: "des octets précèdent l'en-tête %PDF-, qui doit être au tout début",
        en: 'bytes stand before the header %PDF-, which must come first',
        fix: {
          fr: "Retirer ce qui précède l'en-tête, ou enregistrer de nouveau le document en PDF/A-1.",
          en: 'Remove what stands before the header, or save the document as PDF/A-1 again.',
        },
      },
      'no-version': {
        fr: "l'en-tête %PDF- ne porte pas de version (par exemple 1.4)",
        en: 'the header %PDF- has no version such as 1.4',
      },
    },
  },
  'PDF-TRUNCATED': {
    severity: 'error',
    fr: 'Le fichier PDF est incomplet : la fin attendue manque.',
    en: 'The PDF has no end-of-file marker: it is truncated.',
    fix: { fr: 'Produire de nouveau le PDF.', en: 'Produce the PDF again.' },
    expected: 'startxref %%EOF',
    reference: 'ISO 32000-1, section 7.5.5',
  },
  'PDF-UNREADABLE': {
    severity: 'error',
    fr: "Une partie du PDF ne peut pas être contrôlée : sa structure n'est pas lisible dans les limites admises.",
    en: 'A part of the PDF cannot be inspected within the limits, so the file is refused.',
    fix: {
      fr: 'Produire de nouveau le PDF, si possible en PDF/A-1.',
      en: 'Produce the PDF again, in PDF/A-1 when possible.',
    },
    reference: 'ISO 32000-1, section 7.5',
  },
  'PDF-HIDDEN-OBJECT': {
    severity: 'error',
    fr: 'Le PDF contient un objet caché dans un commentaire, une chaîne ou un flux.',
    en: 'The PDF holds an object header inside a comment, a string or a stream body.',
    fix: { fr: 'Produire de nouveau le PDF avec un autre outil.', en: 'Produce the PDF again with another tool.' },
    reference: 'ISO 32000-1, section 7.3.10',
  },
  'PDF-ENCRYPTED': {
    severity: 'error',
    fr: 'Le PDF est chiffré ou protégé par un mot de passe.',
    en: 'The PDF is encrypted.',
    fix: {
      fr: 'Retirer la protection du PDF, y compris des révisions antérieures du fichier.',
      en: 'Remove the protection of the PDF, earlier revisions of the file included.',
    },
    reference: 'ISO 19005-1, section 6.1.3',
  },
  'PDF-JAVASCRIPT': {
    severity: 'error',
    fr: 'Le PDF contient du JavaScript.',
    en: 'The PDF contains JavaScript.',
    fix: {
      fr: 'Enregistrer le document en PDF/A-1, sans script dans aucune révision du fichier.',
      en: 'Save the document as PDF/A-1, with no script in any revision of the file.',
    },
    reference: 'ISO 19005-1, section 6.6.1',
  },
  'PDF-LAUNCH': {
    severity: 'error',
    fr: 'Le PDF peut lancer un programme.',
    en: 'The PDF contains a Launch action.',
    fix: {
      fr: 'Enregistrer le document en PDF/A-1, sans action dans aucune révision du fichier.',
      en: 'Save the document as PDF/A-1, with no action in any revision of the file.',
    },
    reference: 'ISO 19005-1, section 6.6.1',
  },
  'PDF-EMBEDDED-FILE': {
    severity: 'error',
    fr: 'Le PDF contient un fichier joint.',
    en: 'The PDF contains an embedded file.',
    fix: {
      fr: 'Retirer les fichiers joints et les déposer à part.',
      en: 'Remove the embedded files and deposit them separately.',
    },
    reference: 'ISO 19005-1, section 6.1.11',
  },
  'PDF-XFA': {
    severity: 'error',
    fr: 'Le PDF est un formulaire dynamique (XFA).',
    en: 'The PDF contains an XFA form.',
    fix: { fr: 'Imprimer le formulaire en PDF/A-1.', en: 'Print the form to PDF/A-1.' },
    reference: 'ISO 19005-1, section 6.9',
  },
  'PDF-RICH-MEDIA': {
    severity: 'error',
    fr: 'Le PDF contient un contenu multimédia actif.',
    en: 'The PDF contains rich media.',
    fix: { fr: 'Enregistrer le document en PDF/A-1.', en: 'Save the document as PDF/A-1.' },
    reference: 'ISO 19005-1, section 6.5.2',
  },
  'PDF-FORM-DATA': {
    severity: 'error',
    fr: "Le PDF envoie ou importe les données d'un formulaire.",
    en: 'The PDF submits or imports the data of a form.',
    fix: { fr: 'Imprimer le formulaire en PDF/A-1.', en: 'Print the form to PDF/A-1.' },
    reference: 'ISO 32000-1, sections 12.7.5.2 and 12.7.5.4; ISO 19005-1, section 6.6.1',
  },
  'PDF-REMOTE-FILE': {
    severity: 'error',
    fr: 'Le PDF ouvre un autre fichier : {case}.',
    en: 'The PDF opens another file: {case}.',
    fix: {
      fr: 'Enregistrer le document en PDF/A-1, sans action dans aucune révision du fichier.',
      en: 'Save the document as PDF/A-1, with no action in any revision of the file.',
    },
    reference: 'ISO 32000-1, sections 12.6.3 and 12.6.4',
    cases: {
      'by-itself': { fr: "sans qu'on le demande", en: 'nobody asks for it' },
      network: { fr: 'sur une autre machine du réseau', en: 'on another machine of the network' },
    },
  },
  'PDF-EXTERNAL-STREAM': {
    severity: 'error',
    fr: 'Une partie du contenu du PDF se trouve dans un autre fichier.',
    en: 'A stream of the PDF lies in another file.',
    fix: { fr: 'Enregistrer le document en PDF/A-1.', en: 'Save the document as PDF/A-1.' },
    reference: 'ISO 19005-1, section 6.1.7',
  },
  'PDF-OPENS-ADDRESS': {
    severity: 'warning',
    fr: "Le PDF ouvre une adresse web dès qu'il est lu.",
    en: 'The PDF opens a web address as soon as it is shown.',
    fix: {
      fr: "Retirer l'action d'ouverture, ou la remplacer par un lien dans la page.",
      en: 'Remove the opening action, or put a link in the page instead.',
    },
    reference: 'ISO 32000-1, sections 12.6.3 and 12.6.4.7',
  },
  'PDF-ARCHIVE': {
    severity: 'error',
    fr: 'Le fichier est à la fois un PDF et une archive ZIP.',
    en: 'The file is a PDF and a ZIP archive at the same time.',
    fix: { fr: 'Produire de nouveau le PDF.', en: 'Produce the PDF again.' },
    reference: 'ISO 19005-1, section 6.1.3',
  },
  'PDF-A1': {
    severity: 'warning',
    fr: "Le PDF n'est pas déclaré conforme à PDF/A-1.",
    en: 'The PDF is not marked as PDF/A-1 (pdfaid:part in its XMP metadata).',
    fix: { fr: 'Enregistrer si possible le document en PDF/A-1.', en: 'Save the document as PDF/A-1 when possible.' },
    expected: 'pdfaid:part 1',
    reference: pdfBody,
  },
} as const satisfies RuleCatalogue;
