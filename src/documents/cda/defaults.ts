import type { DocumentKind } from '../model/document.ts';
import type { RetiredTypeCode, TypeCode } from '../../nomenclature/index.ts';
import type { CodeSet } from './input.ts';

/** The kinds of deposit that the Terr-eSanté integration guide names. */
export type GuideKind = Exclude<DocumentKind, 'other'>;

/**
 * Default type of each kind. Two codes of the guide (version 9.05) were retired from the national
 * table in 2017; for a report the current table has the same label under 75492-9, though 11488-4,
 * consultation report, is usually truer.
 */
export const defaultTypes: Readonly<Record<CodeSet, Readonly<Record<GuideKind, TypeCode | RetiredTypeCode>>>> = {
  'eo-9.05': {
    letter: 'CERT_DECL',
    'vsm-structured': 'SYNTH',
    'vsm-unstructured': 'SYNTH',
    prescription: '29551-9',
    'report-pdf': '39256-3',
  },
  current: {
    letter: 'CERT_DECL',
    'vsm-structured': 'SYNTH',
    'vsm-unstructured': 'SYNTH',
    prescription: '57833-6',
    'report-pdf': '75492-9',
  },
};
