import { buildLetter, createSubmission, type Submission } from '../../../src/documents/index.ts';
import type { Runtime } from '../../../src/internal/runtime.ts';
import { demoLetterPdf, fictivePatient, fictiveProfessional, fictiveStructure } from '../../../src/testing/index.ts';
import {
  createInsiClient,
  createPatientIdentityClient,
  createXdsClient,
  type HttpClient,
  type PatientIdentityClient,
  type XdsClient,
} from '../../../src/transport/index.ts';
import { recordedRequests } from '../../helpers/recorded-requests.ts';
import {
  assertionOf,
  dossierAnswer,
  call,
  knownPatient,
  patient,
  scripted,
} from '../../transport/dossier/scripted-platform.ts';
import { hl7Answer } from '../../transport/patients/far-side.ts';

/** What stands on the page of a transaction: what is sent, before it is laid out for the eye. */
export interface ShownMessage {
  /** Name of the page. */
  readonly page: string;
  /** Headers of HTTP that the transaction asks for; `null` where only the envelope is shown. */
  readonly contentType: string | null;
  readonly envelope: string;
}

/** Each message twice the same: time stands still, and identifiers are counted. */
function stillRuntime(): Runtime {
  let count = 0;
  return {
    clock: { now: () => Date.UTC(2026, 2, 16, 9) },
    ids: { uuid: () => `00000000-0000-4000-8000-${String((count += 1)).padStart(12, '0')}` },
  };
}

const url = 'https://registre.example/xds';
const approved = 'urn:oasis:names:tc:ebxml-regrep:StatusType:Approved';
const cx = '279035121518989^^^&1.2.250.1.213.1.4.10&ISO^NH';
const author = { professional: fictiveProfessional(), structure: fictiveStructure() };

async function letter(runtime: Runtime): Promise<Submission> {
  const document = await buildLetter(
    { patient: fictivePatient(), author, patientConsent: true, pdf: demoLetterPdf() },
    { runtime },
  );
  return createSubmission([document], { sourceId: '2.999.1.10', runtime });
}

/** The message alone, where documents go beside it. */
function rootPart(body: string): string {
  return /<(?:\w+:)?Envelope[\s\S]*<\/(?:\w+:)?Envelope>/.exec(body)?.[0] ?? '';
}

async function sent(page: string, ask: (http: HttpClient) => Promise<unknown>): Promise<ShownMessage> {
  const { http, requests } = recordedRequests();
  // The far side says nothing: what was sent is all that is wanted.
  const error: unknown = await ask(http).catch((thrown: unknown) => thrown);

  const [request] = requests;
  if (!request) throw new Error(`nothing was sent for ${page}`, { cause: error });
  const [, contentType = null] = Object.entries(request.headers).find(([name]) => /^content-type$/i.test(name)) ?? [];
  return { page, contentType, envelope: rootPart(request.body.toString('utf8')) };
}

async function registryMessages(): Promise<ShownMessage[]> {
  const runtime = stillRuntime();
  const submission = await letter(runtime);
  const { entry } = submission.documents[0]!;
  const entryUuid = 'urn:uuid:00000000-0000-4000-8000-0000000000e1';
  const held = { ...entry, entryUuid, logicalId: entryUuid, version: '1', availabilityStatus: approved };
  const by = {
    author: entry.authors[0]!,
    sourceId: '2.999.1.10',
    contentType: submission.submissionSet.contentTypeCode,
    runtime,
  };
  const client = (http: HttpClient): XdsClient =>
    createXdsClient({ http, runtime, endpoints: { register: url, query: url, retrieve: url, update: url } });
  const wanted = [{ repositoryUniqueId: '2.999.1.20', uniqueId: entry.uniqueId }];

  return [
    await sent('iti-41', (http) => client(http).registerDocuments(submission)),
    await sent('iti-18', (http) => client(http).findDocuments({ patientId: cx }).all()),
    await sent('iti-43', (http) => client(http).retrieveDocuments(wanted)),
    await sent('iti-57', (http) => client(http).updateMetadata({ entry: held, status: 'archived', by })),
  ];
}

async function identityMessages(): Promise<ShownMessage[]> {
  const { localId, traits } = fictivePatient();
  const client = (http: HttpClient): PatientIdentityClient =>
    createPatientIdentityClient({
      http,
      runtime: stillRuntime(),
      endpoints: { query: url, feed: url, search: url },
      sender: '2.999.1.10.1',
      receiver: '2.999.1.1',
    });

  return [
    await sent('iti-44', (http) => client(http).feed({ event: 'add', patient: fictivePatient() })),
    await sent('iti-45', (http) => client(http).identifiers(localId, { domains: ['2.999.1.1'] })),
    await sent('iti-47', (http) => client(http).search(traits)),
  ];
}

/** As the dossier services have them: the questions before the last one are those of the identity server. */
async function dossierMessages(): Promise<ShownMessage[]> {
  const platform = scripted(
    {
      ...knownPatient,
      PRPA_IN201307UV02: dossierAnswer(),
      PRPA_IN201311UV02: (asked) =>
        hl7Answer(asked, { name: 'PRPA_IN201312UV02', code: undefined as never }).replace(
          /<s:Body>(.*)<\/s:Body>/s,
          '<s:Body><w:PRPA_IN201311UV02_Response xmlns:w="asip:ci-sis:gdp:2010">$1</w:PRPA_IN201311UV02_Response></s:Body>',
        ),
    },
    {},
    stillRuntime(),
  );
  const shown = { ...call, assertion: assertionOf('PAT-000123^^^DOMAINE&amp;2.999.1.10&amp;ISO^PI') };
  const consent = {
    id: 'c-1',
    kinds: ['dossier-creation', 'join-circle'],
    givenBy: 'patient',
    mode: 'oral',
    collectedAt: '2026-03-16T08:55:00Z',
    hash: 'a'.repeat(64),
  } as const;
  const known = { ...patient, localId: { system: '2.999.1.10', value: 'PAT-000123' } };
  await platform.services.status(known, shown).catch(() => undefined);
  await platform.services.create(known, { consent, sharing: 'shared', joinAs: 'PCP' }, shown).catch(() => undefined);

  const last = (name: string): string => platform.asked.filter(({ payload }) => payload.includes(name)).at(-1)!.text;
  return [
    { page: 'dossier-status', contentType: null, envelope: last('PRPA_IN201307UV02') },
    { page: 'dossier-create', contentType: null, envelope: last('PRPA_IN201311UV02') },
    { page: 'dossier-access', contentType: null, envelope: last('setAuthorization') },
  ];
}

async function insiMessages(): Promise<ShownMessage[]> {
  const sender = {
    authorizationNumber: '0000',
    softwareName: 'MonLogiciel',
    softwareVersion: '1.0',
    instanceId: '00000000-0000-4000-8000-0000000000a1',
    emitter: 'CABINET FICTIF',
  };
  return [
    await sent('insi', (http) =>
      createInsiClient({ endpoint: url, environment: 'test', sender, http, runtime: stillRuntime() }).searchByTraits({
        birthName: 'MARTIN',
        firstNames: ['ZOE'],
        sex: 'F',
        birthDate: '1985-01-12',
      }),
    ),
  ];
}

/** What is sent by each transaction over SOAP, made by the product. */
export async function shownMessages(): Promise<readonly ShownMessage[]> {
  return [
    ...(await registryMessages()),
    ...(await identityMessages()),
    ...(await dossierMessages()),
    ...(await insiMessages()),
  ];
}
