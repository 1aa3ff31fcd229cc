import { expect, describe, it } from 'vitest';

import { buildLetter, createSubmission, writeDocumentBundle, type Submission } from '../../src/documents/index.ts';
import { collect } from '../../src/internal/bytes.ts';
import { demoLetterPdf, fictivePatient, fictiveProfessional, fictiveStructure } from '../../src/testing/index.ts';
import { fhirRefereeCommand } from '../helpers/fhir-referee.ts';
import { validateFhir } from '../helpers/fhir-validator.ts';

const command = fhirRefereeCommand();
const sourceId = '2.999.1.10';
const author = { professional: fictiveProfessional(), structure: fictiveStructure() };
const common = { author, pdf: demoLetterPdf(), patientConsent: true } as const;

async function bundleOf(submission: Submission): Promise<string> {
  return Buffer.from(await collect(writeDocumentBundle(submission).open())).toString('utf8');
}

describe.skipIf(command === null)('the transaction of ITI-65', () => {
  it('is valid for HAPI under PDSm 3.1.1, whatever is deposited', async () => {
    const patient = fictivePatient();
    const letter = await buildLetter({ ...common, patient });
    const unqualified = { traits: patient.traits, localId: patient.localId, identityStatus: 'PROV' } as const;
    const local = await buildLetter({ ...common, patient: unqualified });
    const relations = [{ kind: 'replaces', entryUuid: 'urn:uuid:00000000-1111-4222-8333-444444444444' }] as const;
    const visibility = { [letter.header.uniqueId]: { relations } };

    const resources = {
      letter: await bundleOf(createSubmission([letter], { sourceId })),
      two: await bundleOf(createSubmission([letter, await buildLetter({ ...common, patient })], { sourceId })),
      replacing: await bundleOf(createSubmission([letter], { sourceId, details: visibility })),
      local: await bundleOf(createSubmission([local], { sourceId })),
    };
    expect(validateFhir(command ?? '', resources)).toEqual([]);
  }, 240_000);
});
