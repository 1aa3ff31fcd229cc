import { documentKinds, type DocumentKind } from '../../documents/index.ts';
import { fictivePatient, fictiveProfessional, fictiveStructure } from '../../testing/index.ts';
import { fictiveSummary } from '../demo/documents.ts';
import { sourceId } from '../demo/config.ts';

/** The content that each kind of body wants, as a specification writes it. */
const contents: Readonly<Record<(typeof documentKinds)[DocumentKind]['body'], Readonly<Record<string, unknown>>>> = {
  pdf: { pdf: 'document.pdf' },
  summary: { content: fictiveSummary },
  'pdf-or-text': { text: 'Chère consœur, merci de recevoir notre patiente.' },
};

/** A specification to start from: fictive people, every choice that a user must make visible. */
export function exampleSpec(kind: DocumentKind): Record<string, unknown> {
  const { body, example } = documentKinds[kind];

  return {
    kind,
    ...example,
    ...contents[body],
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
