import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import type { PatientInput } from '../../../src/identity/index.ts';
import { isTerrESanteError } from '../../../src/errors.ts';
import { fictivePatient } from '../../../src/testing/index.ts';
import {
  createFhirPatientIdentityClient,
  createFhirTransport,
  createHttpClient,
  type HttpClient,
  type PatientIdentityClient,
} from '../../../src/transport/index.ts';
import { createSubmission, type Submission } from '../../../src/documents/index.ts';
import { letter, sourceId } from '../../client/world.ts';
import { fhirCases, playCase, type FhirCase, type PlayedCase } from './played-case.ts';

/** What a case ended in. */
interface Ended {
  readonly code: string | null;
  /** The regional identifiers that the caller got. */
  readonly ids: readonly string[];
  readonly told: readonly string[];
  readonly error: unknown;
}

const camille = {
  birthName: 'PATIENT-ESSAI',
  firstName: 'CAMILLE',
  birthDate: '1985-01-15',
  sex: 'F',
} as const;

let http: HttpClient;
beforeAll(() => {
  http = createHttpClient({ timeoutMs: 5_000, allowClearLoopback: true });
});
afterAll(() => http.close());

/** A letter of the patient whom the cases know. */
async function camillesLetter(): Promise<Submission> {
  const localId = { system: '2.999.1.10', value: 'PAT-000123' };
  const patient = { localId, traits: camille, identityStatus: 'PROV' } as const;
  return createSubmission([await letter({ patient })], { sourceId });
}

const clientOf = ({ base }: PlayedCase): PatientIdentityClient =>
  createFhirPatientIdentityClient({ http, baseUrl: base, allowPatientInAddress: true, environment: 'test' });

type Operation = (played: PlayedCase, given: FhirCase['given']) => Promise<Pick<Ended, 'ids' | 'told'>>;

/** The operations that there are; a case of another one is told as skipped. */
const operations: Readonly<Record<string, Operation>> = {
  'identity.search': async (played) => {
    const { candidates, told } = await clientOf(played).search(camille);
    return { ids: candidates.map(({ identifiers }) => identifiers[0]?.value ?? ''), told };
  },
  'documents.deposit': async (played) => {
    const { state, uniqueId } = await createFhirTransport({
      http,
      baseUrl: played.base,
      allowPatientInAddress: true,
    }).deposit(await camillesLetter());
    return { ids: [uniqueId], told: [state] };
  },
  'identity.feed': async (played, given) => {
    const value = String(given?.['localId']);
    const patient: PatientInput = { ...fictivePatient(), localId: { system: '2.999.1.10', value } };
    const { told } = await clientOf(played).feed({ event: 'add', patient });
    return { ids: [], told };
  },
};

async function run(one: FhirCase, played: PlayedCase): Promise<Ended> {
  try {
    const ended = await operations[one.operation]?.(played, one.given);
    return { code: null, ids: [], told: [], error: null, ...ended };
  } catch (error) {
    if (!isTerrESanteError(error)) throw error;
    return { code: error.code, ids: [], told: [], error };
  }
}

/** What each expectation says */
const expectations: Readonly<Record<string, (wanted: never, ended: Ended, played: PlayedCase) => void>> = {
  outcome: (wanted: string, { code }) => {
    if (wanted === 'value') expect(code).toBeNull();
    if (wanted === 'error') expect(code).not.toBeNull();
  },
  code: (wanted: string, { code }) => {
    if (code !== null) expect(code).toBe(wanted);
  },
  codeIn: (wanted: readonly string[], { code }) => expect(wanted).toContain(code),
  ids: (wanted: readonly string[], { code, ids }) => {
    if (code === null) expect(ids.length).toBe(wanted.length);
  },
  warnings: (wanted: number, { told }) => expect(told.length).toBe(wanted),
  complete: (_wanted: boolean, { told }) => expect(told).not.toContain('total'),
  secondRequestPath: (wanted: string, _ended, { requests }) => expect(requests[1]?.path).toBe(wanted),
  posts: (wanted: number, _ended, { requests }) =>
    expect(requests.filter(({ method, path }) => method === 'POST' && path === '').length).toBe(wanted),
  puts: (wanted: number, _ended, { requests }) =>
    expect(requests.filter(({ method }) => method === 'PUT').length).toBe(wanted),
  queryValueSent: (wanted: string, _ended, { requests }) => {
    const put = requests.find(({ method }) => method === 'PUT')?.path ?? '';
    expect(decodeURIComponent(put.slice(put.indexOf('=') + 1))).toBe(wanted);
  },
  notInLog: (wanted: readonly string[], { error }) => {
    for (const word of wanted) expect(JSON.stringify(error) + String(error)).not.toContain(word);
  },
};

const cases = fhirCases();
const played = cases.filter(({ operation }) => Object.hasOwn(operations, operation));
const others = [...new Set(cases.filter((one) => !played.includes(one)).map(({ operation }) => operation))];
if (others.length > 0) {
  process.stderr.write(
    `SKIPPED: ${String(cases.length - played.length)} cases of ${others.join(', ')}: not over FHIR\n`,
  );
}

describe('cases of other FHIR servers', () => {
  it('have each expectation checked', () => {
    const names = new Set(played.flatMap((one) => Object.keys(one.expect)));
    expect([...names].filter((name) => !Object.hasOwn(expectations, name))).toEqual([]);
  });

  it.each(played.map((one) => [one.id, one.why, one] as const))('%s: %s', async (_id, _why, one) => {
    const playing = await playCase(one);
    try {
      const ended = await run(one, playing);
      for (const [name, wanted] of Object.entries(one.expect)) {
        expectations[name]?.(wanted as never, ended, playing);
      }
    } finally {
      await playing.close();
    }
  });
});
