import { act, deposit, every, isDone, must, refused, should, type ScenarioRow } from '../row.ts';

const cda = (section: string) => [{ doc: 'CI-SIS, volet Structuration minimale', section, grade: 'N' as const }];
const share = (section: string) => [
  { doc: 'CI-SIS, volet Partage de documents de santé', section, grade: 'N' as const },
];
const guide = (section: string) => [{ doc: "Guide d'intégration Terr-eSanté", section, grade: 'S' as const }];

const badPdf = (
  [
    ['a', 'encrypted.pdf', 'chiffré', 'encrypted', ['PDF', 'chiffr', 'protég']],
    ['b', 'script.pdf', 'avec un script', 'with a script', ['PDF', 'script', 'actif']],
    ['c', 'attachment.pdf', 'avec une pièce jointe', 'with an attachment', ['PDF', 'joint', 'fichier']],
    ['d', 'empty.pdf', 'vide', 'empty', ['PDF', 'vide']],
    ['e', 'not-a-pdf.pdf', "qui n'en est pas un", 'that is none', ['PDF']],
  ] as const
).map(([variant, file, fr, en, words]): ScenarioRow => ({
  id: `DOC-20${variant}`,
  title: { fr: `PDF ${fr}`, en: `PDF ${en}` },
  purpose: { fr: 'Un tel fichier est refusé avant le dépôt.', en: 'Such a file is refused before the deposit.' },
  sources: cda('Corps non structuré'),
  steps: [deposit({ file })],
  assert: refused(words),
  fix: { fr: 'Imprimer de nouveau le document en PDF simple.', en: 'Print the document again as a plain PDF.' },
}));

/** What a document says, and what its metadata say of it. */
export const documentRows: readonly ScenarioRow[] = [
  {
    id: 'DOC-01',
    title: { fr: 'Lettre', en: 'Letter' },
    purpose: {
      fr: 'Une lettre a le type par défaut et le titre saisi.',
      en: 'A letter has the default type and the title that was typed.',
    },
    sources: guide('Types de documents'),
    steps: [deposit({ title: 'Courrier de suivi' })],
    assert: [
      isDone(),
      must('CDA-TITLE', 'W', every('document.cda.title', { equals: 'Courrier de suivi' })),
      must('CDA-CODE', 'W', every('document.cda.typeCode', { equals: 'CERT_DECL' })),
    ],
    fix: { fr: 'Prendre CERT_DECL, ou le type choisi.', en: 'Take CERT_DECL, or the type that was chosen.' },
  },
  {
    id: 'DOC-05',
    title: { fr: 'Ordonnance : type retiré', en: 'Prescription: retired type' },
    purpose: {
      fr: "Un type retiré que l'utilisateur a choisi part tel quel, avec une alerte.",
      en: 'A retired type that the user chose is sent as it is, with a warning.',
    },
    sources: guide('Types de documents'),
    steps: [deposit({ kind: 'prescription', type: '29551-9' })],
    assert: [
      must('CDA-TYPE-RETIRED', 'W', every('document.cda.typeCode', { equals: '29551-9' })),
      should('CDA-TYPE-RETIRED', 'A', { answer: 1, told: ['retiré', '57833-6'] }),
    ],
    fix: {
      fr: 'Ne jamais remplacer un code en silence : nommer son successeur.',
      en: 'Never replace a code silently: name its successor.',
    },
  },
  {
    id: 'DOC-06',
    title: { fr: "Type changé par l'utilisateur", en: 'Type changed by the user' },
    purpose: {
      fr: 'Le type choisi pour un compte rendu est celui qui part.',
      en: 'The type chosen for a report is the one that is sent.',
    },
    sources: guide('Types de documents'),
    steps: [deposit({ kind: 'report', type: '11488-4' })],
    assert: [
      must('CDA-CODE', 'W', every('document.cda.typeCode', { equals: '11488-4' })),
      must('XDS-LINK', 'W', every('document.entry.typeCode.code', { equals: '11488-4' })),
    ],
    fix: { fr: 'Reprendre le choix dans le CDA et les métadonnées.', en: 'Use the choice in CDA and metadata.' },
  },
  {
    id: 'DOC-08',
    title: { fr: 'Auteur, signataire, structure', en: 'Author, signatory, structure' },
    purpose: {
      fr: "L'en-tête nomme l'auteur, le responsable et leur structure.",
      en: 'The header names author, authenticator and their structure.',
    },
    sources: cda('Auteur, responsable, conservateur'),
    steps: [deposit()],
    assert: [
      must('CDA-AUTHOR', 'W', { check: ['CDA-AUTHOR', 'CDA-LEGAL', 'CDA-CUSTODIAN', 'CDA-ACT', 'CDA-PERFORMER'] }),
      must('CDA-AUTHOR', 'W', every('document.cda.authors.0', { present: true })),
    ],
    fix: {
      fr: 'Compléter author, legalAuthenticator et custodian.',
      en: 'Complete author, legalAuthenticator and custodian.',
    },
  },
  {
    id: 'DOC-09',
    title: { fr: 'Chaque code avec sa nomenclature', en: 'Every code with its system' },
    purpose: { fr: "Chaque code porte l'OID de sa table.", en: 'Every code has the OID of its table.' },
    sources: cda('Éléments codés'),
    steps: [deposit()],
    assert: [must('CDA-CODE-SYSTEM', 'W', { check: ['CDA-CODE', 'XDS-CODE'] })],
    fix: { fr: 'Prendre codes et OID des tables publiées.', en: 'Take codes and OIDs of the published tables.' },
  },
  {
    id: 'DOC-10',
    title: { fr: 'Classe et format', en: 'Class and format' },
    purpose: {
      fr: 'La classe est celle du type, le format celui du corps.',
      en: 'The class is that of the type, the format that of the body.',
    },
    sources: share('classCode, formatCode'),
    steps: [deposit({ type: '11488-4' })],
    assert: [
      must('XDS-CLASS', 'W', every('document.entry.classCode.code', { equals: '10' })),
      must('XDS-LINK', 'W', { check: ['XDS-CLASS', 'XDS-LINK', 'XDS-FORMAT'] }),
    ],
    fix: { fr: 'Lire la classe dans la table des correspondances.', en: 'Read the class in the mapping table.' },
  },
  {
    id: 'DOC-11',
    title: { fr: 'Confidentialité normale par défaut', en: 'Normal confidentiality by default' },
    purpose: { fr: 'Sans choix, le niveau est N.', en: 'Without a choice, the level is N.' },
    sources: guide('Confidentialité'),
    steps: [deposit()],
    assert: [
      must('XDS-CONFIDENTIALITY', 'W', every('document.cda.confidentiality', { equals: 'N' })),
      must('XDS-CONFIDENTIALITY', 'W', every('document.entry.confidentiality.0', { equals: 'N' })),
    ],
    fix: { fr: 'Ne relever le niveau que sur un geste.', en: 'Raise the level only on a gesture.' },
  },
  {
    id: 'DOC-13',
    title: { fr: 'Masqué aux professionnels', en: 'Hidden from professionals' },
    purpose: {
      fr: 'Le masque est dans les métadonnées, à côté du niveau, jamais dans le CDA.',
      en: 'The mask is in the metadata, beside the level, never in the CDA.',
    },
    sources: share('confidentialityCode'),
    steps: [deposit({ masks: ['MASQUE_PS'] })],
    assert: [
      must('XDS-CONFIDENTIALITY', 'W', every('document.entry.confidentiality', { matches: '"N"' })),
      must('XDS-CONFIDENTIALITY', 'W', every('document.entry.confidentiality', { matches: 'MASQUE_PS' })),
      must('CDA-CONFIDENTIALITY', 'W', every('document.cda.confidentiality', { equals: 'N' })),
    ],
    fix: { fr: 'Ajouter le masque aux métadonnées seulement.', en: 'Add the mask to the metadata only.' },
  },
  {
    id: 'DOC-14',
    title: { fr: 'Nouvelle version', en: 'New version' },
    purpose: {
      fr: 'Nouvel identifiant, même série, version suivante, lien vers la précédente.',
      en: 'New identifier, same set, next version, link to the former.',
    },
    sources: cda('relatedDocument'),
    steps: [
      deposit({ title: 'Version une' }),
      act('document.replace', { kind: 'letter', file: 'plain.pdf', consent: true, title: 'Version deux' }),
    ],
    assert: [
      isDone(2),
      must('CDA-RELATED-VERSION', 'W', { custom: 'version-chain' }),
      must('CDA-RELATED-VERSION', 'W', { distinct: 'uniqueId' }),
      must('CDA-RELATED', 'W', { check: ['CDA-RELATED', 'CDA-VERSION', 'CDA-SET'] }),
    ],
    fix: {
      fr: 'Écrire relatedDocument RPLC et augmenter versionNumber.',
      en: 'Write relatedDocument RPLC and raise versionNumber.',
    },
  },
  {
    id: 'DOC-16',
    title: { fr: 'Empreinte et taille', en: 'Hash and size' },
    purpose: { fr: 'Elles sont celles des octets du fichier.', en: 'They are those of the bytes of the file.' },
    sources: share('hash, size'),
    steps: [deposit()],
    assert: [
      must('XDM-HASH', 'W', { check: ['XDM-HASH', 'XDM-SIZE'] }),
      must('XDM-HASH', 'W', { custom: 'hash-of-bytes' }),
    ],
    fix: {
      fr: "Calculer SHA-1 et taille sur le fichier de l'archive.",
      en: 'Compute SHA-1 and size on the file of the archive.',
    },
  },
  {
    id: 'DOC-17',
    title: { fr: 'Identifiants jamais deux fois', en: 'Identifiers never twice' },
    purpose: {
      fr: "Chaque document a une OID à lui, d'au plus 64 caractères, après un redémarrage aussi.",
      en: 'Each document has an OID of its own, of 64 characters at most, after a restart too.',
    },
    sources: share('uniqueId'),
    exclusive: true,
    steps: [deposit(), act('app.stop'), act('app.start'), deposit({ title: 'Après le redémarrage' })],
    assert: [
      must('XDS-UNIQUE-ID', 'W', { distinct: 'uniqueId' }),
      must('XDS-UNIQUE-ID', 'W', { mails: 2 }),
      must('CDA-ID-FORM', 'W', every('uniqueId', { matches: '^(?=.{1,64}(?:\\^|$))[0-2](?:\\.(?:0|[1-9][0-9]*))+' })),
    ],
    fix: { fr: "Ne pas repartir d'un compteur à zéro.", en: 'Do not start from a counter at zero.' },
  },
  {
    id: 'DOC-18',
    title: { fr: "Source : l'installation", en: 'Source: the installation' },
    purpose: { fr: 'sourceId est une OID, la même à chaque envoi.', en: 'sourceId is an OID, the same each time.' },
    sources: share('sourceId'),
    steps: [deposit({ title: 'Un' }), deposit({ title: 'Deux' })],
    assert: [
      should('XDS-ID', 'W', { same: ['sourceId'] }),
      must('XDS-ID', 'W', every('sourceId', { matches: '^[0-2](\\.[0-9]+)+$' })),
    ],
    fix: { fr: 'Donner une OID à chaque installation.', en: 'Give each installation an OID.' },
  },
  {
    id: 'DOC-19',
    title: { fr: "Acte la nuit du changement d'heure", en: 'Act in the night of the clock change' },
    purpose: {
      fr: 'Le CDA porte le décalage, les métadonnées sont en UTC.',
      en: 'The CDA has the offset, the metadata are in UTC.',
    },
    sources: share('creationTime'),
    steps: [deposit({ at: '2026-10-25T02:30:00+02:00' })],
    assert: [
      must('CDA-DATE-ZONE', 'W', every('document.offset', { equals: '+0200' })),
      must('XDS-TIME', 'W', every('document.entry.creationTime', { matches: '^20261025003000' })),
    ],
    fix: {
      fr: "Convertir en UTC pour XDS, garder l'heure locale et son décalage dans le CDA.",
      en: 'Convert to UTC for XDS, keep local time and offset in the CDA.',
    },
  },
  ...badPdf,
  {
    id: 'DOC-21',
    title: { fr: "PDF qui n'est pas PDF/A-1", en: 'PDF that is not PDF/A-1' },
    purpose: { fr: 'Il part, avec une alerte.', en: 'It is sent, with a warning.' },
    sources: cda('Corps non structuré'),
    steps: [deposit({ file: 'plain.pdf' })],
    assert: [isDone(), should('PDF-A1', 'A', { answer: 1, told: ['PDF/A'] }), must('K-ONCE', 'W', { mails: 1 })],
    fix: { fr: 'Avertir sans empêcher.', en: 'Warn without preventing.' },
  },
  {
    id: 'DOC-23',
    title: { fr: 'Numérisation de 3 Mo', en: 'Scan of 3 MB' },
    purpose: { fr: 'Les octets du PDF arrivent intacts.', en: 'The bytes of the PDF arrive intact.' },
    sources: share('hash'),
    steps: [deposit({ file: 'scan.pdf' }), { await: { mails: 1 }, ms: 5_000 }],
    assert: [
      must('XDM-HASH', 'W', { custom: 'pdf-of-file' }),
      must('XDM-HASH', 'W', { check: ['XDM-HASH', 'XDM-SIZE'] }),
    ],
    fix: { fr: 'Ne pas recoder le fichier.', en: 'Do not encode the file again.' },
  },
  {
    id: 'DOC-24',
    title: { fr: 'Titre hostile', en: 'Hostile title' },
    purpose: {
      fr: '`<script>` et `]]>` dans le titre restent du texte, le titre tient en 128 caractères.',
      en: '`<script>` and `]]>` in the title stay text, the title has 128 characters at most.',
    },
    sources: cda('title'),
    steps: [deposit({ title: 'Suivi <script>alert(1)</script> ]]> & fin' })],
    assert: [
      must('CDA-TITLE-LENGTH', 'W', { check: ['CDA-', 'XDS-'] }),
      must(
        'CDA-TITLE-LENGTH',
        'W',
        every('document.cda.title', { equals: 'Suivi <script>alert(1)</script> ]]> & fin' }),
      ),
    ],
    fix: { fr: 'Écrire le XML par une bibliothèque, ou échapper.', en: 'Write XML with a library, or escape.' },
  },
  {
    id: 'DOC-26',
    title: { fr: "Forme de l'archive", en: 'Layout of the archive' },
    purpose: {
      fr: 'INDEX.HTM, README.TXT et IHE_XDM/… sont à leur place.',
      en: 'INDEX.HTM, README.TXT and IHE_XDM/… are in their places.',
    },
    sources: [{ doc: 'IHE ITI TF-2', section: '3.32.4.1.2', grade: 'N' }],
    steps: [deposit()],
    assert: [
      must('XDM-LAYOUT', 'W', { check: ['XDM-'] }),
      must('XDM-FILE', 'W', every('files', { matches: 'METADATA\\.XML' })),
    ],
    fix: { fr: 'Suivre la disposition de IHE XDM.', en: 'Follow the layout of IHE XDM.' },
  },
  {
    id: 'DOC-27',
    title: { fr: 'Case non cochée', en: 'Box unticked' },
    purpose: {
      fr: 'Sans le consentement au dépôt, rien ne part.',
      en: 'Without the consent to the deposit, nothing leaves.',
    },
    sources: guide('Consentement'),
    steps: [deposit({ consent: false })],
    assert: [
      must('LEG-03', 'W', { silent: true }, 'un document déposé sans accord ne se reprend pas'),
      must('LEG-03', 'A', { answer: 1, outcome: ['refused'] }, 'un document déposé sans accord ne se reprend pas'),
      must('K-TOLD', 'A', { answer: 1, told: ['consent', 'accord'] }),
    ],
    fix: { fr: 'Refuser le dépôt sans la case.', en: 'Refuse the deposit without the box.' },
  },
  {
    id: 'DOC-30',
    title: { fr: 'Nom utilisé', en: 'Used name' },
    purpose: {
      fr: "Le nom utilisé n'est jamais fabriqué du nom de naissance.",
      en: 'The used name is never made of the birth name.',
    },
    sources: cda('patient/name'),
    patients: [{ without: ['usedName', 'usedFirstName'] }],
    steps: [deposit()],
    assert: [
      must('CDA-PATIENT-QUALIFIER', 'W', { check: ['CDA-PATIENT'] }),
      must('CDA-PATIENT-QUALIFIER', 'W', every('text', { lacks: ['<family qualifier="CL">'] })),
    ],
    fix: { fr: "N'écrire le nom utilisé que s'il est saisi.", en: 'Write the used name only when it was typed.' },
  },
];
