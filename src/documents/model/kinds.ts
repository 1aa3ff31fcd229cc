import type { RetiredTypeCode, TypeCode } from '../../nomenclature/index.ts';

/**
 * Which default types: of the Terr-eSanté integration guide (version 9.05), or the current national
 * table.
 *
 * @group Document input
 */
export type CodeSet = 'eo-9.05' | 'current';

/**
 * What a kind of document holds: a PDF (level 1), the coded sections of a medical summary (level
 * 3), or a PDF or plain text of a type that the caller names.
 *
 * @group Model
 */
export type DocumentBody = 'pdf' | 'summary' | 'pdf-or-text';

/** One kind of document, as data. @group Model */
export interface DocumentKindRow {
  /** French label, for a list or a menu. */
  readonly label: string;
  readonly body: DocumentBody;
  /** Default types (JDV_J07) by code set; `null` when the caller must name the type. */
  readonly types: Readonly<Record<CodeSet, TypeCode | RetiredTypeCode>> | null;
  /** The caller cannot choose another type. */
  readonly typeIsFixed: boolean;
  /** Title, and type when it is not the default one, of an example. */
  readonly example: { readonly title: string; readonly type?: TypeCode };
}

/**
 * The kinds of deposit of the Terr-eSanté integration guide, in its order, and any other CI-SIS
 * type. The builders, the descriptions of the command line, its examples and the demonstration all
 * read this table: a new kind of document is a row here.
 *
 * Two codes of the guide (version 9.05) were retired from the national table in 2017. For a report
 * the current table has the same label under 75492-9, though 11488-4, consultation report, is
 * usually truer.
 *
 * @group Model
 */
export const documentKinds = {
  letter: {
    label: 'Courrier',
    body: 'pdf',
    types: { 'eo-9.05': 'CERT_DECL', current: 'CERT_DECL' },
    typeIsFixed: false,
    example: { title: 'Certificat médical' },
  },
  'vsm-structured': {
    label: 'VSM structuré',
    body: 'summary',
    types: { 'eo-9.05': 'SYNTH', current: 'SYNTH' },
    typeIsFixed: true,
    example: { title: 'Synthèse médicale' },
  },
  'vsm-unstructured': {
    label: 'VSM non structuré',
    body: 'pdf',
    types: { 'eo-9.05': 'SYNTH', current: 'SYNTH' },
    typeIsFixed: true,
    example: { title: 'Synthèse médicale' },
  },
  prescription: {
    label: 'Ordonnance',
    body: 'pdf',
    types: { 'eo-9.05': '29551-9', current: '57833-6' },
    typeIsFixed: false,
    example: { title: 'Ordonnance' },
  },
  'report-pdf': {
    label: 'Compte rendu PDF',
    body: 'pdf',
    types: { 'eo-9.05': '39256-3', current: '75492-9' },
    typeIsFixed: false,
    example: { title: 'Compte rendu de consultation', type: '11488-4' },
  },
  other: {
    label: 'Autre document',
    body: 'pdf-or-text',
    types: null,
    typeIsFixed: false,
    example: { title: "Lettre d'adressage", type: '96349-6' },
  },
} as const satisfies Readonly<Record<string, DocumentKindRow>>;

/** A row of {@link documentKinds}. @group Model */
export type DocumentKind = keyof typeof documentKinds;
