import { systemRuntime } from '../../../src/internal/runtime.ts';
import * as transport from '../../../src/transport/index.ts';
import { door, type Door } from '../door.ts';

const code = { system: 'https://example/codes', code: '1' };

/** The directory of support structures, and its token. */
export function supportDoors(): readonly Door[] {
  const http = transport.createHttpClient();
  const tokenOptions: transport.SupportDirectoryTokenOptions = {
    http,
    tokenUrl: 'https://127.0.0.1:9/token',
    clientId: 'cabinet',
    clientSecret: 'secret',
    runtime: systemRuntime,
  };
  const options: transport.SupportDirectoryOptions = {
    http,
    baseUrl: 'https://127.0.0.1:9/fhir',
    authorization: async () => 'Bearer x',
    accessProfile: 0,
    userProfile: code,
    role: code,
    cacheMs: 1_000,
    cacheEntries: 2,
    maxPages: 2,
    runtime: systemRuntime,
  };
  const query: transport.SupportStructureQuery = {
    kind: 'DAC',
    commune: '93048',
    areas: [code],
    postalCode: '93',
    near: { commune: '93048', km: 10 },
    specialties: [code],
    patientTypes: [code],
    includeClosed: true,
  };
  const directory = transport.createSupportDirectory(options);
  return [
    door('transport.createSupportDirectoryToken', transport.createSupportDirectoryToken, [tokenOptions], '0'),
    door('transport.createSupportDirectory', transport.createSupportDirectory, [options], '0'),
    door(
      'SupportDirectory.find',
      (...a: Parameters<transport.SupportDirectory['find']>) => directory.find(...a),
      [query, { timeoutMs: 2_000 }],
      '0',
      '1',
    ),
    door(
      'SupportDirectory.find by category',
      (...a: Parameters<transport.SupportDirectory['find']>) => directory.find(...a),
      [{ category: code, commune: '93048' }, { timeoutMs: 2_000 }],
      '0',
      '1',
    ),
  ];
}
