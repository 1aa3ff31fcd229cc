import type { DocumentKind } from '../../documents/index.ts';
import { fictivePatient, fictiveProfessional, fictiveStructure } from '../../testing/index.ts';
import { fictiveSummary } from '../demo/documents.ts';
import { sourceId } from '../demo/config.ts';

/** A specification to start from: fictive people, every choice that a user must make visible. */
export function exampleSpec(kind: DocumentKind): Record<string, unknown> {
  const content =
    kind === 'vsm-structured'
      ? { content: fictiveSummary }
      : kind === 'other'
        ? { type: '96349-6', text: 'Chère consœur, merci de recevoir notre patiente.' }
        : { pdf: 'document.pdf' };
  const titles: Readonly<Record<DocumentKind, string>> = {
    letter: 'Certificat médical',
    'vsm-structured': 'Synthèse médicale',
    'vsm-unstructured': 'Synthèse médicale',
    prescription: 'Ordonnance',
    'report-pdf': 'Compte rendu de consultation',
    other: "Lettre d'adressage",
  };
  return {
    kind,
    title: titles[kind],
    ...content,
    ...(kind === 'report-pdf' && { type: '11488-4' }),
    confidentiality: 'N',
    visibility: { hiddenFromPatient: false, hiddenFromProfessionals: false, hiddenFromLegalRepresentatives: false },
    patientConsent: true,
    patient: fictivePatient(),
    author: { professional: fictiveProfessional(), structure: fictiveStructure(), functionCode: 'PCP' },
    submission: { sourceId },
    mail: {
      from: { address: 'elodie.fictif@simulateur.mssante.fr' },
      to: 'documents@simulateur.mssante.fr',
    },
  };
}
