import type { SigningProvider, VihfInput } from '../../src/auth/index.ts';
import { createPkcs12Provider } from '../../src/auth/index.ts';
import { fictivePatient, fictiveProfessional, fictiveStructure, type TestIdentity } from '../../src/testing/index.ts';

export const testNow = Date.UTC(2026, 2, 2, 8, 15, 0);

export function fixedRuntime(now = testNow): { clock: { now: () => number }; ids: { uuid: () => string } } {
  let count = 0;
  return {
    clock: { now: () => now },
    ids: { uuid: () => `5f2c9a70-6f0e-4d0b-9d0e-${(count++).toString(16).padStart(12, '0')}` },
  };
}

export function vihfInput(changes: Partial<VihfInput> = {}): VihfInput {
  return {
    professional: fictiveProfessional(),
    structure: fictiveStructure(),
    patient: fictivePatient().ins,
    authentication: { means: 'card', instant: testNow - 740_000 },
    software: { name: 'LPS FICTIF', version: '1.0' },
    target: { resourceUrn: 'urn:exemple' },
    ...changes,
  };
}

export function providerOf({ pfx, password }: TestIdentity): Promise<SigningProvider> {
  return createPkcs12Provider({ pfx, password });
}
