import { describe, expect, it } from 'vitest';

import { tellJourney, type JourneyTold } from '../../src/cli/demo/journey/tell.ts';
import { Steps } from '../../src/cli/demo/steps.ts';
import { fictivePatient } from '../../src/testing/index.ts';
import { sharedHierarchy } from './world.ts';

/*
 * The journey that the guide of éO tells, from a patient whose identity is incomplete to one who
 * takes the access back: that of `terr-esante demo`, over each wire.
 */
const seen = {
  incomplete: { state: 'incomplete', missing: ['birthDate'], requests: 0 },
  absent: 'À créer',
  consent: 'TE_CONSENT_REQUIRED',
  created: 'Existe',
  circle: 'PCP',
  consents: 'active',
  'count.before': 0,
  'count.after': 2,
  'count.practitioner': 2,
  'count.portal': 0,
  letter: 3,
  rejected: '904',
  alert: 'admission',
  withdrawn: 'TE_BLOCKED_BY_PATIENT',
};

/** No SOAP service has it: nothing is sent, and it goes over FHIR. */
const unbound = { code: 'TE_UNSUPPORTED', requests: 0 };
const overSoap = {
  ...seen,
  circle: unbound,
  'circle.fhir': 'PCP',
  consents: unbound,
  // Told with the creation (TD1.1), it is no consent of FHIR.
  'consents.fhir': 'aucun',
  'count.practitioner': unbound,
  'count.practitioner.fhir': 2,
  alert: unbound,
  'alert.fhir': 'admission',
};

async function told(wire: JourneyTold['wire']): Promise<JourneyTold & { readonly lines: string }> {
  const lines: string[] = [];
  const say = (text: string): void => void lines.push(text);
  const hierarchy = await sharedHierarchy();
  const journey = await tellJourney({ wire, patient: fictivePatient(), hierarchy, steps: new Steps(say), say });
  return { ...journey, lines: lines.join('') };
}

describe('the journey of a practice', () => {
  it.each([
    ['simulator', seen],
    ['soap', overSoap],
    ['fhir', seen],
  ] as const)(
    'from an incomplete identity to an access that is taken back, over %s',
    { timeout: 300_000 },
    async (wire, expected) => {
      const { lines, ...journey } = await told(wire);
      expect(journey).toEqual({ wire, seen: expected });
      expect(lines).toContain('il manque : date de naissance');
      expect(lines).toContain("904 : Traits de l'INS différents.");
      const { traits, ins } = fictivePatient();
      for (const canary of [traits.birthName, traits.firstName, ins.value]) expect(lines).not.toContain(canary);
    },
  );
});
