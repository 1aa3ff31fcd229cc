// The coded data of a patient who does not exist: what a structured summary (VSM) is made of.

/** @type {import('terr-esante-sdk/documents').VsmContent} */
export const fictiveSummary = {
  problems: [
    {
      text: 'Hypertension',
      code: { code: 'I10', displayName: 'Hypertension essentielle (primitive)' },
      start: '2019-04',
    },
  ],
  medicalHistory: 'none',
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
