import {
  buildDocument,
  documentKinds,
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

/**
 * Every kind of document that the platform's integration guide names; the letter first, which holds
 * the PDF of the caller.
 */
export function demoDocuments(patient: PatientInput, pdf: Uint8Array, codeSet: CodeSet): readonly DemoDocument[] {
  const common = {
    patient,
    author: { professional: fictiveProfessional(), structure: fictiveStructure(), functionCode: 'PCP' as const },
    patientConsent: true,
    codeSet,
  };
  const kinds = Object.keys(documentKinds) as readonly DocumentKind[];

  return kinds
    .filter((kind) => documentKinds[kind].types !== null)
    .map((kind) => {
      const { label, body } = documentKinds[kind];
      const printed = { ...common, pdf: kind === 'letter' ? pdf : demoLetterPdf() };
      const input = body === 'summary' ? { ...common, content: fictiveSummary } : printed;
      return { kind, label, build: () => buildDocument(kind, input) };
    });
}
