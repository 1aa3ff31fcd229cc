import {
  buildLetter,
  buildPrescription,
  buildReport,
  buildVsm,
  type BuiltDocument,
  type CodeSet,
  type DocumentKind,
  type VsmContent,
} from '../../documents/index.ts';
import type { PatientInput } from '../../identity/index.ts';
import { demoLetterPdf, fictiveProfessional, fictiveStructure } from '../../testing/index.ts';

/** A summary of a patient who does not exist. */
export const fictiveSummary: VsmContent = {
  problems: [
    {
      text: 'Hypertension',
      code: { code: 'I10', displayName: 'Hypertension essentielle (primitive)' },
      start: '2019-04',
    },
  ],
  medicalHistory: [
    {
      text: 'Pyélonéphrite aiguë',
      code: { code: 'N10', displayName: 'Néphrite tubulo-interstitielle aiguë' },
      start: '2018-04-22',
      end: '2018-04-30',
    },
  ],
  surgicalHistory: [
    {
      text: 'Appendicectomie',
      code: { code: 'HHFA001', displayName: 'Appendicectomie, par abord de la fosse iliaque' },
      date: '2001',
    },
  ],
  allergies: 'none',
  vigilance: ['Risque de chute'],
};

export interface DemoDocument {
  readonly kind: DocumentKind;
  readonly label: string;
  readonly build: () => Promise<BuiltDocument>;
}

/** Every kind of document that the platform's integration guide names; the letter first. */
export function demoDocuments(patient: PatientInput, pdf: Uint8Array, codeSet: CodeSet): readonly DemoDocument[] {
  const common = {
    patient,
    author: { professional: fictiveProfessional(), structure: fictiveStructure(), functionCode: 'PCP' as const },
    patientConsent: true,
    codeSet,
  };
  const printed = { ...common, pdf: demoLetterPdf() };
  return [
    { kind: 'letter', label: 'Courrier', build: () => buildLetter({ ...common, pdf }) },
    { kind: 'vsm-structured', label: 'VSM structuré', build: () => buildVsm({ ...common, content: fictiveSummary }) },
    { kind: 'vsm-unstructured', label: 'VSM non structuré', build: () => buildVsm(printed) },
    { kind: 'prescription', label: 'Ordonnance', build: () => buildPrescription(printed) },
    { kind: 'report-pdf', label: 'Compte rendu PDF', build: () => buildReport(printed) },
  ];
}
