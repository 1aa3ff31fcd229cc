import { withDeadline } from '../../internal/abort.ts';
import { needed, optionsOf, reading, refuseArgument, type Checks } from '../../internal/border.ts';
import {
  callback,
  callChecks,
  choice,
  count,
  flag,
  listOf,
  methods,
  patient as patientRecord,
  runtime,
  text,
} from '../../internal/option-checks.ts';
import { escaped, idOf, oidUri } from '../fhir/address.ts';
import { partnerOf } from '../fhir/partner.ts';
import { isModified } from '../fhir/bundle.ts';
import { askFhir, type FhirPartner } from '../fhir/exchange.ts';
import { isNote } from '../fhir/note.ts';
import { searchPages } from '../fhir/search.ts';
import { protocolFailure } from '../http/protocol-failure.ts';
import { namedIdentifier } from '../patients/fhir/asked.ts';
import { fetchContent } from './content.ts';
import { attachmentOf, described, isAbout, replacedBy } from './described.ts';
import type { FhirDocuments, FhirDocumentsOptions } from './document-model.ts';
import { patientId } from './resolve.ts';

type Search = FhirDocuments['search'];
type SearchOptions = NonNullable<Parameters<Search>[1]>;

/**
 * Documents of a patient at a FHIR server: search (ITI-67, by POST) and bytes (ITI-68), with size
 * and hash verified. Opens nothing before the first call, follows no link to another server; no
 * trait or identifier is in an error.
 *
 * @throws TerrESanteError `TE_INPUT_INVALID` for an option that is none; from the calls:
 *   {@link RegistryRefusal}, `TE_NOT_FOUND`, `TE_IDENTITY_AMBIGUOUS`, `TE_PROTOCOL`,
 *   `TE_CONFIG_INVALID` (nothing of this kind at the address), `TE_FORBIDDEN`,
 *   `TE_AUTHN_REQUIRED`, `TE_AUTHN_REJECTED`, `TE_TOO_LARGE`, `TE_RATE_LIMITED`, `TE_UNAVAILABLE`,
 *   and those of `createHttpClient`
 *
 * @example
 * ```ts
 * // not run: needs a FHIR server
 * import { createFhirDocuments, createHttpClient } from 'terr-esante-sdk/transport';
 *
 * const server = createFhirDocuments({ http: createHttpClient(), baseUrl: 'https://entrepot.example/fhir' });
 * for await (const { documents } of server.search({ system: '2.999.1.10', value: 'PAT-000123' })) {
 *   for (const { id, title } of documents) console.log(title, (await server.fetch(id)).bytes.length);
 * }
 * ```
 *
 * @see IHE ITI MHD, sections 2:3.67 and 2:3.68; ANS, PDSm 3.1.1
 * @group FHIR
 */
export function createFhirDocuments(options: FhirDocumentsOptions): FhirDocuments {
  return new MhdDocuments(optionsOf('options', options, clientChecks));
}

const clientChecks: Checks<FhirDocumentsOptions> = {
  http: needed(methods('stream')),
  baseUrl: needed(text),
  authorization: callback,
  allowPatientInAddress: flag,
  environment: choice('production', 'test', 'simulator'),
  maxResponseBytes: count(1),
  maxDocumentBytes: count(1),
  runtime,
};
const searchChecks: Checks<SearchOptions> = {
  ...callChecks,
  status: listOf(choice('current', 'superseded')),
  typeCodes: listOf(text),
};

class MhdDocuments implements FhirDocuments {
  readonly #options: FhirDocumentsOptions;
  readonly #partner: FhirPartner;

  constructor(options: FhirDocumentsOptions) {
    this.#options = options;
    this.#partner = partnerOf(options);
  }

  search(...[given, options]: Parameters<Search>): ReturnType<Search> {
    const { status = ['current'], typeCodes = [], ...call } = optionsOf('options', options, searchChecks);
    const asked = reading('patient', () => namedIdentifier(patientRecord('patient', given), this.#options.environment));
    const identifier = { system: oidUri(asked.system), value: asked.value };
    return this.#pages(identifier, { status, typeCodes, ...call });
  }

  async *#pages(
    identifier: { readonly system: string; readonly value: string },
    { status = [], typeCodes = [], ...call }: SearchOptions,
  ): ReturnType<Search> {
    const allowsGet = this.#options.allowPatientInAddress === true;
    const patient = await patientId(this.#partner, identifier, { ...call, allowsAddress: allowsGet });
    const parameters = [
      ['patient', `Patient/${patient}`] as const,
      ['status', status.join(',')] as const,
      ...(typeCodes.length > 0 ? [['type', typeCodes.map(escaped).join(',')] as const] : []),
    ];
    const replaced = new Set<string>();
    let notes = 0;

    for await (const page of searchPages(this.#partner, {
      ...call,
      type: 'DocumentReference',
      parameters,
      allowsGet,
    })) {
      const own = page.entries.filter(({ type, mode }) => type === 'DocumentReference' && mode === 'match');
      if (!own.every(({ resource }) => isAbout(resource, patient, identifier))) throw otherPatient();

      for (const { resource } of own) for (const id of replacedBy(resource)) replaced.add(id);
      // A server keeps the notes of a liaison book beside documents, and counts them.
      const read = own.filter(({ resource }) => !isNote(resource));
      notes += own.length - read.length;
      const documents = read.flatMap(({ resource }) => described(resource, replaced) ?? []);
      const isOdd = documents.some(({ isReplaced, status: state }) => isReplaced && state === 'current');
      yield {
        documents,
        total: page.total === null ? null : Math.max(0, page.total - notes),
        told: [
          ...page.told,
          ...(page.issues.length > 0 ? ['warning'] : []),
          ...(isOdd ? ['replaced'] : []),
          ...(documents.length < read.length ? ['id'] : []),
        ],
      };
    }
  }

  async fetch(...[id, options]: Parameters<FhirDocuments['fetch']>): ReturnType<FhirDocuments['fetch']> {
    const call = optionsOf('options', options, callChecks);
    const known = idOf({ id }) ?? refuseArgument('id', "identifiant d'une description attendu");
    return withDeadline(call, async (signal) => {
      const url = new URL(`DocumentReference/${known}`, this.#partner.base).href;
      const { resource } = await askFhir(this.#partner, { signal, method: 'GET', url, writes: false });
      if (resource?.['resourceType'] !== 'DocumentReference' || isModified(resource)) throw noDescription();

      const document = described(resource, new Set());
      if (document?.id !== known) throw noDescription();
      const maxBytes = this.#options.maxDocumentBytes ?? 100 * 1024 * 1024;
      const content = await fetchContent(this.#partner, attachmentOf(resource), maxBytes, { signal });
      return { document, ...content };
    });
  }
}

function noDescription(): Error {
  return protocolFailure('no-description', "La réponse n'est pas la description de ce document.");
}

function otherPatient(): Error {
  return protocolFailure('other-patient', "Le serveur donne le document d'un autre patient : la réponse est écartée.");
}
