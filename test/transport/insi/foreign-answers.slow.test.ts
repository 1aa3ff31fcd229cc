import { afterAll, describe, expect, it } from 'vitest';

import { createHttpClient, createInsiClient, type InsiAnswer } from '../../../src/transport/index.ts';
import { foreignAnswers, serveAnswer, type ForeignAnswer } from '../../helpers/foreign-answers.ts';

const cases = foreignAnswers(['INSi']);
const http = createHttpClient({ timeoutMs: 20_000, allowClearLoopback: true });
afterAll(() => http.close());

/** What the client makes of an answer, in the words of the index. */
async function outcome(answer: ForeignAnswer): Promise<Record<string, unknown>> {
  const server = await serveAnswer(answer);
  const insi = createInsiClient({
    endpoint: server.url,
    environment: 'test',
    sender: {
      authorizationNumber: '4242',
      softwareName: 'LOGICIEL-FICTIF',
      softwareVersion: '1.0',
      instanceId: 'b3549edd-4ae9-472a-b26f-fd2fb4ef397f',
      emitter: 'CABINET FICTIF',
    },
    http,
  });

  try {
    const query = { birthName: 'FICTIF', firstNames: ['CAMILLE'], sex: 'F', birthDate: '1979-03-28' } as const;
    return result(await insi.searchByTraits(query));
  } catch (error) {
    const { details, retryable } = error as {
      readonly details: Record<string, unknown>;
      readonly retryable: boolean;
    };
    const { faultCode: code, subcode, detailCode } = details;
    return { outcome: 'fault', fault: { code, subcode, detailCode }, retryable };
  } finally {
    server.stop();
  }
}

const codes: Readonly<Record<string, string>> = { found: '00', none: '01', several: '02' };

function result(answer: InsiAnswer): Record<string, unknown> {
  const found = answer.result === 'found' ? answer : null;
  return {
    outcome: 'result',
    resultCode: codes[answer.result],
    patients: found ? 1 : 0,
    matricules: found ? [found.ins.value.slice(0, 13)] : [],
    history: found ? found.history.length : 0,
  };
}

describe.skipIf(cases.length === 0)('answers of an INSi of other writers', () => {
  it.each(cases)('$file', async (answer) => {
    expect(await outcome(answer)).toMatchObject(answer.expect);
  });
});
