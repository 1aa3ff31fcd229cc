import { describe, expect, it } from 'vitest';
import { requireSubmissionOf } from '../../src/client/documents/gates.ts';
import { cxIdentity } from '../../src/internal/hl7.ts';
import { checkMetadataAgainstCda } from '../../src/simulator/intake/check-document.ts';

const spellings = [
  'PAT-1^^^&2.999.1.10&ISO^PI',
  'PAT-1^^^&2.999.1.10&ISO',
  'PAT-1^^^CABINET&2.999.1.10&ISO^PI',
  'PAT-1^^^&2.999.1.10&ISO^PI^^20260101',
  'PAT-1^7^M10^&2.999.1.10&ISO^PI',
  'PAT-1^^^&urn:oid:2.999.1.10&ISO^PI',
  'PAT-1^^^&2.999.1.10&iso^MR',
  'PAT-1^^^2.999.1.10',
  ' PAT-1 ^^^&2.999.1.10 &ISO^PI',
];
const others = [
  'PAT-2^^^&2.999.1.10&ISO^PI',
  'PAT-1^^^&2.999.1.11&ISO^PI',
  'pat-1^^^&2.999.1.10&ISO^PI',
  'PAT-1',
  'PAT-1^^^CABINET',
  '^^^&2.999.1.10&ISO^PI',
  '""^^^&2.999.1.10&ISO^PI',
  'PAT-1^^^&2.999.1.10&ISO^PI~PAT-2^^^&2.999.1.10&ISO^PI',
  '',
];
const patient = {
  traits: { birthName: 'MARTIN', firstName: 'ZOE', birthDate: '1985-01-12' },
  localId: { system: '2.999.1.10', value: 'PAT-1' },
  ins: null,
};

/** A gate reads nothing else of a submission. */
function passesGate(sourcePatientId: string): boolean {
  const document = { entry: { sourcePatientId }, document: { header: { patient: { ins: null } } } };
  const submission = { patient: patient.traits, documents: [document] };
  try {
    requireSubmissionOf(patient, submission as never);
    return true;
  } catch (error) {
    expect(error).toMatchObject({ code: 'TE_IDENTITY_MISMATCH', details: { traits: ['identifier'] } });
    return false;
  }
}

/** The rules of the simulator about the two identifiers of the metadata. */
function simulatorRules(cx: string): readonly string[] {
  const entry = { patientId: cx, sourcePatientId: cx, typeCode: {}, confidentialityCodes: [], authors: [] };
  const cda = { patientIds: [patient.localId], authors: [], effectiveTime: '' };
  try {
    checkMetadataAgainstCda(entry as never, cda as never);
    return [];
  } catch (error) {
    return (error as { rules: readonly string[] }).rules.filter((rule) => rule.includes('PATIENT'));
  }
}

describe('the spellings of one identifier', () => {
  it.each(spellings)('%j names the patient', (cx) => {
    expect(cxIdentity(cx)).toEqual({ id: 'PAT-1', oid: '2.999.1.10' });
    expect(passesGate(cx)).toBe(true);
    expect(simulatorRules(cx)).toEqual([]);
  });

  it.each(others)('%j does not', (cx) => {
    expect(cxIdentity(cx)).not.toEqual({ id: 'PAT-1', oid: '2.999.1.10' });
    expect(passesGate(cx)).toBe(false);
    expect(simulatorRules(cx)).toEqual(['SIM-PATIENT-ID', 'SIM-SOURCE-PATIENT-ID']);
  });
});
