import type { HttpClient } from '../../src/transport/index.ts';

/** One request to the IHE referee. */
export interface RefereeRequest {
  readonly name: string;
  readonly transaction: 'ITI-44' | 'ITI-45' | 'ITI-47';
  send(): Promise<unknown>;
}

export function patientRequests(
  url: string,
  sdk: {
    readonly transport: Pick<typeof import('../../src/transport/index.ts'), 'createPatientIdentityClient'>;
    readonly testing: Pick<typeof import('../../src/testing/index.ts'), 'fictivePatients'>;
    readonly http: HttpClient;
  },
): readonly RefereeRequest[];
